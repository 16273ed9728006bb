"""A file as chunks of named columns: what the rules want, and the original cells of every row for what goes back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, starmap
from operator import is_not
from typing import BinaryIO, Final, Protocol

from common.files.errors import FileRefused
from common.workbooks.cells import Cell, Grid
from common.workbooks.reader import XlsxFile
from records.intake.csv_file import CsvFile
from records.rules.columns import Problems
from records.rules.facts import Layout
from records.rules.headers import SEARCHED_ROWS, Header, HeaderProblem, find

# What a spreadsheet may take for a formula; lists of rejected rows put an apostrophe before it.
FORMULA_STARTS: Final = frozenset("=+-@\t\r＝＋－＠")

# How a row comes to have more cells than the header.
_OF_CSV: Final = "可能是内容中有未加引号的逗号，请核对"
_OF_WORKBOOK: Final = "请删去表头最后一列之后的内容，或者为该列补上表头"


class TableFile(Protocol):
    """What both formats offer; a table is a sheet or a way to read a CSV."""

    def tables(self) -> list[str]: ...
    def expected_rows(self, table: str) -> int: ...
    def first_rows(self, table: str, limit: int) -> list[list[Cell]]: ...
    def blocks(
        self, table: str, after: int, size: int
    ) -> Iterator[tuple[list[int], Sequence[Sequence[Cell]]]]: ...


def open_table(file: BinaryIO, format_name: str) -> TableFile:
    return XlsxFile(file) if format_name == "xlsx" else CsvFile(file, format_name)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its header found."""

    file: TableFile
    name: str
    header: Header


def locate(file: TableFile, layout: Layout, others: Callable[[], Sequence[Layout]] = lambda: ()) -> Table:
    """Find the one table that carries the item's header; raises FileRefused."""
    found: list[Table] = []
    problems: list[HeaderProblem] = []
    for name in file.tables():
        try:
            header = find(file.first_rows(name, SEARCHED_ROWS), layout, others)
        except HeaderProblem as problem:
            problems.append(problem)
            continue
        found.append(Table(file, name, header))
        if isinstance(file, CsvFile):
            break
    if len(found) > 1:
        names = "、".join(f"“{table.name}”" for table in found)
        raise FileRefused("file_several_sheets", f"工作表{names}都有报送内容，请每个文件只保留一张")
    if not found:
        telling = next((one for one in problems if one.code != "header_missing"), problems[0])
        raise FileRefused(telling.code, telling.detail)
    return found[0]


@dataclass(frozen=True, slots=True)
class Chunk:
    """`columns` by field code or platform name, `originals` row by row; formula escapes are undone in both."""

    lines: list[int]
    columns: dict[str, Sequence[Cell]]
    originals: Sequence[Sequence[Cell]]
    problems: Problems

    def cut(self, rows: int) -> "Iterator[Chunk]":
        """The first rows, and the others if there are any."""
        for part in filter(None, (range(len(self.lines))[:rows], range(len(self.lines))[rows:])):
            inside = slice(part.start, part.stop)
            columns = {name: column[inside] for name, column in self.columns.items()}
            problems = Problems()
            problems.rows |= {
                row - part.start: self.problems.rows[row] for row in self.problems.rows.keys() & set(part)
            }
            yield Chunk(self.lines[inside], columns, self.originals[inside], problems)


def begun_small(given: Iterator[Chunk], rows: int) -> Iterator[Chunk]:
    """The same chunks, the first one in two: whoever waits for it has something to do sooner."""
    for chunk in islice(given, 1):
        yield from chunk.cut(rows)
    yield from given


def chunks(table: Table, after: int, size: int) -> Iterator[Chunk]:
    """Chunks of up to `size` rows behind row `after` (0 = from the header on)."""
    header = table.header
    slipped = _OF_CSV if isinstance(table.file, CsvFile) else _OF_WORKBOOK
    return starmap(
        partial(_chunk, header, slipped), table.file.blocks(table.name, max(after, header.row), size)
    )


def _chunk(header: Header, slipped: str, lines: list[int], rows: Sequence[Sequence[Cell]]) -> Chunk:
    problems = Problems()
    grid = (
        rows
        if isinstance(rows, Grid) and rows.width == header.width
        else _laid_out(header.width, rows, problems, slipped)
    )
    given: list[Sequence[Cell]] = [grid.cells[column :: header.width] for column in range(header.width)]
    columns = list(map(_unescaped, given)) if grid.apostrophes else given
    originals: Sequence[Sequence[Cell]] = grid
    if len(header.kept) != header.width or any(map(is_not, columns, given)):
        originals = list(zip(*(columns[column] for column in header.kept), strict=True))
    named = {name: columns[column] for name, column in header.positions.items()}
    return Chunk(lines, named, originals, problems)


def _laid_out(width: int, rows: Sequence[Sequence[Cell]], problems: Problems, slipped: str) -> Grid:
    """Laid end to end and cut with a stride: walking thousands of rows side by side costs six times as much."""
    fitting = (
        row if len(row) == width else _fit(list(row), width, number, problems, slipped)
        for number, row in enumerate(rows)
    )
    return Grid(list(chain.from_iterable(fitting)), width)


def _fit(row: list[Cell], width: int, number: int, problems: Problems, slipped: str) -> list[Cell]:
    """Pad a short row; a row with something beyond the header's last column has slipped and is refused."""
    if len(row) > width and any(cell != "" for cell in row[width:]):
        beyond = max(place for place, cell in enumerate(row, 1) if cell != "") - width
        detail = f"本行比表头多出{beyond}列，{slipped}"
        problems.add(number, "field_too_long", "", detail)
    return row[:width] + [""] * (width - len(row))


def _unescaped(column: Sequence[Cell]) -> Sequence[Cell]:
    """Undo the apostrophe that lists of rejected rows put before what a spreadsheet would take for a formula."""
    try:
        if "'" not in "".join(column):  # type: ignore[arg-type]
            return column
    except TypeError:  # a spreadsheet's numbers are among them
        pass
    if not any(isinstance(cell, str) and escaped(cell) for cell in column):
        return column
    return [cell[1:] if isinstance(cell, str) and escaped(cell) else cell for cell in column]


def escaped(text: str) -> bool:
    """Whether a text carries the apostrophe: it stands before a character that starts a formula."""
    return text[:1] == "'" and len(text) > 1 and text[1] in FORMULA_STARTS
