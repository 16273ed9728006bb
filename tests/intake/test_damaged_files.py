"""Files that broke on the way: refused as a whole before anything is written, with what is wrong and where; never taken in part."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from random import Random

import openpyxl
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bench import samples
from common.clock import today
from common.files.errors import FileRefused
from common.list_files import csv_blocks
from records.intake import rejections
from records.intake.csv_file import encoding_of
from records.models import CreditRecord, IntakeBatch, Subject
from tests.intake.conftest import HandIn, codes_by_line, upload

_SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def rows(unit: samples.Unit) -> list[samples.Row]:
    return list(samples.penalties(50, unit, today=today()))


@pytest.fixture
def good(rows: list[samples.Row]) -> bytes:
    return samples.as_csv(rows, samples.COLUMNS)


@pytest.fixture
def workbook(rows: list[samples.Row]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(samples.COLUMNS))
    for row in rows:
        book.active.append([row[name] or None for name in samples.COLUMNS])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def repacked(whole: bytes, change: Callable[[bytes], bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            target.writestr(name, change(source.read(name)) if name == _SHEET else source.read(name))
    return buffer.getvalue()


def refused(web: Client, content: bytes, name: str = "处罚.xlsx", *, code: str = "file_unreadable") -> str:
    """The sentence a file comes back with; nothing of it is kept."""
    answer = upload(web, content, name)
    problem = answer.json()
    assert problem["code"] == code, problem
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [("/file", code)]
    assert not IntakeBatch.objects.exists()
    assert not CreditRecord.objects.exists()
    assert not Subject.objects.exists()
    return str(problem["detail"])


# --- workbooks -----------------------------------------------------------------------------------------


def test_a_sheet_that_breaks_off_is_not_taken_in_part(web: Client, workbook: bytes) -> None:
    detail = refused(web, repacked(workbook, lambda sheet: sheet[: len(sheet) // 2]))
    assert "工作表“Sheet”的内容在中途断开" in detail
    at_a_row = repacked(workbook, lambda sheet: sheet[: sheet.index(b"</row>", len(sheet) // 2) + 6])
    assert "在中途断开" in refused(web, at_a_row)


def test_a_worker_does_not_call_done_what_breaks_off(
    hand_in: HandIn, workbook: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should a file get past the look at upload."""
    monkeypatch.setattr("records.intake.storage.check_workbook", lambda _: None)
    monkeypatch.setattr("records.services.batches._LOOKED_AT", 1)
    batch = hand_in(repacked(workbook, lambda sheet: sheet[: len(sheet) // 2]), "处罚.xlsx")
    assert (batch.status, batch.error_code, batch.accepted) == ("failed", "file_unreadable", 0)
    assert "在中途断开" in batch.error_detail


@pytest.mark.parametrize(
    ("row", "number", "behind"),
    [
        (b"3", b"1", "第2行之后"),
        (b"2", b"1", "第1行之后"),
        (b"4", b"3", "第3行之后"),
        (b"9", b"99999999999", "第8行之后"),
        (b"9", b"0", "第8行之后"),
        (b"51", b"1048577", "第50行之后"),
    ],
)
def test_rows_out_of_order_are_refused_at_once(
    web: Client, workbook: bytes, row: bytes, number: bytes, behind: str
) -> None:
    """A row numbered like the header was dropped; two of the same number, or one past the last, failed after five attempts."""
    damaged = repacked(
        workbook, lambda sheet: re.sub(b'(<row[^>]* r=|<row r=)"%b"' % row, rb'\1"%b"' % number, sheet)
    )
    detail = refused(web, damaged)
    assert "行号不正确" in detail and behind in detail


def test_noise_that_is_called_a_workbook_is_told_so(web: Client) -> None:
    noise = Random(7).randbytes(5000)
    assert b"\0" in noise
    assert "文件名是Excel工作簿，内容却不是" in refused(web, noise, "处罚.XLSX")
    assert "空字符（NUL）" in refused(web, noise, "处罚.csv", code="file_nul")


def test_a_table_of_text_that_is_called_a_workbook_is_taken(web: Client, good: bytes) -> None:
    assert upload(web, good, "处罚.xlsx").status_code == 202
    assert IntakeBatch.objects.get().format == "csv-utf-8"


def test_what_stands_beside_a_sheet_is_not_said_to_be_a_comma(hand_in: HandIn, workbook: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    book.active.cell(3, len(samples.COLUMNS) + 2).value = "备用"
    buffer = io.BytesIO()
    book.save(buffer)
    batch = hand_in(buffer.getvalue(), "处罚.xlsx")
    assert codes_by_line(batch) == {3: {"field_too_long"}}
    (line,) = rejections.lines_of(batch)
    assert "本行比表头多出2列" in line.refusals[0].detail
    assert "逗号" not in line.refusals[0].detail


# --- text ----------------------------------------------------------------------------------------------

_LONG = 17 * 1024**2


def test_a_cell_as_long_as_a_file_is_a_row_that_goes_back_wherever_it_stands(
    hand_in: HandIn, rows: list[samples.Row]
) -> None:
    for row in (2, 34):
        rows[row]["CF_SY"] = "字" * 2_000_000
    rows[40]["CF_SY"] = '"' + "字,\n" * 1_000_000
    batch = hand_in(samples.as_csv(rows, samples.COLUMNS))
    assert codes_by_line(batch) == {4: {"field_too_long"}, 36: {"field_too_long"}, 42: {"field_too_long"}}
    assert batch.accepted == 47
    for line in rejections.lines_of(batch):
        assert len(line.cells[samples.COLUMNS.index("CF_SY")]) == 1_000_000
        assert "这里只保留前1000000个字符" in line.refusals[0].detail


@pytest.mark.parametrize("row", [2, 33])
@pytest.mark.parametrize("text", ["字" * (_LONG // 3), "a," * (_LONG // 2)])
def test_a_line_without_end_is_refused_wherever_it_begins(
    web: Client, rows: list[samples.Row], row: int, text: str
) -> None:
    rows[row]["CF_SY"] = text
    detail = refused(web, samples.as_csv(rows, samples.COLUMNS), "处罚.csv")
    assert f"从第{row + 2}行起，16MB之内没有换行" in detail


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_a_file_that_is_one_cell_is_no_table(web: Client, quote: bytes) -> None:
    assert "从第1行起" in refused(web, quote + b"a" * _LONG + quote, "处罚.csv")
    short = refused(web, quote + b"a" * (_LONG // 2) + quote, "处罚.csv", code="header_missing")
    assert len(short) < 300


def test_a_quotation_of_many_lines_is_refused_wherever_it_is_met(
    web: Client, hand_in: HandIn, unit: samples.Unit
) -> None:
    """At upload among the first rows, which are read there; else by the worker, at once."""
    rows = list(samples.penalties(120, unit, today=today()))
    first, last = list(rows), list(rows)
    first[2] = last[110] = rows[2] | {"CF_SY": "a\n" * (_LONG // 2)}
    detail = refused(web, samples.as_csv(first, samples.COLUMNS), "处罚.csv")
    assert "从第4行起" in detail and "双引号不成对" in detail
    batch = hand_in(samples.as_csv(last, samples.COLUMNS))
    assert (batch.status, batch.error_code) == ("failed", "file_unreadable")
    assert "从第112行起" in batch.error_detail


def test_a_nul_is_named_by_line(web: Client, good: bytes) -> None:
    lines = good.splitlines(keepends=True)
    lines[28] = lines[28].replace(b",", b",\0", 1)
    assert "第29行含有空字符" in refused(web, b"".join(lines), "处罚.csv", code="file_nul")


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_an_open_quotation_is_named_where_it_begins(
    web: Client, rows: list[samples.Row], delimiter: str
) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow(samples.COLUMNS)
    writer.writerows([row[name] for name in samples.COLUMNS] for row in rows)
    lines = buffer.getvalue().splitlines(keepends=True)
    cells = lines[11].split(delimiter)
    lines[11] = delimiter.join([cells[0], f'"{cells[1]}', *cells[2:]])
    assert "第12行的英文双引号不成对" in refused(web, "".join(lines).encode(), "处罚.csv")


_CELL = st.text(st.sampled_from("鹤a \n"), max_size=4)
_QUOTED = st.lists(st.lists(_CELL | st.just('说"好"'), min_size=2, max_size=3), max_size=6)
_AFTER = st.lists(
    st.sampled_from(["甲,乙\r\n", '甲,"乙,丙"\r\n', '"甲","乙"\r\n', '甲"乙,"丙\n丁"\r\n']), max_size=6
)


@given(_QUOTED, _AFTER)
def test_whatever_stands_around_it_the_line_of_an_open_quotation_is_found(
    before: list[list[str]], after: list[str]
) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([["甲", "乙"], *before])
    text = buffer.getvalue()
    line = 1 + len(re.findall("\r\n|\n", text))
    content = text + '丙,"丁\r\n' + "".join(after)
    if content.count('"') % 2 == 0:
        return
    with pytest.raises(FileRefused) as caught:
        encoding_of(io.BytesIO(content.encode()))
    assert f"第{line}行的英文双引号" in caught.value.detail


# --- what goes back ------------------------------------------------------------------------------------


def test_a_cell_no_workbook_can_hold_is_said_to_be_cut(hand_in: HandIn, rows: list[samples.Row]) -> None:
    long = "字" * 40_000
    batch = hand_in(samples.as_csv([rows[0] | {"CF_SY": long}, rows[1] | {"CF_YJ": ""}], samples.COLUMNS))
    book = b"".join(rejections.download(batch, "xlsx").streaming_content)  # type: ignore[arg-type]
    header, cut, other = openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True)
    shown, said = header.index("CF_SY"), header.index("错误说明")
    assert cut[shown] == long[:32_767]
    assert "“CF_SY”超过工作表单元格的上限，本表只保留前32767个字符，全文见CSV格式的退回清单" in cut[said]
    assert "上限" not in other[said]
    text = b"".join(csv_blocks(rejections.table(batch))).decode("utf-8-sig")
    whole = list(csv.DictReader(io.StringIO(text)))
    assert whole[0]["CF_SY"] == long and "只保留" not in whole[0]["错误说明"]
