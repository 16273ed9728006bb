"""Identifiers: real codes of public bodies, the traps of GB 32100 and GB 11643, and every digit that may be mistyped."""

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import assume, given
from hypothesis import strategies as st

from common.identifiers import (
    DOCUMENT_KINDS,
    USCC_ALPHABET,
    USCC_PLACEHOLDER,
    document_problem,
    id_number_problem,
    is_placeholder_uscc,
    make_id_number,
    make_uscc,
    normalise_code,
    uscc_problem,
    uscc_region,
)

TODAY = date(2026, 3, 1)
regions = st.from_regex(r"[1-9][0-9]{5}", fullmatch=True)
bodies = st.text(USCC_ALPHABET, min_size=8, max_size=8)
births = st.dates(date(1900, 1, 1), TODAY)


def _outer_check(prefix17: str) -> str:
    """The 18th character by the standard's own formula, written apart from the code under test."""
    total = sum(USCC_ALPHABET.index(char) * 3**position for position, char in enumerate(prefix17))
    return USCC_ALPHABET[(31 - total % 31) % 31]


# --- normalising ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (" 91230402ma1abcde3x\t", "91230402MA1ABCDE3X"),
        ("９１２３０４０２ＭＡ１", "91230402MA1"),
        ("9123\u200b0402\ufeff\u3000MA 1", "91230402MA1"),
        ("", ""),
        ("二三", "二三"),
    ],
)
def test_codes_are_compared_half_width_without_spaces_and_upper(raw: str, expected: str) -> None:
    assert normalise_code(raw) == expected


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_code(text)
    assert normalise_code(once) == once


# --- unified social credit code ------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["11230500001755309F", "11320100MB1886843H", "91320100748204660Q"])
def test_published_codes_pass(code: str) -> None:
    assert uscc_problem(code) is None


@given(
    st.sampled_from(["91", "92", "93", "11", "12", "51", "52", "31", "N2", "A1", "Y1", "G1"]), regions, bodies
)
def test_built_codes_pass_with_every_registering_authority(authority: str, region: str, body: str) -> None:
    code = make_uscc(authority, region, body)
    assert uscc_problem(code) is None
    assert uscc_region(code) == region


@given(regions, bodies, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_is_always_noticed(region: str, body: str, position: int, char: str) -> None:
    code = make_uscc("91", region, body)
    assume(code[position] != char)
    assert uscc_problem(code[:position] + char + code[position + 1 :]) is not None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "现为0位"),
        ("91320100748204660", "应为18位，现为17位"),
        ("91320100748204660QQ", "现为19位"),
        ("9132010074820466IQ", "第17位“I”不是允许的字符"),
        ("91320100748204660q", "第18位“q”不是允许的字符"),
        ("9132010074820466中Q", "第17位“中”不是允许的字符"),
        ("9132010074820466éQ", "第17位“é”不是允许的字符"),
        ("9132A100748204660Q", "第3至8位"),
        ("91320100748204660A", "第18位"),
        ("0" * 18, "第1位不能为0"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong(code: str, words: str) -> None:
    problem = uscc_problem(code)
    assert problem is not None and words in problem


def test_the_inner_organisation_code_has_its_own_check_digit() -> None:
    good = make_uscc("91", "230402", "12345678")
    other = next(digit for digit in "0123456789" if digit != good[16])
    forged = good[:16] + other
    problem = uscc_problem(forged + _outer_check(forged))
    assert problem is not None and "第17位" in problem


def test_the_placeholder_means_no_code_and_is_no_code() -> None:
    assert is_placeholder_uscc(USCC_PLACEHOLDER) and len(USCC_PLACEHOLDER) == 18
    assert not is_placeholder_uscc("0" * 18)
    assert "占位符" in (uscc_problem(USCC_PLACEHOLDER) or "")


@pytest.mark.parametrize(
    "code", [USCC_PLACEHOLDER, "", "9132", "91ABCDEF748204660Q", "91３２０１００748204660Q"]
)
def test_no_region_without_six_digits(code: str) -> None:
    assert uscc_region(code) == ""


@pytest.mark.parametrize(
    "parts", [("91", "230402", "1234567"), ("91", "230402", "1234567I"), ("9", "230402", "12345678")]
)
def test_a_code_is_not_built_from_wrong_parts(parts: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="2 \\+ 6 \\+ 8"):
        make_uscc(*parts)


# --- identity numbers ----------------------------------------------------------------------------------


def test_the_example_of_the_standard_passes() -> None:
    assert id_number_problem("11010519491231002X", today=TODAY) is None


@given(regions, births, st.integers(0, 999))
def test_built_numbers_pass_whatever_the_area(area: str, birth: date, sequence: int) -> None:
    assert id_number_problem(make_id_number(area, birth, sequence), today=TODAY) is None


@pytest.mark.parametrize(
    "area", ["232430", "230830", "230421", "232429", "810000", "820000", "830000", "230410"]
)
def test_old_areas_and_residence_permits_pass(area: str) -> None:
    number = make_id_number(area, date(1960, 5, 4), 18)
    assert document_problem("身份证", number, today=TODAY) is None


@given(regions, births, st.integers(0, 999), st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(
    area: str, birth: date, sequence: int, position: int, digit: str
) -> None:
    number = make_id_number(area, birth, sequence)
    assume(number[position] != digit)
    assert id_number_problem(number[:position] + digit + number[position + 1 :], today=TODAY) is not None


@given(regions, births, st.integers(0, 999), st.integers(0, 16))
def test_swapped_neighbours_are_noticed(area: str, birth: date, sequence: int, position: int) -> None:
    number = make_id_number(area, birth, sequence)
    assume(number[position] != number[position + 1])
    swapped = number[:position] + number[position + 1] + number[position] + number[position + 2 :]
    assert id_number_problem(swapped, today=TODAY) is not None


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("230402600504101", "15位身份证号码已停止使用"),
        ("23040219600504101", "现为17位"),
        ("23040219600504101X0", "现为19位"),
        ("23040219600504101Y", "第18位应为数字或者X"),
        ("2304021960050410XX", "前17位应为数字"),
        ("２３０４０２１９６００５０４１０１１", "前17位应为数字"),
        ("11010519491231002x", "第18位应为数字或者X"),
        ("110105194912310021", "校验码"),
        ("11010519491301002X", "出生日期（第7至14位）不正确"),
        ("11010518491231002X", "出生日期（第7至14位）不正确"),
        ("010105194912310021", "第1位不能为0"),
    ],
)
def test_a_wrong_number_is_told_what_is_wrong(number: str, words: str) -> None:
    problem = id_number_problem(number, today=TODAY)
    assert problem is not None and words in problem


@pytest.mark.parametrize(("year", "valid"), [(2000, True), (1996, True), (1900, False), (1999, False)])
def test_the_leap_day_exists_only_in_leap_years(year: int, valid: bool) -> None:
    leap = make_id_number("230402", date(2000, 2, 29), 12)
    prefix = f"{leap[:6]}{year}0229012"
    weights = [2 ** (17 - position) for position in range(17)]
    check = "10X98765432"[
        sum(int(digit) * weight for digit, weight in zip(prefix, weights, strict=True)) % 11
    ]
    assert (id_number_problem(prefix + check, today=TODAY) is None) is valid


def test_a_birth_in_the_future_is_refused_from_the_clock_in_china() -> None:
    number = make_id_number("230402", date(2026, 3, 2), 12)
    with time_machine.travel("2026-03-01T15:59:00Z", tick=False):  # 23:59 in Hegang
        assert "晚于今天" in (id_number_problem(number) or "")
    with time_machine.travel("2026-03-01T16:00:00Z", tick=False):  # midnight in Hegang
        assert id_number_problem(number) is None
        assert id_number_problem(make_id_number("230402", date(2026, 3, 2), 13)) is None
    assert id_number_problem(number, today=date(2026, 3, 2)) is None
    assert id_number_problem(number, today=date(2026, 3, 2) - timedelta(days=1)) is not None


@pytest.mark.parametrize(
    "parts",
    [("23040", date(1990, 1, 1), 1), ("23040A", date(1990, 1, 1), 1), ("230402", date(1990, 1, 1), 1000)],
)
def test_a_number_is_not_built_from_wrong_parts(parts: tuple[str, date, int]) -> None:
    with pytest.raises(ValueError, match="identity number"):
        make_id_number(*parts)


# --- other documents -----------------------------------------------------------------------------------

FOREIGNER = make_id_number("911840", date(1985, 6, 7), 12)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("身份证", make_id_number("230402", date(1990, 1, 1), 12)),
        ("护照号", "E12345678"),
        ("护照号", "EA1234567"),
        ("护照号", "75123456"),
        ("港澳居民来往内地通行证", "H12345678"),
        ("港澳居民来往内地通行证", "M1234567801"),
        ("台湾居民来往大陆通行证", "12345678"),
        ("台湾居民来往大陆通行证", "1234567801B"),
        ("外国人永久居留身份证", FOREIGNER),
        ("外国人永久居留身份证", "USA310085060712"),
    ],
)
def test_every_document_kind_has_a_valid_form(kind: str, number: str) -> None:
    assert kind in DOCUMENT_KINDS
    assert document_problem(kind, number, today=TODAY) is None


@pytest.mark.parametrize(
    ("kind", "number", "words"),
    [
        ("身份证", "", "为空"),
        ("身份证", FOREIGNER, "请选择相应的证件类型"),
        ("身份证", "9123", "现为4位"),
        ("护照号", "ABCDEFGH", "护照号码"),
        ("护照号", "E123", "护照号码"),
        ("港澳居民来往内地通行证", "A12345678", "H或者M"),
        ("台湾居民来往大陆通行证", "1234567", "8位数字"),
        ("外国人永久居留身份证", make_id_number("230402", date(1990, 1, 1), 12), "以9开头"),
        ("外国人永久居留身份证", "912", "以9开头"),
        (
            "外国人永久居留身份证",
            FOREIGNER[:-1] + ("1" if FOREIGNER[-1] != "1" else "2"),
            "外国人永久居留身份证号码的校验码",
        ),
        ("外国人永久居留身份证", "USA310085063212", "出生月日"),
        ("外国人永久居留身份证", "123310085060712", "3位字母"),
        ("军官证", "123456", "证件类型不在规定范围内"),
    ],
)
def test_a_wrong_document_is_told_what_is_wrong(kind: str, number: str, words: str) -> None:
    problem = document_problem(kind, number, today=TODAY)
    assert problem is not None and words in problem


@given(st.sampled_from([*DOCUMENT_KINDS, "其他"]), st.text(max_size=20))
def test_no_text_breaks_the_checks(kind: str, text: str) -> None:
    assert document_problem(kind, text) is None or document_problem(kind, text)
    assert uscc_problem(text) is None or uscc_problem(text)
