"""Single values as agencies write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workbooks.cells import Broken, Cell, plain
from records.rules import values
from records.rules.values import ValueProblem

CODES = {"罚款": "罚款", "警告": "警告", "1": "1", "有效": "1", "没收违法所得、没收非法财物": "没收"}


def problem(parse: object, *args: object) -> tuple[str, str]:
    with pytest.raises(ValueProblem) as caught:
        parse(*args)  # type: ignore[operator]
    return caught.value.code, caught.value.detail


@given(st.dates(date(1900, 3, 1), date(9999, 12, 31)))
def test_every_notation_of_a_day_is_the_same_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    notations: list[Cell] = [
        day.isoformat(), f"{day.year:04}/{day.month}/{day.day}", f"{day:%Y%m%d}".rjust(8, "0"), f"{day.year:04}.{day.month}.{day.day}",
        f"{day.year:04}年{day.month}月{day.day}日", f" {day.isoformat()} 00:00:00 ", f"{day.isoformat()}T08:30",
        day.isoformat().translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}), serial, serial + 0.5,
    ]  # fmt: skip
    assert {values.date_of(one) for one in notations} == {day.isoformat()}


@pytest.mark.parametrize(
    "cell", ["2024-02-30", "1/2/2024", "二〇二四年", "2024-1/5", "2024-13-01", "20240230", "今天", 12, -1, 2958466.0, 99999999, Broken("#N/A")]
)  # fmt: skip
def test_what_is_no_day_is_refused(cell: Cell) -> None:
    code, detail = problem(values.date_of, cell)
    assert code == "date_invalid"
    assert detail


def test_a_day_typed_as_a_number_is_read_as_typed() -> None:
    assert values.date_of(20240105) == "2024-01-05"


@given(st.decimals(min_value=0, max_value=10**11, places=6))
def test_amounts_keep_their_value_and_lose_only_zeros(amount: Decimal) -> None:
    text = values.amount_of(format(amount, "f"), 18, 6)
    assert Decimal(text) == amount
    assert values.amount_of(text, 18, 6) == text
    assert not text.endswith(("0", ".")) or "." not in text


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("0.20", "0.2"), ("０．２", "0.2"), (" 3 ", "3"), (0.2, "0.2"), (0.1 + 0.2, "0.3"), (5, "5"), (5.0, "5"), ("007", "7"), (1e-06, "0.000001")],
)  # fmt: skip
def test_amounts(cell: Cell, kept: str) -> None:
    assert values.amount_of(cell, 18, 6) == kept


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("-1", "负数"), (-0.5, "负数"), ("1,000", "千位分隔符"), ("2万元", "单位为万元"), ("一百", "单位为万元"), ("1e3", "单位为万元"),
        ("0.1234567", "6位小数"), (0.1234567, "6位小数"), ("1234567890123", "超过12位"), (Broken("#REF!"), "#REF!"), ("", "万元"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(cell: Cell, says: str) -> None:
    code, detail = problem(values.amount_of, cell, 18, 6)
    assert code == "amount_invalid"
    assert says in detail


def test_amounts_without_limits() -> None:
    assert values.amount_of("123456789012345678901.5", None, None) == "123456789012345678901.5"
    assert values.amount_of("123456", 6, None) == "123456"
    assert problem(values.amount_of, "1234567", 6, None)[0] == "amount_invalid"
    assert values.amount_of(0.25, None, None) == "0.25"


def test_codes_by_value_or_label_in_any_width() -> None:
    assert values.code_of("有效", CODES) == "1"
    assert values.code_of(1, CODES) == "1"
    assert values.code_of(" １ ", CODES) == "1"
    assert problem(values.code_of, "批评", CODES) == (
        "code_unknown",
        "“批评”不在规定取值内，应为：罚款、警告、有效、没收违法所得、没收非法财物",
    )


def test_several_codes_in_the_order_of_the_standard() -> None:
    assert values.codes_of("警告；罚款", CODES) == "罚款;警告"
    assert values.codes_of("警告、警告 ; ", CODES) == "警告"
    assert values.codes_of("没收违法所得、没收非法财物", CODES) == "没收"
    assert problem(values.codes_of, "罚款;批评", CODES)[0] == "code_unknown"
    assert problem(values.codes_of, ";", CODES)[0] == "code_unknown"


def test_texts_from_numbers() -> None:
    assert [values.text_of(cell) for cell in (" 甲 ", 12, 12.0, 1.25, 123456789012345)] == ["甲", "12", "12", "1.25", "123456789012345"]  # fmt: skip
    for cell in (230402199001011234, 2.3040219900101123e17):
        code, detail = problem(values.text_of, cell)
        assert (code, "文本格式" in detail) == ("identifier_invalid", True)
    assert problem(values.text_of, Broken("公式没有计算结果"))[0] == "code_unknown"


def test_identifiers_are_brought_into_one_form() -> None:
    assert values.identifier_of(" 9123 0402ma1x ") == "91230402MA1X"
    assert values.identifier_of("'２３０４０２") == "230402"
    assert problem(values.identifier_of, "2.30402E+17")[0] == "identifier_invalid"


def test_a_broken_cell_reads_as_what_the_sheet_shows() -> None:
    assert str(Broken("#N/A")) == plain(Broken("#N/A")) == "#N/A"
