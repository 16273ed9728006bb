"""A cell as a sheet holds it: a str, an int, a float or a `Broken` (error value, formula without result)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell without a usable value; `text` is what the sheet shows."""

    text: str

    def __str__(self) -> str:
        return self.text


Cell: TypeAlias = str | int | float | Broken


def plain(cell: Cell) -> str:
    """A cell as text, numbers as a person would write them."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(Decimal(repr(cell)), "f")
    return str(cell)
