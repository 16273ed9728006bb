"""An edition as a workbook: sheet 事项 (one item a row), sheet 字段 (one field a row, in order), both with every attribute.

The workbook that is handed out holds the running edition, so that an officer changes what changes and hands the rest back.
Coded values are written in words; words or codes are taken. Whether the contents may be published is not asked here.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Final

import xlsxwriter

from catalog import columns, condition_text
from catalog.columns import SEVERAL, Attribute
from catalog.conditions import ConditionError
from catalog.content import FieldContent, ItemContent
from catalog.rules.items import FIELD_CODE, ITEM_CODE, MAX_FIELDS
from common.files.errors import FileRefused
from common.text import normalise_header
from common.workbooks.cells import Broken, Cell, plain
from common.workbooks.reader import XlsxFile, check_workbook

MAX_BYTES: Final = 2 * 1024**2
_MAX_UNPACKED: Final = 40 * 1024**2
_MAX_ITEMS: Final = 500
_BLOCK: Final = 1000
_ITEMS, _FIELDS, _HELP, _CODES = "事项", "字段", "说明", "代号"
_OWNER: Final = Attribute("item", "事项代码", {})
_HINTS: Final = (
    "“事项”表一行一个事项，“字段”表一行一个字段，字段按表中次序排列；“字段”表的事项代码须在“事项”表中。",
    "取值固定的栏目可以从下拉列表中选择。多个值之间用中文分号“；”分开。",
    "“依据”“默认文书种类”等栏填写“代号”表中的代号；依据空着表示与目录版本的依据相同。",
    "“取值说明”写作“取值=含义”。“条件”一行一条，写法如下：",
    *condition_text.EXAMPLES,
    "上传只形成草稿，核对并发布之后才生效。",
)


class WorkbookRefused(Exception):
    """The workbook could not be read; every place found, in words."""

    def __init__(self, *problems: str) -> None:
        super().__init__(problems[0])
        self.problems = problems


def write(items: Sequence[ItemContent], known: Iterable[tuple[str, str, str]] = ()) -> bytes:
    """The workbook of an edition (.xlsx); `known` = (column, code, name) of what may be named by code."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        write_sheet(book, _ITEMS, columns.ITEM, ([one.shown(item) for one in columns.ITEM] for item in items))
        write_sheet(
            book,
            _FIELDS,
            (_OWNER, *columns.FIELD),
            (
                [item.code, *(one.shown(field) for one in columns.FIELD)]
                for item in items
                for field in item.fields
            ),
        )
        sheet = book.add_worksheet(_HELP)
        sheet.set_column(0, 0, 100)
        for row, hint in enumerate(_HINTS):
            sheet.write_string(row, 0, hint)
        codes = book.add_worksheet(_CODES)
        codes.set_column(0, 2, 30)
        for row, line in enumerate([("栏目", "代号", "名称"), *known]):
            for column, text in enumerate(line):
                codes.write_string(row, column, text)
    return buffer.getvalue()


def write_sheet(book: Any, name: str, attributes: Sequence[Attribute], rows: Iterable[Sequence[str]]) -> None:
    sheet = book.add_worksheet(name)
    head, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, len(attributes) - 1, 18, wrapped)
    for column, attribute in enumerate(attributes):
        sheet.write_string(0, column, attribute.label, head)
        if attribute.words and attribute.name != "subject_kinds":
            choices = {"validate": "list", "source": [word for word in attribute.words.values() if word]}
            if sum(map(len, choices["source"])) < 200:  # a list in the cell holds 255 characters
                sheet.data_validation(1, column, 2000, column, choices)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if attributes[column].number and value:
                sheet.write_number(line, column, int(value))
            else:
                sheet.write_string(line, column, value)


def read(file: BinaryIO) -> tuple[ItemContent, ...]:
    """Items and fields of a workbook. Raises WorkbookRefused."""
    book = opened(file)
    problems: list[str] = []
    fields: dict[str, list[FieldContent]] = {}
    lines = lines_of(book, _FIELDS, (_OWNER, *columns.FIELD), problems)
    labels = _labels(lines)
    for number, line in lines:
        values = _values(
            columns.FIELD, line, f"“{_FIELDS}”表第 {number} 行", problems, labels.get(line["item"], {})
        )
        if values is not None:
            fields.setdefault(line["item"], []).append(FieldContent(**values))
    items = []
    for number, line in lines_of(book, _ITEMS, columns.ITEM, problems):
        values = _values(columns.ITEM, line, f"“{_ITEMS}”表第 {number} 行", problems, {})
        if values is not None:
            items.append(ItemContent(**values, fields=tuple(fields.get(values["code"], ()))))
    codes = {item.code for item in items}
    if len(codes) < len(items):
        problems.append(f"“{_ITEMS}”表中有重复的事项代码")
    problems += [f"“{_FIELDS}”表的事项代码“{code}”不在“{_ITEMS}”表中" for code in fields if code not in codes]
    if len(items) > _MAX_ITEMS or any(len(item.fields) > MAX_FIELDS for item in items):
        problems.append(f"最多{_MAX_ITEMS}个事项，每个事项最多{MAX_FIELDS}个字段")
    if not items and not problems:
        problems.append(f"“{_ITEMS}”表中没有事项")
    if problems:
        raise WorkbookRefused(*problems)
    return tuple(items)


def opened(file: BinaryIO) -> XlsxFile:
    """Raises WorkbookRefused for what is no workbook, too large or damaged."""
    content = io.BytesIO(file.read(MAX_BYTES + 1))
    if content.getbuffer().nbytes > MAX_BYTES:
        raise WorkbookRefused(f"文件超过{MAX_BYTES // 1024**2}MB，目录不会有这么大，请核对")
    try:
        check_workbook(content, max_unpacked=_MAX_UNPACKED)
        return XlsxFile(content)
    except FileRefused as refused:
        raise WorkbookRefused(f"{refused.detail}，或者使用下载的模板") from None


def lines_of(
    book: XlsxFile, sheet: str, attributes: Sequence[Attribute], problems: list[str]
) -> list[tuple[int, dict[str, str]]]:
    """Rows that are not empty as text by attribute, with their number in the sheet."""
    if sheet not in book.tables():
        problems.append(f"没有名为“{sheet}”的工作表（隐藏的不会读取），请使用下载的模板")
        return []
    try:
        header = [normalise_header(plain(cell)) for row in book.first_rows(sheet, 1) for cell in row]
        places = {
            attribute.name: header.index(normalise_header(attribute.label))
            for attribute in attributes
            if normalise_header(attribute.label) in header
        }
        if missing := [attribute.label for attribute in attributes if attribute.name not in places]:
            problems.append(f"“{sheet}”表缺少栏目：{'、'.join(missing)}")
            return []
        rows = [
            row for lines, cells in book.blocks(sheet, 1, _BLOCK) for row in zip(lines, cells, strict=True)
        ]
    except FileRefused as refused:
        raise WorkbookRefused(refused.detail) from None
    labels = {attribute.name: attribute.label for attribute in attributes}
    found = []
    for number, cells in rows:
        taken = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        problems += [
            f"“{sheet}”表第 {number} 行“{labels[name]}”：{cell}，请改为填写实际内容，不要使用公式"
            for name, cell in taken.items()
            if isinstance(cell, Broken)
        ]
        line = {name: _text(cell) for name, cell in taken.items()}
        if any(line.values()):
            found.append((number, line))
    return found


def _text(cell: Cell) -> str:
    return "" if isinstance(cell, Broken) else plain(cell).strip()


def _labels(lines: Iterable[tuple[int, Mapping[str, str]]]) -> dict[str, dict[str, str]]:
    """Field code by label for every item, for conditions that name fields by label."""
    found: dict[str, dict[str, str]] = {}
    for _, line in lines:
        found.setdefault(line["item"], {})[line["label"]] = line["code"]
    return found


def _values(
    attributes: Iterable[Attribute],
    line: Mapping[str, str],
    place: str,
    problems: list[str],
    labels: Mapping[str, str],
) -> dict[str, Any] | None:
    """Attribute values of one row; None when one could not be read, with the place among `problems`."""
    values: dict[str, Any] = {}
    before = len(problems)
    for attribute in attributes:
        try:
            values[attribute.name] = _value(attribute, line[attribute.name], labels)
        except ValueError as error:
            problems.append(f"{place}“{attribute.label}”：{error}")
    shape = ITEM_CODE if attributes is columns.ITEM else FIELD_CODE
    if not shape.fullmatch(line["code"]):
        problems.append(f"{place}：代码“{line['code'][:40]}”不符合要求")
    return values if len(problems) == before else None


def _value(attribute: Attribute, text: str, labels: Mapping[str, str]) -> object:
    """ValueError with a sentence for what cannot be read."""
    codes = {word: code for code, word in attribute.words.items()} | {code: code for code in attribute.words}
    match attribute.name:
        case "conditions":
            try:
                return condition_text.read(text, labels)
            except ConditionError as error:
                raise ValueError(str(error)) from None
        case "values":
            return _several(text)
        case "value_labels":
            return _pairs(text)
        case "subject_kinds":
            return tuple(_coded(codes, word) for word in _several(text))
        case "asks_procedure" | "double_publicity":
            return _coded({"是": True, "否": False, "": False}, text)
    if attribute.number:
        return _number(text, attribute.name)
    return _coded(codes, text) if attribute.words else text


def _coded(codes: Mapping[str, Any], word: str) -> Any:
    if word not in codes:
        known = "、".join(one for one in codes if not one.isascii())
        raise ValueError(f"没有“{word[:30]}”这个取值，应为：{known}")
    return codes[word]


def _number(text: str, name: str) -> int | None:
    if not text:
        if name == "report_within_workdays":
            raise ValueError("请填写，没有期限的填0")
        return {"order": 0}.get(name)
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(f"“{text[:20]}”不是整数")
    return int(text)


def _several(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in text.replace("\n", SEVERAL).replace(";", SEVERAL).split(SEVERAL))
    return tuple(part for part in parts if part)


def _pairs(text: str) -> dict[str, str]:
    parts = [part.partition("=") for part in _several(text)]
    if any(not separator for _, separator, _ in parts):
        raise ValueError("应写作“取值=含义”，多个之间用分号分开")
    return {value.strip(): meaning.strip() for value, _, meaning in parts}
