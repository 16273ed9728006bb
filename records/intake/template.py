"""The workbook an agency fills in for an item: headers with notes, drop-downs, an example, all from the definitions.

The first sheet is the table and holds nothing but the header, so that a filled-in template is a file to hand in. What
explains it (requirements, permitted values, an example row) stands on a second sheet that the intake does not read.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from catalog.choices import FieldType, Required
from catalog.models import CatalogItem, FieldDefinition
from records.choices import MinorCircumstance, Procedure
from records.rules.facts import MINOR, PROCEDURE

_ROWS: Final = 20_000  # rows that get drop-downs and the text format
_LIST_LIMIT: Final = 255  # characters of a drop-down's source, by the format
_WIDE: Final = 28


def workbook(item: CatalogItem, definitions: Sequence[FieldDefinition]) -> bytes:
    """The template as .xlsx; every column is text, so that codes keep their digits and dates their shape."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        text = book.add_format({"num_format": "@"})
        plain = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#f3f5f9"}
        )
        required = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#dbe7f6"}
        )
        sheet = book.add_worksheet(item.name[:31])
        sheet.freeze_panes(1, 0)
        columns = [*definitions]
        for place, definition in enumerate(columns):
            sheet.set_column(place, place, _WIDE, text)
            must = definition.required == Required.YES
            sheet.write_string(0, place, definition.label, required if must else plain)
            sheet.write_comment(0, place, _note(definition), {"x_scale": 2})
            _drop_down(sheet, place, definition.values if definition.type == FieldType.CODE else [])
        if item.asks_procedure:
            _platform(sheet, len(columns), required, text)
        _explanation(book.add_worksheet("填写说明与示例"), columns, plain)
    return buffer.getvalue()


def _platform(sheet: Worksheet, place: int, heading: Format, text: Format) -> None:
    for offset, (name, values) in enumerate(
        ((PROCEDURE, Procedure.labels), (MINOR, MinorCircumstance.labels))
    ):
        sheet.set_column(place + offset, place + offset, _WIDE, text)
        sheet.write_string(0, place + offset, name, heading)
        _drop_down(sheet, place + offset, [str(value) for value in values])


def _drop_down(sheet: Worksheet, place: int, values: Sequence[str]) -> None:
    if values and len(",".join(values)) <= _LIST_LIMIT:
        sheet.data_validation(1, place, _ROWS, place, {"validate": "list", "source": list(values)})


def _note(definition: FieldDefinition) -> str:
    parts = [
        str(definition.get_required_display()),
        definition.rule_text,
        f"最长 {definition.max_length} 字" if definition.max_length else "",
        f"可填：{'、'.join(_meanings(definition))}" if definition.values else "",
        "日期写作 2026-05-11" if definition.type == FieldType.DATE else "",
    ]
    return "\n".join(part for part in parts if part)


def _meanings(definition: FieldDefinition) -> list[str]:
    labels = definition.value_labels
    return [f"{value}（{labels[value]}）" if value in labels else value for value in definition.values]


def _explanation(sheet: Worksheet, definitions: Sequence[FieldDefinition], heading: Format) -> None:
    sheet.set_column(0, 2, _WIDE)
    sheet.set_column(3, 3, _WIDE * 3)
    for place, title in enumerate(("字段名称", "字段代码", "示例", "要求")):
        sheet.write_string(0, place, title, heading)
    for line, definition in enumerate(definitions, 1):
        row = (definition.label, definition.code, definition.example, _note(definition).replace("\n", "；"))
        for place, value in enumerate(row):
            sheet.write_string(line, place, value)
