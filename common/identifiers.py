"""Identifiers of organisations and persons: normalise, check, build. Pure and fast (called per value).

Organisations: unified social credit code (统一社会信用代码, GB 32100-2015) whose characters 9-17 are an
organisation code (组织机构代码, GB 11714-1997) with a check digit of its own. Persons: citizen identity
number (公民身份号码, GB 11643-1999) and four other documents. Nothing here looks up area tables: codes
outlive the boundaries they name (萝北县 was 232430, then 230830, now 230421), residence permits of
港澳台 residents begin with 81, 82, 83, national registrations carry 100000. The area is therefore never
a reason to refuse. A ready-made library was tried and set aside: it refuses the letter-initial codes of
rural collectives (N2…), skips the inner check digit and rejects persons by area table.

The check functions expect text that has passed `normalise_code` and return None, or a Chinese sentence
saying what is wrong.
"""

import re
import time
import unicodedata
from datetime import date, timedelta
from operator import mul

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_PLACEHOLDER = "0" * 17 + "X"

_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))

_NOT_ALLOWED = 255
_USCC_VALUES = bytes(
    USCC_ALPHABET.index(chr(code)) if code < 128 and chr(code) in USCC_ALPHABET else _NOT_ALLOWED
    for code in range(256)
)
_BASE36_VALUES = bytes(
    int(chr(code), 36) if code < 128 and chr(code).isalnum() else _NOT_ALLOWED for code in range(256)
)
# Check characters by the weighted sum, so that no arithmetic is left to the hot path.
_USCC_CHECK = "".join(USCC_ALPHABET[-total % 31] for total in range(31))
_ORGANISATION_CHECK = "".join("0123456789X"[-total % 11] for total in range(11))
_CITIZEN_CHECK = "10X98765432"
_CITIZEN_ENDS = frozenset(_CITIZEN_CHECK)

_MONTH_DAYS = frozenset((date(2000, 1, 1) + timedelta(days=day)).strftime("%m%d") for day in range(366))
_EARLIEST_BIRTH_YEAR = "1870"  # identity numbers were first issued in 1984

_SPACE = re.compile(r"[\s\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff\u00ad]+")
_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,17}").fullmatch
_HONGKONG_MACAO = re.compile(r"[HM](?:[0-9]{8}|[0-9]{10})").fullmatch
_TAIWAN = re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?").fullmatch
_RESIDENT_OLD = re.compile(r"[A-Z]{3}[0-9]{6}([0-9]{4})[0-9]{2}").fullmatch

DOCUMENT_KINDS = (
    "身份证",
    "护照号",
    "港澳居民来往内地通行证",
    "台湾居民来往大陆通行证",
    "外国人永久居留身份证",
)


def normalise_code(text: str) -> str:
    """Bring a code into its compared form: NFKC (half-width), no white or invisible space, upper case."""
    if text.isascii():
        return "".join(text.split()).upper()
    # A second pass: removing the space of a spacing accent, or upper case, can leave characters to compose.
    return unicodedata.normalize("NFKC", _SPACE.sub("", unicodedata.normalize("NFKC", text)).upper())


def is_placeholder_uscc(text: str) -> bool:
    """Whether the text is the standard's placeholder for "no code" (发改办财金〔2018〕424号)."""
    return text == USCC_PLACEHOLDER


def uscc_problem(text: str) -> str | None:
    """Say what is wrong with a normalised unified social credit code, or None (GB 32100, GB 11714)."""
    if len(text) != 18:
        return f"统一社会信用代码应为18位，现为{len(text)}位"
    raw = text.encode("latin-1", "replace")
    values = raw.translate(_USCC_VALUES)
    if _NOT_ALLOWED in values:
        wrong = next(char for char, value in zip(text, values, strict=True) if value == _NOT_ALLOWED)
        return (
            f"统一社会信用代码第{text.index(wrong) + 1}位“{wrong}”不是允许的字符（不使用字母I、O、S、V、Z）"
        )
    if not text[2:8].isdigit():
        return "统一社会信用代码第3至8位（登记机关行政区划码）应为数字"
    if text[0] == "0":
        return "该代码是表示“无代码”的占位符" if text == USCC_PLACEHOLDER else "统一社会信用代码第1位不能为0"
    if text[17] != _USCC_CHECK[sum(map(mul, _USCC_WEIGHTS, values)) % 31]:
        return "统一社会信用代码的校验码（第18位）不正确，请核对是否录错"
    inner = raw[8:16].translate(_BASE36_VALUES)
    if text[16] != _ORGANISATION_CHECK[sum(map(mul, _ORGANISATION_WEIGHTS, inner)) % 11]:
        return "统一社会信用代码中组织机构代码的校验码（第17位）不正确，请核对是否录错"
    return None


def uscc_region(text: str) -> str:
    """Area code of the registering authority (characters 3-8), a hint only; "" where there is none."""
    region = text[2:8]
    return region if len(text) == 18 and region.isascii() and region.isdigit() and text[0] != "0" else ""


def id_number_problem(text: str, *, today: date | None = None) -> str | None:
    """Say what is wrong with a normalised 18-digit identity number, or None (GB 11643-1999).

    Residence permits of 港澳台 residents (81, 82, 83) and the new permanent residence card of foreigners
    (9) have the same form and pass. The birth date must be real and not later than `today` (default:
    today in China).
    """
    digits = text[:17]
    if len(text) != 18 or not (text.isascii() and digits.isdigit() and text[17] in _CITIZEN_ENDS):
        return _id_shape_problem(text)
    if text[0] == "0":
        return "身份证号码第1位不能为0"
    if (
        problem := _birth_problem(text[6:14], _today_text() if today is None else today.strftime("%Y%m%d"))
    ) is not None:
        return problem
    if (
        text[17]
        != _CITIZEN_CHECK[sum(map(mul, _CITIZEN_WEIGHTS, digits.encode().translate(_BASE36_VALUES))) % 11]
    ):
        return "身份证号码的校验码（第18位）不正确，请核对是否录错"
    return None


def _id_shape_problem(text: str) -> str:
    if len(text) == 15 and text.isdigit():
        return "15位身份证号码已停止使用，请填写18位公民身份号码"
    if len(text) != 18:
        return f"身份证号码应为18位，现为{len(text)}位"
    return "身份证号码前17位应为数字，第18位应为数字或者X"


def _birth_problem(birth: str, today: str) -> str | None:
    leap_day = birth[4:] == "0229"
    if (
        birth[4:] not in _MONTH_DAYS
        or birth[:4] < _EARLIEST_BIRTH_YEAR
        or (leap_day and not _is_leap(int(birth[:4])))
    ):
        return "身份证号码中的出生日期（第7至14位）不正确"
    if birth > today:
        return "身份证号码中的出生日期（第7至14位）晚于今天"
    return None


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


_day_cache: tuple[int, str] = (0, "")


def _today_text() -> str:
    """Today in China (UTC+8, no summer time) as YYYYMMDD, recomputed only when the day changes."""
    global _day_cache
    day = int(time.time() + 28800) // 86400
    if _day_cache[0] != day:
        _day_cache = (day, (date(1970, 1, 1) + timedelta(days=day)).strftime("%Y%m%d"))
    return _day_cache[1]


def document_problem(kind: str, number: str, *, today: date | None = None) -> str | None:
    """Say what is wrong with a person's document number of one of `DOCUMENT_KINDS` (normalised), or None."""
    if not number:
        return "证件号码为空"
    if kind == "身份证":
        if number[0] == "9" and len(number) == 18:
            return "以9开头的是外国人永久居留身份证号码，请选择相应的证件类型"
        return id_number_problem(number, today=today)
    if kind == "外国人永久居留身份证":
        return _resident_card_problem(number, today)
    pattern, sentence = _SHAPES.get(kind, (None, "证件类型不在规定范围内"))
    return None if pattern is not None and pattern(number) else sentence


_SHAPES = {
    "护照号": (_PASSPORT, "护照号码应由5至17位字母和数字组成"),
    "港澳居民来往内地通行证": (_HONGKONG_MACAO, "港澳居民来往内地通行证号码应为字母H或者M加8位或者10位数字"),
    "台湾居民来往大陆通行证": (_TAIWAN, "台湾居民来往大陆通行证号码应为8位数字，或者10位数字（可带1位字母）"),
}


def _resident_card_problem(number: str, today: date | None) -> str | None:
    if len(number) == 15:
        shape = _RESIDENT_OLD(number)
        return (
            None
            if shape and shape[1] in _MONTH_DAYS
            else "15位外国人永久居留身份证号码应为3位字母加12位数字，其中第10至13位为出生月日"
        )
    if len(number) != 18 or number[0] != "9":
        return "外国人永久居留身份证号码应为以9开头的18位号码，或者15位旧版号码"
    problem = id_number_problem(number, today=today)
    return problem and problem.replace("身份证号码", "外国人永久居留身份证号码")


def make_uscc(authority: str, region: str, body: str) -> str:
    """Build a valid code for invented data, e.g. make_uscc("91", "230402", "12345678")."""
    inner = sum(map(mul, _ORGANISATION_WEIGHTS, body.encode().translate(_BASE36_VALUES))) % 11
    prefix = authority + region + body + _ORGANISATION_CHECK[inner]
    if len(prefix) != 17 or set(prefix) - set(USCC_ALPHABET):
        raise ValueError("a unified social credit code is built from 2 + 6 + 8 characters of its alphabet")
    return prefix + _USCC_CHECK[sum(map(mul, _USCC_WEIGHTS, prefix.encode().translate(_USCC_VALUES))) % 31]


def make_id_number(area: str, birth: date, sequence: int) -> str:
    """Build a valid identity number for invented data; `sequence` 0-999, odd for men."""
    prefix = f"{area}{birth:%Y%m%d}{sequence:03d}"
    if len(prefix) != 17 or not prefix.isdigit():
        raise ValueError(
            "an identity number is built from a 6-digit area, a birth date and a 3-digit sequence"
        )
    return (
        prefix
        + _CITIZEN_CHECK[sum(map(mul, _CITIZEN_WEIGHTS, prefix.encode().translate(_BASE36_VALUES))) % 11]
    )
