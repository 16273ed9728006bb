"""The quick ways of reading a workbook against the slow ones, which look at every cell and every text."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from common.files.archives import DAMAGED, Archive
from common.files.errors import FileRefused
from common.workbooks import strings
from common.workbooks.cells import Cell
from common.workbooks.dialect import Dialect
from common.workbooks.reader import XlsxFile
from common.workbooks.strings import SharedStrings
from common.workbooks.usual import UsualRows
from tests.common.sheets import book, rows_of

_PLAIN = "".join(f"<si><t>text {number} 文</t></si>" for number in range(40))
_LETTERS = st.sampled_from(["A", "B", "C", "D", "E", "Z", "AA", "AB", "CV", "XFD"])
_NUMBERS = st.one_of(
    st.integers(-50, 10**20).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(0, 60000).map(lambda number: f"{number:.2f}"),
    st.integers(30000, 60000).map(str),
    st.sampled_from(
        [
            "-0",
            "0",
            "5.0",
            "007",
            "1.",
            ".5",
            "1.2.3",
            "",
            "1e5",
            "12E-3",
            " 7",
            "7 8",
            "1-2",
            "９",
            "二",
            "999999999999999999",
        ]
    ),
)
_STYLE = st.sampled_from(["", "", ' s="0"', ' s="1"', ' s="2"'])


@st.composite
def _cell(draw: st.DrawFn) -> str:
    where, style = f'r="{draw(_LETTERS)}{draw(st.integers(1, 9))}"', draw(_STYLE)
    match draw(st.integers(0, 12)):
        case 0:
            return f"<c {where}{style}/>"
        case 1:
            return f"<c {where}{style}></c>"
        case 2:
            return f'<c {where}{style} t="inlineStr"><is><t>在格 2</t></is></c>'
        case 3:
            return f'<c {where}{style} t="{draw(st.sampled_from(["b", "e", "str", "d"]))}"><v>1</v></c>'
        case 4:
            return f"<c {where}{style}><f>A1</f><v>{draw(_NUMBERS)}</v></c>"
        case 5:
            return f'<c{style} t="n"><v>{draw(_NUMBERS)}</v></c>'
        case 6:
            return f'<c t="s" {where}{style}><v>{draw(st.integers(0, 39))}</v></c>'
        case 7 | 8:
            return f"<c {where}{style}><v>{draw(_NUMBERS)}</v></c>"
        case _:
            return f'<c {where}{style} t="s"><v>{draw(st.integers(0, 39))}</v></c>'


@st.composite
def _row(draw: st.DrawFn) -> str:
    """A row, "#" for its number, and perhaps an empty one before it, "%" for the number of that."""
    attributes = draw(
        st.sampled_from(
            ["", ' r="#"', ' r="#" spans="1:9" x14ac:dyDescent="0.25"', ' spans="1:9" r="#"', " r = '#'"]
        )
    )
    empty = draw(st.sampled_from(["", "", "", '<row r="%"/>']))
    return f"{empty}<row{attributes}>{''.join(draw(st.lists(_cell(), max_size=6)))}</row>"


def _numbered(rows: Sequence[str], gap: int) -> str:
    """Rows with numbers that rise; one that states none is the next."""
    written, number = [], 0
    for row in rows:
        if "%" in row:
            number += gap
            row = row.replace("%", str(number))
        number += gap if "#" in row else 1
        written.append(row.replace("#", str(number)))
    return "".join(written)


@given(st.lists(_row(), max_size=8), st.integers(1, 3), st.integers(1, 5))
def test_a_row_read_at_once_is_the_row_read_cell_by_cell(rows: list[str], times: int, gap: int) -> None:
    file = book(_numbered(rows * times, gap), _PLAIN)
    quick = rows_of(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(UsualRows, "row", lambda *_: None)
        slow = rows_of(file)
    assert quick == slow
    assert [list(map(type, row)) for _, row in quick] == [list(map(type, row)) for _, row in slow]


def test_the_usual_rows_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or nobody would notice that the quick way had got lost."""
    monkeypatch.setattr(Dialect, "cells", lambda _, content: pytest.fail(content) if content else [])
    for p in ("", "x:"):
        row = (
            f'<{p}row r="2" spans="1:4"><{p}c r="B2" t="s"><{p}v>1</{p}v></{p}c><{p}c r="C2" s="1"><{p}v>45383</{p}v></{p}c>'
            f'<{p}c r="D2" s="2"/><{p}c r="F2" t="n"><{p}v>2.50</{p}v></{p}c></{p}row>'
        )
        texts = "<si><t>a</t></si><si><t>b</t></si>"
        first = f'<{p}row r="1"></{p}row>'
        assert rows_of(book(first + row, texts, p)) == [(2, ["", "b", "2024-04-01", "", "", 2.5])]


def test_a_row_behind_which_reading_goes_on_may_lie_anywhere() -> None:
    row = '<row r="{0}"><c r="A{0}" t="s"><v>{0}</v></c></row>'
    file = XlsxFile(book("".join(row.format(number) for number in range(1, 30)), _PLAIN))
    (found,) = file.blocks("a", 20, 50)
    assert found == (list(range(21, 30)), [[f"text {number} 文"] for number in range(21, 30)])


def test_forms_are_forgotten_and_long_rows_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.workbooks.usual._FORMS", 2)
    monkeypatch.setattr("common.workbooks.usual._LONGEST", 200)
    cell = '<c r="{}1"><v>{}</v></c>'.format
    sheet = "".join(
        f"<row>{''.join(cell(letter, number) for letter in 'ABCDEFGHIJKLMNOP'[: number % 16 + 1])}</row>".replace(
            "<row>", f'<row r="{number}">'
        )
        for number in range(1, 60)
    )
    for number, row in rows_of(book(sheet)):
        assert [cell for cell in row if cell] == [number] * (number % 16 + 1)


# --- shared strings ------------------------------------------------------------------------------------

_TEXT = st.text("ab&_x0041 \n文𠮷<>\"'", max_size=12)


@st.composite
def _string(draw: st.DrawFn) -> tuple[str, str]:
    """A shared string as XML, and what it says."""
    text, other = draw(_TEXT), draw(_TEXT)
    said = strings.cell_text(escape(text))
    match draw(st.integers(0, 9)):
        case 0:
            return f'<si><t xml:space="preserve">{escape(text)}</t></si>', said
        case 1:
            hint = '<rPh sb="0" eb="1"><t>pinyin</t></rPh><phoneticPr fontId="1" type="noConversion"/>'
            return f"<si><t>{escape(text)}</t>{hint}</si>", said
        case 2:
            return f'<si><t>{escape(text)}</t><phoneticPr fontId="1"/></si>', said
        case 3:
            runs = f"<r><rPr/><t>{escape(text)}</t></r><r><t>{escape(other)}</t></r>"
            return f"<si>{runs}</si>", strings.cell_text(escape(text) + escape(other))
        case 4:
            return "<si/>", ""
        case 5:
            return "\n<si><t/></si>", ""
        case _:
            return f"<si><t>{escape(text)}</t></si>", said


def _names_no_text(refused: FileRefused) -> bool:
    return "不存在的文本" in refused.detail


def shared(texts: str) -> SharedStrings:
    return SharedStrings(zipfile.ZipFile(book("", texts)), "xl/sharedStrings.xml")


@given(st.lists(_string()), st.integers(1, 200), st.randoms())
def test_texts_come_in_any_order_whatever_they_are_written_like(
    written: list[tuple[str, str]], block: int, order: Any
) -> None:
    written = [*written, ("<si><t>last</t></si>", "last")]
    xml, said = "".join(one for one, _ in written), [text for _, text in written]
    asked = [*range(len(said)), *(order.randrange(len(said)) for _ in said), *range(len(said))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.workbooks.parts._BLOCK", block)
        for name, value in (("_AT_ONCE", 2), ("_AHEAD", 2), ("_REPEATED", 3)):
            patch.setattr(strings, name, value)
        found = shared(xml)
        assert [found[number] for number in asked] == [said[number] for number in asked]
        assert shared(xml).of(asked) == [said[number] for number in asked]
        with pytest.raises(FileRefused, check=_names_no_text):
            found[len(said)]


def test_only_as_much_is_read_as_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.workbooks.parts._BLOCK", 100)
    found = shared("".join(f"<si><t>{number}</t></si>" for number in range(1000)))
    assert found[3] == "3"
    assert len(found._known) < 20
    assert found.of((999, 5)) == ["999", "5"]


@pytest.mark.parametrize("number", [-1, 2.5, 40])
def test_a_text_that_is_not_there_is_refused(number: int) -> None:
    with pytest.raises(FileRefused, check=_names_no_text):
        shared(_PLAIN).of((0, number))


@pytest.mark.parametrize("number", ["40", "-1", "1.5", "x", ""])
def test_a_cell_that_names_such_a_text_is_refused(number: str) -> None:
    with pytest.raises(FileRefused, check=_names_no_text):
        rows_of(book(f'<row r="1"><c r="A1" t="s"><v>{number}</v></c></row>', _PLAIN))


# --- beside openpyxl -----------------------------------------------------------------------------------

_VALUE = st.one_of(
    st.none(),
    st.text("ab文 &<_x0041é", min_size=1, max_size=9),
    st.integers(-(10**15), 10**15),
    st.floats(-1e9, 1e9),
)


@given(st.lists(st.lists(_VALUE, min_size=1, max_size=30), min_size=1, max_size=12))
def test_what_other_programs_write_is_read_as_openpyxl_reads_it(table: Sequence[Sequence[Any]]) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as written:
        sheet = written.add_worksheet("a")
        for number, row in enumerate(table):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value)
    theirs = openpyxl.load_workbook(buffer).active
    ours = dict(rows_of(buffer))
    for number, row in enumerate(theirs.iter_rows(values_only=True), 1):
        cells = ours.get(number, [])
        assert list(cells) == ["" if value is None else value for value in row][: len(cells)]
        assert not any(value is not None for value in row[len(cells) :])


# --- archives ------------------------------------------------------------------------------------------


@given(st.binary(max_size=3000), st.integers(0, 9), st.data())
def test_an_entry_is_inflated_as_the_standard_library_does_or_refused(
    content: bytes, level: int, data: st.DataObject
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as target:
        target.writestr("a", content * 5)
    assert Archive(buffer).read("a") == content * 5
    broken = bytearray(buffer.getvalue())
    broken[data.draw(st.integers(31, len(broken) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        assert Archive(io.BytesIO(bytes(broken))).read("a") == content * 5
    except (*DAMAGED, KeyError, UnicodeDecodeError, OSError, ValueError):
        pass


_ROWS = st.lists(
    st.sampled_from([
        '<row r="{n}" s="1" customFormat="1"/>', '<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>', "<row/>", "<row></row>",
        '<row r="{n}"><c r="B{n}" t="s"><v>3</v></c></row>', '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>字</t></is></c></row>',
        '<row r="{n}"><c r="A{n}"><f>1+1</f></c></row>', "<row><c><v>7</v></c></row>", '<row  r="{n}"><c r="A{n}"><v>1</v></c></row>',
    ]), max_size=40,
)  # fmt: skip


@given(_ROWS, st.integers(1, 400))
def test_rows_passed_over_are_rows_in_which_nothing_stands(rows: list[str], block: int) -> None:
    sheet = book("".join(row.format(n=number) for number, row in enumerate(rows, 1)), _PLAIN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.workbooks.parts._BLOCK", block)
        found = _filled(rows_of(sheet))
        patch.setattr(Dialect, "behind_empty_rows", lambda *_: -1)
        assert found == _filled(rows_of(sheet))


def _filled(rows: list[tuple[int, list[Cell]]]) -> list[tuple[int, list[Cell]]]:
    """Without empty cells at the end of a row: how many there are depends on the rows read before."""
    return [
        (number, [*cells[: 1 + max(i for i, cell in enumerate(cells) if cell != "")]])
        for number, cells in rows
    ]


def test_a_sheet_formatted_down_to_its_last_row_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that are only formatted close themselves, a million of them without the end of one."""
    monkeypatch.setattr("common.workbooks.reader._MAX_ROW", 1024**2)
    formatted = "".join(f'<row r="{number}" s="1" customFormat="1" ht="20"/>' for number in range(2, 60_000))
    last = '<row r="60000"><c r="A60000" t="s"><v>2</v></c></row>'
    first = '<row r="1"><c r="A1" t="s"><v>1</v></c></row>'
    assert rows_of(book(first + formatted + last, _PLAIN)) == [(1, ["text 1 文"]), (60_000, ["text 2 文"])]
