"""Single values as agencies write them → the canonical text that is kept. Pure.

Parsers take a cell of a sheet or the text of a form, return the canonical text or raise `ValueProblem` with the G5 code
and a sentence that says how to put it right.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from common.identifiers import normalise_code
from common.workbooks.cells import Broken, Cell, plain

EXACT_DIGITS: Final = 15  # spreadsheets keep no more digits of a number
_TIME = r"(?:[ T]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DATE = re.compile(
    rf"(?:(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})|(\d{{4}})(\d{{2}})(\d{{2}})|(\d{{4}})年(\d{{1,2}})月(\d{{1,2}})日){_TIME}",
    re.ASCII,
)
_AMOUNT = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+", re.ASCII)
_SEPARATORS = re.compile(r"[;；,，、|/\n]+")
_EPOCH: Final = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 61, 2958465  # 1900-03-01 (before it spreadsheets disagree) to 9999-12-31
_SET_TO_TEXT = "表格软件只保留15位有效数字，末尾数字已经丢失。请先把该列设为文本格式，再重新填写完整代码"


class ValueProblem(Exception):
    """A value that cannot be taken: G5 code and sentence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def half_width(text: str) -> str:
    """NFKC without surrounding white space."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def text_of(cell: Cell) -> str:
    """Text of a cell in a text or identifier column; a long number has lost digits there and is refused."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, Broken):
        raise ValueProblem(
            "code_unknown", f"单元格没有可用的内容（{cell}），请改为填写实际内容，不要使用公式"
        )
    text = plain(cell)
    if sum(map(str.isdigit, text)) > EXACT_DIGITS:
        raise ValueProblem("identifier_invalid", f"长数字以数值形式保存，{_SET_TO_TEXT}")
    return text


def date_of(cell: Cell) -> str:
    """YYYY-MM-DD from the usual notations or, for numbers, from a spreadsheet's serial day (1900 system)."""
    if isinstance(cell, int | float):
        if not _FIRST_SERIAL <= cell < _LAST_SERIAL + 1:
            if isinstance(cell, int) and 19000101 <= cell <= 99991231:
                return date_of(str(cell))  # 20240105 typed as a number
            raise ValueProblem("date_invalid", f"数值{plain(cell)}不是日期，请按YYYY-MM-DD填写")
        return (_EPOCH + timedelta(days=int(cell))).isoformat()
    if isinstance(cell, Broken):
        raise ValueProblem(
            "date_invalid", f"单元格没有可用的日期（{cell}），请按YYYY-MM-DD填写，不要使用公式"
        )
    text = half_width(cell)
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueProblem("date_invalid", f"“{cell.strip()[:20]}”不是可识别的日期，请按YYYY-MM-DD填写")
    year, month, day = (int(part) for part in found.groups() if part and part not in "-/.")
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValueProblem("date_invalid", f"“{cell.strip()[:20]}”这一天不存在，请核对") from None


def amount_of(cell: Cell, digits: int | None, decimals: int | None) -> str:
    """Canonical non-negative decimal with at most `digits` digits, `decimals` of them behind the point."""
    if isinstance(cell, Broken):
        raise ValueProblem("amount_invalid", f"单元格没有可用的数值（{cell}），请填写数字，不要使用公式")
    text = plain(_rounded(cell, decimals)) if isinstance(cell, float) else half_width(str(cell))
    if text.startswith("-"):
        raise ValueProblem("amount_invalid", "金额不得为负数")
    if _AMOUNT.fullmatch(text) is None:
        hint = "，请去掉千位分隔符" if "," in text else "，只填数字，单位为万元"
        raise ValueProblem("amount_invalid", f"“{str(cell).strip()[:20]}”不是规范的金额{hint}")
    value = Decimal(text)
    whole, _, fraction = format(value, "f").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    if decimals is not None and len(fraction) > decimals:
        raise ValueProblem("amount_invalid", f"金额最多保留{decimals}位小数（单位：万元）")
    if digits is not None and len(whole) > digits - (decimals or 0):
        raise ValueProblem(
            "amount_invalid", f"金额整数部分超过{digits - (decimals or 0)}位，请核对单位是否为万元"
        )
    return f"{whole}.{fraction}" if fraction else whole


def _rounded(number: float, decimals: int | None) -> float:
    """Undo binary noise of spreadsheet arithmetic: 0.30000000000000004 is 0.3, 0.1234567 stays what it is."""
    near = round(number, 6 if decimals is None else decimals)
    return near if abs(near - number) <= 1e-12 * max(1.0, abs(number)) else number


def words(values: Mapping[str, str]) -> dict[str, str]:
    """Every allowed value with the word people write for it: its label where it has one."""
    said = {value: value for value in values.values()}
    for word, value in values.items():
        if said[value] == value and word != half_width(value):
            said[value] = word
    return said


def code_of(cell: Cell, values: Mapping[str, str]) -> str:
    """The allowed value a cell stands for; `values` maps compared forms (value or its label) to the value."""
    text = half_width(text_of(cell))
    if (value := values.get(text)) is None:
        allowed = "、".join(words(values).values())
        raise ValueProblem("code_unknown", f"“{text[:20]}”不在规定取值内，应为：{allowed}")
    return value


def codes_of(cell: Cell, values: Mapping[str, str]) -> str:
    """Several allowed values, joined by semicolons in the standard's order, each once."""
    text = text_of(cell)
    if (whole := values.get(half_width(text))) is not None:
        return whole
    found = {code_of(part, values) for part in _SEPARATORS.split(text) if part.strip()}
    if not found:
        raise ValueProblem("code_unknown", f"“{text[:20]}”中没有规定的取值")
    return ";".join(value for value in dict.fromkeys(values.values()) if value in found)


def identifier_of(cell: Cell) -> str:
    """Compared form of a code; refuses numbers and their scientific notation, which have lost digits."""
    text = normalise_code(text_of(cell)).lstrip("'")  # the apostrophe that marks a text in spreadsheets
    if _SCIENTIFIC.fullmatch(text):
        raise ValueProblem("identifier_invalid", f"“{text[:20]}”是科学计数法，{_SET_TO_TEXT}")
    return text
