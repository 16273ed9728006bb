"""Finding the header row of a file and what each column is. Pure.

Headers may be the label or the code of a field, with any width of brackets and spaces. Title rows above are skipped;
a table of another item is recognised and named, because that is the mistake officers make.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from common.text import normalise_header
from common.workbooks.cells import Cell, plain
from records.rules.facts import EFFECTIVE_DATE, PLATFORM_COLUMNS, REPORT_COLUMNS, Layout

SEARCHED_ROWS: Final = 20
MAX_COLUMNS: Final = 100
_ENOUGH: Final = 0.6
_REPORT: Final = {normalise_header(name): name for name in REPORT_COLUMNS}


class HeaderProblem(Exception):
    """Why no header could be taken: code and sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Header:
    """`row` counts from 1; `positions` gives the column of every known name; `kept` the columns that belong to the
    file itself, that is without those a list of rejected rows adds; `titles` are their headers as written."""

    row: int
    width: int
    positions: Mapping[str, int]
    kept: tuple[int, ...]
    titles: tuple[str, ...]


def names_of(layout: Layout) -> dict[str, str]:
    """Compared header → field code or platform column."""
    names = {normalise_header(name): name for name in PLATFORM_COLUMNS}
    names |= {normalise_header(one.code): one.code for one in layout.fields}
    return names | {normalise_header(one.label): one.code for one in layout.fields}


def _no_others() -> Sequence[Layout]:
    return ()


def find(
    rows: Sequence[Sequence[Cell]], layout: Layout, others: Callable[[], Sequence[Layout]] = _no_others
) -> Header:
    """Look for the header of `layout` in the first rows; `others` gives the items whose tables are recognised by name,
    and is asked only when there is none.

    A row counts when it names every required field, or 60 % of all. Raises HeaderProblem.
    """
    width = max((_width(row) for row in rows), default=0)
    if width > MAX_COLUMNS:
        raise HeaderProblem(
            "file_too_many_columns", f"表格有{width}列，最多{MAX_COLUMNS}列。请使用本事项的报送模板"
        )
    names = names_of(layout)
    compared = [[normalise_header(plain(cell)) for cell in row] for row in rows]
    best = max(range(len(rows)), key=lambda row: _score(compared[row], names), default=None)
    found = {names[text] for text in compared[best] if text in names} if best is not None else set()
    own = found - set(PLATFORM_COLUMNS)
    missing = [one for one in layout.fields if one.required and one.code not in own]
    if best is None or (missing and len(own) < _ENOUGH * len(layout.fields)):
        raise _none_found(layout, others(), compared, best)
    if missing:
        labels = "、".join(one.label for one in missing)
        raise HeaderProblem("header_column_missing", f"表头缺少必填列：{labels}")
    return _header(best, rows[best], compared[best], names, layout)


def _header(
    row: int, cells: Sequence[Cell], compared: Sequence[str], names: Mapping[str, str], layout: Layout
) -> Header:
    positions: dict[str, int] = {}
    kept, titles = [], []
    for column, text in enumerate(compared[: _width(cells)]):
        if text in _REPORT:
            continue
        kept.append(column)
        titles.append(plain(cells[column]).strip())
        if (name := names.get(text)) is None:
            continue
        if name in positions:
            label = next((one.label for one in layout.fields if one.code == name), name)
            raise HeaderProblem("header_duplicate", f"表头中“{label}”出现了两次，请只保留一列")
        positions[name] = column
    return Header(row + 1, _width(cells), positions, tuple(kept), tuple(titles))


def _width(row: Sequence[Cell]) -> int:
    return next((len(row) - behind for behind, cell in enumerate(reversed(row)) if cell != ""), 0)


def _score(compared: Sequence[str], names: Mapping[str, str]) -> int:
    return len({names[text] for text in compared if text in names})


def _none_found(
    layout: Layout, others: Sequence[Layout], compared: Sequence[Sequence[str]], best: int | None
) -> HeaderProblem:
    for other in others:
        names = names_of(other)
        needed = {one.code for one in other.fields if one.required} or {EFFECTIVE_DATE}
        for row in compared:
            found = {names[text] for text in row if text in names}
            if needed <= found or len(found) >= _ENOUGH * len(other.fields):
                return HeaderProblem(
                    "header_of_other_item",
                    f"这是“{other.name}”（{other.code}）的表头，本次选择的事项是“{layout.name}”（{layout.code}），请核对",
                )
    seen = "、".join(filter(None, compared[best]))[:60] if best is not None else ""
    return HeaderProblem(
        "header_missing",
        f"前{SEARCHED_ROWS}行内没有找到“{layout.name}”的表头{f'（最接近的一行：{seen}）' if seen else ''}，请使用本事项的报送模板",
    )
