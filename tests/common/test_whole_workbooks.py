"""Workbooks that are not whole, or whose rows stand in no order: never taken in part."""

import io
import zipfile
from collections.abc import Callable, Sequence

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from common.files.errors import FileRefused
from common.workbooks.reader import check_workbook
from tests.common.sheets import book, rows_of

_LAST = 1_048_576
_STATED = st.one_of(
    st.none(),
    st.integers(1, 9).map(str),
    st.sampled_from(["0", "-1", "", "x", "٣", "007", str(_LAST), str(_LAST + 1), "99999999999", "9" * 5000]),
)
_FORMS = ['<row r="{}"><c><v>7</v></c></row>', "<row  r='{}'><c><v>7</v></c></row>", '<row r="{}"/>']


def _taken(numbers: Sequence[str | None]) -> bool:
    """Whether rows that state these numbers stand in order."""
    before = 0
    for stated in numbers:
        if stated is None:
            number = before + 1
        elif stated.isascii() and stated.isdigit() and len(stated) <= 7:
            number = int(stated)
        else:
            return False
        if not before < number <= _LAST:
            return False
        before = number
    return True


@given(st.lists(st.tuples(_STATED, st.sampled_from(_FORMS)), max_size=6), st.integers(20, 400))
def test_only_rows_in_order_are_read(rows: list[tuple[str | None, str]], block: int) -> None:
    written = (
        "<row><c><v>7</v></c></row>" if number is None else form.format(number) for number, form in rows
    )
    # what stands behind the rows begins like one
    file = book("".join(written) + '<row r="1048576"/>' * (not rows))
    in_order = _taken([number for number, _ in rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.files.archives._BLOCK", block)
        patch.setattr("common.workbooks.parts._BLOCK", block)
        assert _accepted(lambda: check_workbook(file)) is in_order
        # rows in which nothing stands are passed over
        said = [number for number, form in rows if number is None or "<v>" in form]
        assert len(said) < len(rows) or _accepted(lambda: rows_of(file)) is in_order


def _accepted(read: Callable[[], object]) -> bool:
    try:
        read()
    except FileRefused as refused:
        assert (refused.code, refused.status) == ("file_unreadable", 415)
        return False
    return True


def _repacked(whole: bytes, part: str, change: Callable[[bytes], bytes]) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.namelist():
            target.writestr(entry, change(source.read(entry)) if entry == part else source.read(entry))
    return buffer


def _written_by_openpyxl() -> bytes:
    table = openpyxl.Workbook()
    table.active.title = "a"
    for number in range(12):
        table.active.append([f"行 {number}", number, None, "同"])
    buffer = io.BytesIO()
    table.save(buffer)
    return buffer.getvalue()


def _written_with_breaks() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as written:
        sheet = written.add_worksheet("a")
        for number in range(12):
            sheet.write_row(number, 0, [f"行 {number}", number, "同"])
        sheet.set_row(20, 30)
        sheet.set_h_pagebreaks([3, 9])
        sheet.merge_range(21, 0, 21, 2, "")
    return buffer.getvalue()


_WHOLE = [_written_by_openpyxl(), _written_with_breaks()]


@given(st.sampled_from(_WHOLE), st.integers(0, 10**6), st.integers(20, 2000))
def test_a_sheet_cut_anywhere_is_refused_at_upload_and_by_whoever_reads_it(
    whole: bytes, place: int, block: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.files.archives._BLOCK", block)
        patch.setattr("common.workbooks.parts._BLOCK", block)
        assert _accepted(lambda: check_workbook(io.BytesIO(whole)))
        cut = _repacked(whole, "xl/worksheets/sheet1.xml", lambda sheet: sheet[: place % (len(sheet) - 1)])
        assert not _accepted(lambda: check_workbook(cut))
        assert not _accepted(lambda: rows_of(cut))


@given(st.integers(0, 10**6))
def test_texts_cut_anywhere_are_refused_at_upload(place: int) -> None:
    cut = _repacked(_WHOLE[1], "xl/sharedStrings.xml", lambda texts: texts[: place % (len(texts) - 1)])
    assert not _accepted(lambda: check_workbook(cut))


@pytest.mark.parametrize(
    "sheet",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c>',  # the last row goes on
        '<row r="1"><c r="A1"><v>1</v></c><row r="2"><c r="A2"><v>2</v></c></row>',  # a row within one
        '<row r="1"><c r="A1" t="s"><v>1<c r="F9"><v>2</v></c></row>',  # a cell within one
    ],
)
def test_what_is_left_of_rows_is_no_row(sheet: str) -> None:
    assert not _accepted(lambda: rows_of(book(sheet)))


def test_a_hidden_sheet_may_be_as_it_likes() -> None:
    """Nobody reads it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as written:
        written.add_worksheet("a").write(0, 0, "x")
        written.add_worksheet("b").hide()
    cut = _repacked(buffer.getvalue(), "xl/worksheets/sheet2.xml", lambda sheet: sheet[:200])
    assert _accepted(lambda: check_workbook(cut))
    assert rows_of(cut) == [(1, ["x"])]
