"""A cell as a sheet holds it: a str, an int, a float or a `Broken` (error value, formula without result)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, overload


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell without a usable value; `text` is what the sheet shows."""

    text: str

    def __str__(self) -> str:
        return self.text


Cell: TypeAlias = str | int | float | Broken


@dataclass(frozen=True, slots=True)
class Grid(Sequence[Sequence[Cell]]):
    """Rows of equal width laid end to end: a column is a stride, and a row is cut out only when it is asked for."""

    cells: list[Cell]
    width: int
    apostrophes: bool = True  # whether there may be one anywhere

    def __len__(self) -> int:
        return len(self.cells) // self.width

    @overload
    def __getitem__(self, row: int) -> list[Cell]: ...
    @overload
    def __getitem__(self, row: slice) -> list[list[Cell]]: ...
    def __getitem__(self, row: int | slice) -> list[Cell] | list[list[Cell]]:
        if isinstance(row, slice):
            return [self[number] for number in range(*row.indices(len(self)))]
        start = range(len(self))[row] * self.width
        return self.cells[start : start + self.width]


def plain(cell: Cell) -> str:
    """A cell as text, numbers as a person would write them."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(Decimal(repr(cell)), "f")
    return str(cell)
