"""XLSX as a stream: a few megabytes of memory whatever the size, formulas and hidden sheets seen for what they are.

A workbook is a zip of XML parts. Sheets are read a block of rows at a time by regular expressions over the few forms
spreadsheet programs write; no entity is ever expanded and no part is ever held whole except the shared strings, as
bytes. Rejected: openpyxl in read-only mode (ten times slower), a reader in native code (holds every cell: 300 MB for
100,000 rows, and neither formulas without a result nor the size of what it unpacks can be seen).
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import BinaryIO, Final

from common.files.archives import Archive, bounded_archive, unpack
from common.files.errors import FileRefused
from common.workbooks.cells import Broken, Cell
from common.workbooks.dialect import Dialect, columns
from common.workbooks.parts import Workbook, cell_text, read_workbook, stream_of
from common.workbooks.strings import SharedStrings
from common.workbooks.usual import UsualRows
from common.workbooks.whole import broken_off, check_sheet, check_strings, next_row

MAX_UNPACKED: Final = 2 * 1024**3
_MAX_ROW: Final = 64 * 1024**2
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial day has no zone
_SHIFT_1904: Final = 1462
_USUAL_WIDTH: Final = 100


def check_workbook(file: BinaryIO, *, max_unpacked: int = MAX_UNPACKED) -> None:
    """Refuse what is no workbook, what would unpack to far more than any file of records, and what is not whole."""
    with bounded_archive(file, max_unpacked=max_unpacked) as archive:
        if "xl/workbook.xml" not in archive.NameToInfo:
            raise FileRefused("file_unreadable", "文件不是Excel工作簿（.xlsx），请另存为.xlsx或者CSV")
        book = read_workbook(archive)
        sheets = {part: name for name, part in book.sheets.items()}

        def look(part: str, blocks: Iterator[bytes]) -> None:
            if part in sheets:
                check_sheet(sheets[part], blocks)
            elif part == book.strings_part:
                check_strings(blocks)

        unpack(archive, look)


class XlsxFile:
    """Rows of the visible sheets of a workbook."""

    def __init__(self, file: BinaryIO) -> None:
        self._archive = Archive(file)
        self._book: Workbook = read_workbook(self._archive)
        self._strings = SharedStrings(self._archive, self._book.strings_part)
        self._width = 0

    def tables(self) -> list[str]:
        """Names of the visible sheets, in order."""
        return list(self._book.sheets)

    def expected_rows(self, table: str) -> int:
        """About how many rows there are, for a progress bar: what the sheet says of its own size."""
        block = next(stream_of(self._archive, self._book.sheets[table]), b"")
        found = re.search(rb'dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"', block)
        return int(found[1]) if found else 0

    def first_rows(self, table: str, limit: int) -> list[list[Cell]]:
        """The first rows, empty ones included, so that positions are row numbers."""
        rows: list[list[Cell]] = []
        for number, cells in self._rows(table, 0):
            if number > limit:
                break
            rows += [[] for _ in range(number - len(rows) - 1)]
            rows.append(cells)
        return rows

    def blocks(self, table: str, after: int, size: int) -> Iterator[tuple[list[int], list[list[Cell]]]]:
        """Numbered rows behind row `after`, up to `size` at a time, without empty rows."""
        lines: list[int] = []
        rows: list[list[Cell]] = []
        for number, cells in self._rows(table, after):
            if not any(cells) and cells.count("") == len(cells):
                continue
            lines.append(number)
            rows.append(cells)
            if len(rows) == size:
                yield lines, rows
                lines, rows = [], []
        if rows:
            yield lines, rows

    def _rows(self, table: str, after: int) -> Iterator[tuple[int, list[Cell]]]:
        dialect = usual = None
        pending, number = b"", 0
        for block in stream_of(self._archive, self._book.sheets[table]):
            if dialect is None or usual is None:
                dialect = Dialect.of(block)
                usual = UsualRows(dialect.prefix, self._strings, self._cell)
            text = pending + block
            # A sheet formatted down to its last row holds a million rows that need not be taken apart, and often nothing closes.
            if (behind := dialect.behind_empty_rows(text)) > 0:
                pending = text[behind:]
                continue
            *rows, pending = text.split(dialect.row_end)
            if len(pending) > _MAX_ROW:
                raise FileRefused("file_unreadable", "工作表中有一行异常地长，无法读取，请重新导出")
            for row in rows:
                if start := dialect.usual_row.match(row):
                    number, inside = next_row(int(start[1]), number), row[start.end() :]
                    if number > after:
                        cells = usual.row(inside, self._width)
                        yield (
                            number,
                            self._wide(cells or self._cells(dialect, inside.decode("utf-8", "replace"))),
                        )
                    continue
                for attributes, content in dialect.rows(row.decode("utf-8", "replace")):
                    number = next_row(dialect.row_number(attributes, number), number)
                    if number > after:
                        yield number, self._wide(self._cells(dialect, content))
        if dialect is None or not dialect.closes(pending):
            raise broken_off(f"工作表“{table}”")

    def _wide(self, cells: list[Cell]) -> list[Cell]:
        self._width = min(len(cells), _USUAL_WIDTH)  # the next row is most likely as wide
        return cells

    def _cells(self, dialect: Dialect, content: str) -> list[Cell]:
        width, column = self._width, -1
        cells: list[Cell] = [""] * width
        for reference, style, kind, formula, value, inline in dialect.cells(content):
            column = columns[reference] if reference else column + 1
            cell: Cell
            if kind == "s":
                cell = self._strings[int(value) if value.isdecimal() else -1]
            elif kind in ("", "n"):
                cell = self._number(value, style) if value else Broken("公式没有计算结果") if formula else ""
            elif kind == "e":
                cell = Broken(value)
            elif kind == "b":
                cell = "TRUE" if value == "1" else "FALSE"
            else:
                cell = cell_text(inline or value)
            if column < width:
                cells[column] = cell
            else:
                cells += [*[""] * (column - width), cell]
                width = column + 1
        return cells

    def _number(self, text: str, style: str) -> Cell:
        try:
            number = float(text)
        except ValueError:
            return cell_text(text)
        whole = abs(number) < 1e18 and text.lstrip("-").isdigit()
        return self._cell(int(text) if whole else number, int(style) if style else -1)

    def _cell(self, given: int | float, style: int) -> Cell:
        number = float(given)
        if style in self._book.date_styles:
            return self._day(number)
        return int(given) if number.is_integer() and abs(number) < 1e18 else number

    def _day(self, serial: float) -> Cell:
        """A cell formatted as a date, as the text the sheet shows."""
        try:
            moment = _EPOCH + timedelta(days=serial + (_SHIFT_1904 if self._book.from_1904 else 0))
        except OverflowError:
            return serial
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
        return moment.date().isoformat() if serial == int(serial) else moment.isoformat(" ")
