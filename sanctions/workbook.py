"""A measure list as a workbook: sheet 措施 (one row a measure) with every attribute in words, and the codes of legal bases.

The workbook handed out holds what stands, so that an officer changes what changes and hands the rest back.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO, Final

import xlsxwriter

from catalog.workbook import WorkbookRefused, lines_of, opened, write_sheet
from sanctions.columns import MEASURE, read_value
from sanctions.rules.measures import MeasureContent

_SHEET: Final = "措施"
_MAX_ROWS: Final = 1000
_CODE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def write(rows: Sequence[MeasureContent], bases: Iterable[tuple[str, str]]) -> bytes:
    """The workbook of a list (.xlsx); `bases` = (code, name) of what may be quoted."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        write_sheet(book, _SHEET, MEASURE, ([one.shown(row) for one in MEASURE] for row in rows))  # type: ignore[arg-type]
        codes = book.add_worksheet("代号")
        codes.set_column(0, 1, 40)
        for place, line in enumerate([("依据代号", "名称"), *bases]):
            for column, text in enumerate(line):
                codes.write_string(place, column, text)
    return buffer.getvalue()


def read(file: BinaryIO) -> tuple[MeasureContent, ...]:
    """Rows of a workbook. Raises WorkbookRefused with every place found."""
    problems: list[str] = []
    rows = []
    for number, line in lines_of(opened(file), _SHEET, MEASURE, problems):
        values: dict[str, Any] = {}
        before = len(problems)
        for attribute in MEASURE:
            try:
                values[attribute.name] = read_value(attribute, line[attribute.name])
            except ValueError as error:
                problems.append(f"“{_SHEET}”表第 {number} 行“{attribute.label}”：{error}")
        if not line["code"] or set(line["code"]) - _CODE:
            problems.append(f"“{_SHEET}”表第 {number} 行：代号只用字母、数字、短横线")
        if len(problems) == before:
            rows.append(MeasureContent(**values))
    if not rows and not problems:
        problems.append(f"“{_SHEET}”表中没有措施")
    if len(rows) > _MAX_ROWS:
        problems.append(f"最多{_MAX_ROWS}项措施")
    if problems:
        raise WorkbookRefused(*problems)
    return tuple(rows)
