"""Masks: what is left says enough to recognise and too little to rebuild."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.identifiers import make_id_number, make_uscc
from common.masking import mask_identifier, mask_long_digits, mask_name, mask_phone, mask_text

PERSON = make_id_number("230402", date(1990, 1, 1), 123)
COMPANY = make_uscc("91", "230402", "12345678")
SHOP = make_uscc("92", "230402", "MA1ABCDE")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("欧阳建国", "欧**"),
        ("买买提·艾力", "买**"),
        (" 李 ", "李*"),
        ("李明明", "李**"),
        ("", ""),
    ],
)
def test_a_name_keeps_its_first_character(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(0, 999))
def test_an_identity_number_shows_neither_birth_nor_sex(birth: date, sequence: int) -> None:
    number = make_id_number("230402", birth, sequence)
    assert mask_identifier(number) == "230" + "*" * 14 + number[-1]


@pytest.mark.parametrize(
    ("number", "shown"),
    [("E12345678", "E*******8"), ("USA310085060712", "USA***********2"), ("12345", "*****"), ("", "")],
)
def test_other_documents_keep_less(number: str, shown: str) -> None:
    assert mask_identifier(number) == shown


def test_a_telephone_number_keeps_its_ends() -> None:
    assert mask_phone("13812345678") == "138******78"
    assert mask_phone("0468-3351234") == "046*******34"
    assert mask_phone("12345") == "*****"


def test_given_values_are_masked_wherever_they_stand() -> None:
    text = "当事人张三（证件e12345678）与张三丰共同经营，张三系股东，出资1万元。"
    shown = mask_text(text, ["张三", "E12345678", "张三丰", "", "  ", "股", "1"])
    assert shown == "当事人张*（证件e*******8）与张**共同经营，张*系股东，出资1万元。"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"身份证号{PERSON}，", f"身份证号230{'*' * 14}{PERSON[-1]}，"),
        (f"ID{PERSON}x", f"ID230{'*' * 14}{PERSON[-1]}x"),
        (f"第{PERSON}号", f"第230{'*' * 14}{PERSON[-1]}号"),
        (f"许可证号：{PERSON}", f"许可证号：230{'*' * 14}{PERSON[-1]}"),
        ("身份证230402 19900101 1231", "身份证230" + "*" * 16 + "1"),
        ("身份证号230402199001011231。", "身份证号230**************1。"),
        ("电话13812345678或0468-3351234", "电话138******78或0**********4"),
        ("卡号6222 0212 3456 7890 123", "卡号622*******************3"),
        ("护照E12345678、通行证H1234567801", "护照E*******8、通行证H*********1"),
    ],
)
def test_personal_numbers_in_public_text_are_masked(text: str, shown: str) -> None:
    assert mask_long_digits(text) == shown


def test_full_width_numbers_are_masked_in_place() -> None:
    wide = PERSON.translate({ord(str(digit)): ord("０") + digit for digit in range(10)} | {ord("X"): "Ｘ"})
    assert mask_long_digits(f"证件（{wide}）") == f"证件（230{'*' * 14}{PERSON[-1]}）"


@pytest.mark.parametrize(
    "text",
    [
        "鹤市监罚〔2024〕12号",
        "鹤住建罚决字〔2024〕第0012345678号",
        "第230402199001号",
        "罚款1234567890元，没收违法所得12,345,678,901.50元",
        "处罚金额0.1234567890123万元",
        "许可证编号：23040220240001234",
        "食品经营许可证JY12304020012345",
        f"统一社会信用代码{COMPANY}，个体工商户{SHOP}",
        "有效期20240102 20260101，2024-01-02 10:30",
        "２０２４年１２月３１日",
        "共处罚3次，合计5000元",
        "",
    ],
)
def test_what_the_public_must_read_stays_as_it_is(text: str) -> None:
    assert mask_long_digits(text) == text


@given(st.text("0123456789Xx 〔〕第号元万年ABC-，", max_size=60))
def test_masking_keeps_the_length_and_is_stable(text: str) -> None:
    once = mask_long_digits(text)
    assert len(once) == len(text)
    assert sum(char == "*" for char in mask_long_digits(once)) >= once.count("*")
