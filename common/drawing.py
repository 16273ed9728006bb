"""Components that long lists are made of, drawn in Python: the template language takes ten times as long for a table cell,
and a page of results is made of little else. The markup is part of the design language like that of every other component.

Rejected: another template engine (two languages for one set of components); finished tables in a cache (one more place
that could outlive a window).
"""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import cast

from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware, localtime

from common.components import Cell, Chip, Column, Table

Head = tuple[Column, str, str]  # column, address that sorts by it, value of aria-sort
_BLANK = ("", "—")


def text_of(value: object) -> str:
    """A value as a template would write it: localised, and escaped unless it is markup of our own."""
    if type(value) is str:
        return escape(value)
    if isinstance(value, datetime) and is_aware(value):
        value = localtime(value)
    return conditional_escape(cast(str, localize(value)))


def draw_chip(state: Chip) -> SafeString:
    """A state in words; the tone only supports them."""
    return _markup(f'<span class="chip chip--{text_of(state.tone)}">{text_of(state.text)}</span>')


def draw_cell(cell: Cell) -> SafeString:
    """Content of one cell: chip, text or link, and the quiet second line."""
    text = text_of(cell.text)
    shown = f'<a href="{text_of(cell.url)}">{text}</a>' if cell.url else text
    chip = draw_chip(cell.chip) if cell.chip else ""
    if chip and text:
        chip, shown = f"{chip} ", f'<span class="table__words">{shown}</span>'
    note = f' <span class="table__note">{text_of(cell.note)}</span>' if cell.note else ""
    css = "table__value is-blank" if not (chip or note) and text in _BLANK else "table__value"
    return _markup(f'<span class="{css}">{chip}{shown}{note}</span>')


def draw_table(table: Table, heads: Sequence[Head]) -> SafeString:
    """A table that becomes cards on a narrow screen: every cell repeats its column as data-label."""
    hidden = ' class="visually-hidden"' if table.caption_hidden else ""
    lines = "".join(_line(starts, row) for starts in [_starts(table.columns)] for row in table.rows)
    css = "table table--flowing" if any(column.plain for column in table.columns) else "table"
    return _markup(
        f'<div class="table-frame"><table class="{css}" role="table"><caption{hidden}>{text_of(table.caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{"".join(map(_head, heads))}</tr></thead>'
        f'<tbody role="rowgroup">{lines}</tbody></table></div>'
    )


def _head(head: Head) -> str:
    column, url, state = head
    css = f' class="{column.css}"' if column.css else ""
    label = text_of(column.label)
    if url:
        mark = "sort__mark" if state == "none" else f"sort__mark sort__mark--{state}"
        label = f'<a class="sort" href="{text_of(url)}">{label}<span class="{mark}" aria-hidden="true"></span></a>'
    sort = f' aria-sort="{state}"' if state not in ("", "none") else ""
    return f'<th scope="col" role="columnheader"{css}{sort}>{label}</th>'


def _starts(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """How a cell of each column begins and ends; the first one names the row."""
    found = []
    for place, column in enumerate(columns):
        label = f'data-label="{text_of(column.label)}"'
        css = f' class="{column.css}"' if column.css else ""
        first = (f'<th scope="row" role="rowheader" {label}{css}>', "</th>")
        found.append((f'<td role="cell" {label}{css}>', "</td>") if place else first)
    return found


def _line(starts: Sequence[tuple[str, str]], row: Sequence[Cell | str]) -> str:
    cells = (
        f"{begin}{draw_cell(value if isinstance(value, Cell) else Cell(value))}{end}"
        for (begin, end), value in zip(starts, row, strict=True)
    )
    return f'<tr role="row" data-row>{"".join(cells)}</tr>'


def _markup(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308  # everything put in went through text_of
