"""Workbooks of texts: what spreadsheets read, cell for cell, and nothing of it on the disk."""

import io
import tempfile

import openpyxl
import pytest

from common.text_workbook import write_texts


def _read(book: io.BytesIO) -> list[list[str]]:
    sheet = openpyxl.load_workbook(book).active
    assert sheet.title == "退回的行"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]


def test_texts_come_back_as_they_are() -> None:
    rows = [
        ["行政相对人名称", "代码", "说明"],
        [" 前后有空格 ", "91230402070053255R", "第一行\n第二行\t制表"],
        ["<甲>&\"乙\"'丙'", "0012", "=1+1"],
        ["", "", ""],
        ["末行", "1.50", "2024-02-30"],
    ]
    book = io.BytesIO()
    write_texts(book, "退回的行", rows)
    assert _read(book) == rows


def test_what_a_workbook_cannot_hold_is_marked_or_cut_and_costs_no_other_cell() -> None:
    book = io.BytesIO()
    write_texts(book, "退回的行", [["a\x00b\ud800c\uffff", "x" * 40_000, "后面的"]])
    assert _read(book) == [["a\ufffdb\ufffdc\ufffd", "x" * 32_767, "后面的"]]


def test_many_rows_are_written_without_a_file_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: object, **kwargs: object) -> None:
        raise AssertionError("a temporary file would lie on the disk in plain")

    for name in ("mkstemp", "mkdtemp", "TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refused)
    rows = [[str(number), f"第{number}行"] for number in range(1_203)]
    book = io.BytesIO()
    write_texts(book, "退回的行", iter(rows))
    assert _read(book) == rows
