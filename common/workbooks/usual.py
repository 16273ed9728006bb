"""Rows that are written as nearly all are, read without a look at each cell.

Take the digits out of such a row, and what is left says which cells it has: thousands of rows leave the same. What it
means is worked out once; the digits themselves are the numbers of shared texts, plain numbers and styles, and come by one
split. Any other row (texts in the cell, formulas, errors, truth values) is none of this module's business.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, TypeAlias

import orjson

from common.workbooks.cells import Cell
from common.workbooks.dialect import columns
from common.workbooks.strings import SharedStrings

_DIGITS: Final = b"0123456789."
_BLANKS: Final = bytes(one if one in _DIGITS else 32 for one in range(256))
_FORMS: Final = 500  # known at a time
_LONGEST: Final = 16_000  # what is left of a row

Picked: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """What the digits of a row are, by their places: `texts` picks numbers of texts, `numbers` are pairs of a number's
    place and its style's (-1 = none). `arrange` lays texts, numbers and a last empty one into columns."""

    size: int
    texts: Callable[[list[int]], Picked]
    numbers: tuple[tuple[int, int], ...]
    arrange: Callable[[list[Cell]], Picked]


class UsualRows:
    """The usual rows of one sheet; `number` makes a cell of a number and its style (-1 = none)."""

    def __init__(
        self, prefix: str, strings: SharedStrings, number: Callable[[int | float, int], Cell]
    ) -> None:
        p = re.escape(prefix.encode().translate(None, _DIGITS))
        cell = rb'<%bc r="([A-Z]{1,3}+)"( s="")?+( t="[sn]")?+(/>|><%bv></%bv></%bc>)' % (p, p, p, p)
        self._cell, self._cells = re.compile(cell), re.compile(rb"(?:%b)++" % cell)
        self._strings, self._number = strings, number
        self._forms: dict[bytes, _Form] = {}
        self._width = 0

    def row(self, content: bytes, width: int) -> list[Cell] | None:
        """The cells of a row, `width` or more; none if it is not written as usual."""
        if width != self._width:
            self._width = width
            self._forms.clear()
        form = self._form(content.translate(None, _DIGITS))
        if form is None:
            return None
        try:
            digits = orjson.loads(b"[%b]" % b",".join(content.translate(_BLANKS).split()))
        except orjson.JSONDecodeError:
            return None
        if len(digits) != form.size:
            return None
        cells: list[Cell] = [*self._strings.of(form.texts(digits))]
        for place, style in form.numbers:
            cells.append(self._number(digits[place], digits[style] if style >= 0 else -1))
        cells.append("")
        return list(form.arrange(cells))

    def _form(self, left: bytes) -> _Form | None:
        form = self._forms.get(left)
        if form is None and len(left) <= _LONGEST and self._cells.fullmatch(left):
            if len(self._forms) >= _FORMS:
                self._forms.clear()
            form = self._forms[left] = self._read(left)
        return form

    def _read(self, left: bytes) -> _Form:
        """What the row that left this says. A column that comes twice has what comes last."""
        place, filled = 0, {}
        for letters, styled, kind, rest in self._cell.findall(left):
            style = place + 1 if styled else -1
            place += 2 if styled else 1
            filled[columns[letters.decode()]] = (kind, place, style) if rest != b"/>" else None
            place += rest != b"/>"
        texts = {column: cell[1] for column, cell in filled.items() if cell and cell[0] == b' t="s"'}
        numbers = {column: cell[1:] for column, cell in filled.items() if cell and column not in texts}
        order = {column: number for number, column in enumerate((*texts, *numbers))}
        width = max(self._width, max(filled) + 1)
        arranged = [order.get(column, -1) for column in range(width)]
        return _Form(place, _picker(list(texts.values())), tuple(numbers.values()), _picker(arranged))


def _picker(places: list[int]) -> Callable[[list[Any]], Picked]:
    """What picks these places, as a tuple whatever their number."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda given: tuple(given[place] for place in places)
