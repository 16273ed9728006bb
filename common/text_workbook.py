"""A workbook of one sheet in which every cell is text, written row by row to where it is wanted.

The usual library writes rows that do not fit in memory to temporary files, in plain, and what goes back to whoever handed it in holds
personal data. Here the library makes the package around an empty sheet, in memory, and only the sheet itself is written by us,
straight into the package. Rejected: the whole sheet in memory (a gigabyte for 100,000 rows), temporary files in memory
(containers have 64 MB of that).
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

_SHEET: Final = "xl/worksheets/sheet1.xml"
_ROWS: Final = b"<sheetData/>"
_COLUMNS: Final = 16_384  # of a sheet
LONGEST: Final = 32_767  # characters a spreadsheet takes in a cell
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ROWS_A_BLOCK: Final = 500


def write_texts(sink: IO[bytes], title: str, rows: Iterable[Sequence[str]]) -> None:
    """Write `rows` to `sink` as the only sheet. Texts are cut to what a cell takes; characters XML cannot hold become "�"."""
    empty = ZipFile(io.BytesIO(_empty(title)))
    with ZipFile(sink, "w", ZIP_DEFLATED) as book:
        for name in empty.namelist():
            if name != _SHEET:
                book.writestr(name, empty.read(name))
        head, tail = empty.read(_SHEET).split(_ROWS)
        with book.open(_SHEET, "w") as sheet:
            sheet.write(head + b"<sheetData>")
            for block in _blocks(rows):
                sheet.write(block)
            sheet.write(b"</sheetData>" + tail)


def _empty(title: str) -> bytes:
    """A workbook with an empty sheet and, as style 1, cells that stay text when somebody edits them."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet(title).set_column(0, _COLUMNS - 1, None, book.add_format({"num_format": "@"}))
    return buffer.getvalue()


def _blocks(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    block: list[str] = []
    for number, row in enumerate(rows, 1):
        block.append(f'<row r="{number}">{"".join(map(_cell, row))}</row>')
        if number % _ROWS_A_BLOCK == 0:
            yield "".join(block).encode()
            block.clear()
    yield "".join(block).encode()


def _cell(text: str) -> str:
    shown = escape(_NOT_IN_XML.sub("\ufffd", text[:LONGEST]))
    return f'<c s="1" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'
