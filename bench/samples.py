"""Invented penalties (行政处罚) made from the field table: realistic in length and spread, never about anybody real.

The same seed gives the same rows. `BREAKAGES` are the ways in which a row may be wrong, each with the code it must come
back with.
"""

import codecs
import csv
import io
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import xlsxwriter

from common.identifiers import USCC_PLACEHOLDER, make_id_number, make_uscc

PROCEDURE, MINOR, KIND, EFFECTIVE = "适用程序", "轻微情形", "文书种类", "文书生效日期"
PENALTY_COLUMNS: Final = (
    "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_XDR_SWDJ", "CF_XDR_SYDW",
    "CF_XDR_SHZZ", "CF_FRDB", "CF_FR_ZJLX", "CF_FR_ZJHM", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_WSH", "CF_WFXW",
    "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF", "CF_NR_ZKDX", "CF_JDRQ", "CF_YXQ",
    "CF_GSJZQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM", "BZ",
)  # fmt: skip
COLUMNS: Final = (*PENALTY_COLUMNS, PROCEDURE, MINOR, KIND, EFFECTIVE)
FIRST_DAY: Final = date(2022, 1, 4)
_BLOCK: Final = 2_000  # rows of a file made at once
_PLACES = (
    "青松岭",
    "鹤西",
    "兴安台",
    "东方红",
    "松涛",
    "云峰",
    "石头河",
    "梧桐河",
    "黑金",
    "北斗",
    "麓林山",
    "小鹤立",
)
_WORDS = ("鑫源", "恒泰", "瑞丰", "永顺", "金穗", "宏达", "长盛", "德信", "百川", "雪原", "松鹤", "龙泉")
_TRADES = (
    "煤业",
    "食品",
    "农机销售",
    "运输",
    "建材",
    "餐饮管理",
    "物业服务",
    "药房",
    "粮油",
    "木业",
    "石墨",
    "商贸",
)
_SURNAMES = "林宋高郭梁罗谢韩唐冯董萧程曹袁邓许傅沈曾"
_GIVEN = ("有田", "春生", "玉兰", "国栋", "小满", "立秋", "海峰", "晓燕", "长庚", "宝珠", "建军", "桂英")
_CONDUCTS: Final = (
    ("经营超过保质期的食品", "经营的袋装糕点超过保质期，货值金额{n}元", "《中华人民共和国食品安全法》第一百二十四条第一款第（五）项"),
    ("未按规定检测瓦斯浓度", "在{p}采区未按规定检测瓦斯浓度，持续{n}小时", "《煤矿安全规程》第一百八十条、《中华人民共和国安全生产法》第一百零二条"),
    ("超限运输货物", "驾驶货运车辆超限运输煤炭，超出限定标准{n}千克", "《公路安全保护条例》第六十四条"),
    ("擅自占用消防车通道", "在{p}门前堆放杂物，占用消防车通道{n}平方米", "《中华人民共和国消防法》第六十条第一款第（五）项"),
    ("发布虚假广告", "在店内宣传其产品可以治疗疾病，印制宣传单{n}份", "《中华人民共和国广告法》第五十五条第一款"),
    ("未取得许可从事经营活动", "未取得许可在{p}从事经营活动，违法所得{n}元", "《无证无照经营查处办法》第十三条"),
)  # fmt: skip
# Penalty types with their share; amounts are filled accordingly.
_TYPES: Final = (
    ("罚款", 60), ("罚款;没收违法所得", 15), ("警告", 10), ("警告;罚款", 7), ("罚款;没收非法财物", 4),
    ("暂扣许可证件", 2), ("吊销许可证件", 1), ("罚款;责令停产停业", 1),
)  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """The agency that decides and hands in."""

    name: str
    uscc: str


Row = dict[str, str]


def penalties(
    count: int, unit: Unit, *, today: date, seed: int = 7, subjects: int | None = None
) -> Iterator[Row]:
    """Good rows; about one subject to five rows unless `subjects` says otherwise."""
    draw = random.Random(seed)
    pool = [_subject(draw, seed * 1_000_000 + number) for number in range(subjects or max(1, count // 5))]
    types, weights = zip(*_TYPES, strict=True)
    days = (today - FIRST_DAY).days
    for number in range(count):
        row = dict.fromkeys(COLUMNS, "")
        row |= pool[draw.randrange(len(pool))]
        decided = FIRST_DAY + timedelta(days=draw.randrange(days))
        row |= _decision(draw, decided, draw.choices(types, weights)[0], number, seed)
        row |= {"CF_CFJG": unit.name, "CF_CFJGDM": unit.uscc, "CF_SJLY": unit.name, "CF_SJLYDM": unit.uscc}
        row |= {PROCEDURE: "普通程序", MINOR: "无"}
        yield row


def _subject(draw: random.Random, number: int) -> Row:
    share = draw.random()
    if share < 0.08:
        born = date(1960, 1, 1) + timedelta(days=draw.randrange(15_000))
        return {
            "CF_XDR_MC": _person(draw),
            "CF_XDR_LB": "自然人",
            "CF_XDR_ZJLX": "身份证",
            "CF_XDR_ZJHM": make_id_number(draw.choice(("230402", "230421", "230422")), born, number % 1000),
        }
    name = f"{draw.choice(_PLACES)}{draw.choice(_WORDS)}{draw.choice(_TRADES)}"
    row = {"CF_FRDB": _person(draw), "CF_XDR_SHXYM": organisation_code(number, "92" if share < 0.2 else "91")}
    if draw.random() < 0.1:
        born = date(1960, 1, 1) + timedelta(days=draw.randrange(15_000))
        row |= {"CF_FR_ZJLX": "身份证", "CF_FR_ZJHM": make_id_number("230403", born, number % 1000)}
    if share < 0.2:
        row |= {"CF_XDR_MC": f"鹤岗市工农区{name}店", "CF_XDR_LB": "个体工商户"}
        if share < 0.1:
            row |= {"CF_XDR_SHXYM": USCC_PLACEHOLDER, "CF_XDR_GSZC": f"2304036{number % 10**8:08d}"}
        return row
    return row | {"CF_XDR_MC": f"鹤岗市{name}有限公司", "CF_XDR_LB": "法人及非法人组织"}


def organisation_code(number: int, authority: str = "91") -> str:
    """A valid code of an invented organisation."""
    return make_uscc(authority, "230402", f"{number % 10**8:08d}")


def _person(draw: random.Random) -> str:
    return draw.choice(_SURNAMES) + draw.choice(_GIVEN)


def _decision(draw: random.Random, decided: date, types: str, number: int, seed: int) -> Row:
    conduct, facts, basis = draw.choice(_CONDUCTS)
    facts = facts.format(n=draw.randrange(20, 9000), p=draw.choice(_PLACES))
    row = {
        "CF_WSH": f"鹤执罚〔{decided.year}〕{seed:02d}{number:07d}号",
        "CF_WFXW": conduct,
        "CF_SY": f"经查，当事人于{decided.year}年{decided.month}月{facts}。以上事实有现场笔录、询问笔录和照片为证。",
        "CF_YJ": basis,
        "CF_CFLB": types,
        "CF_JDRQ": decided.isoformat(),
    }
    parts = []
    if "罚款" in types:
        fine = draw.randrange(2, 500) * 100
        row["CF_NR_FK"] = amount(fine)
        parts.append(f"罚款人民币{fine}元")
    if "没收" in types:
        taken = draw.randrange(10, 9000)
        row["CF_NR_WFFF"] = amount(taken)
        parts.append(f"没收违法所得或者非法财物{taken}元")
    if "许可证件" in types:
        row["CF_NR_ZKDX"] = f"经营许可证 JY{number:014d}"
        row["CF_YXQ"] = (decided + timedelta(days=180)).isoformat()
    row["CF_NR"] = f"依据上述规定，决定给予以下处罚：{'；'.join([types, *parts])}。"
    return row


def amount(yuan: int) -> str:
    """Yuan as the table wants it: in 万元."""
    return f"{yuan / 10_000:.6f}".rstrip("0").rstrip(".")


# --- ways to be wrong ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Breakage:
    """One way to spoil a good row, and the code it comes back with."""

    name: str
    code: str
    spoil: Callable[[Row, date], None]


def _set(**values: str) -> Callable[[Row, date], None]:
    return lambda row, today: row.update(values)


def _organisation(**values: str) -> Callable[[Row, date], None]:
    """Makes the row about an organisation first, so that the mistake is what it says."""

    def spoil(row: Row, today: date) -> None:
        as_organisation(row)
        row.update(values)

    return spoil


def as_organisation(row: Row) -> None:
    row |= {"CF_XDR_LB": "法人及非法人组织", "CF_XDR_ZJLX": "", "CF_XDR_ZJHM": "", "CF_FRDB": "林有田"}
    if not row["CF_XDR_SHXYM"] or row["CF_XDR_SHXYM"] == USCC_PLACEHOLDER:
        row["CF_XDR_SHXYM"] = organisation_code(99_000_001)


def _platform(name: str, value: str) -> Callable[[Row, date], None]:
    return lambda row, today: row.update({name: value})


def _wrong_check(row: Row, today: date) -> None:
    as_organisation(row)
    code = row["CF_XDR_SHXYM"]
    row["CF_XDR_SHXYM"] = code[:17] + ("1" if code[17] != "1" else "2")


def _person_wrong(row: Row, today: date) -> None:
    row |= {"CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_XDR_GSZC": "", "CF_XDR_ZJLX": "身份证"}
    row["CF_XDR_ZJHM"] = "230402199001011230"


def _later(column: str, days: int) -> Callable[[Row, date], None]:
    return lambda row, today: row.update({column: (today + timedelta(days=days)).isoformat()})


BREAKAGES: Final = (
    Breakage("decision before the catalog", "item_not_in_force", _set(CF_JDRQ="2020-05-06", CF_YXQ="")),
    Breakage("summary procedure", "excluded_summary_procedure", _platform(PROCEDURE, "简易程序")),
    Breakage("minor, corrected", "excluded_minor_corrected", _platform(MINOR, "轻微并主动消除")),
    Breakage("first minor, corrected", "excluded_first_minor", _platform(MINOR, "首次轻微并主动消除")),
    Breakage("no document number", "document_missing", _set(CF_WSH="")),
    Breakage("unlawful kind of document", "document_kind_not_allowed", _platform(KIND, "会议纪要")),
    Breakage("document not yet effective", "document_not_effective", _later(EFFECTIVE, 3)),
    Breakage("authority of another agency", "provider_not_authorised", _set(CF_CFJGDM=organisation_code(1, "11"))),
    Breakage("source of another agency", "provider_not_authorised", _set(CF_SJLYDM=organisation_code(2, "11"))),
    Breakage("facts missing", "field_required", _set(CF_SY="  ")),
    Breakage("fine without amount", "field_required", _set(CF_CFLB="罚款", CF_NR_FK="")),
    Breakage("organisation without representative", "field_required", _organisation(CF_FRDB="")),
    Breakage("conduct too long", "field_too_long", _set(CF_WFXW="违" * 2001)),
    Breakage("unknown penalty type", "code_unknown", _set(CF_CFLB="罚款;批评教育")),
    Breakage("unknown class of subject", "code_unknown", _set(CF_XDR_LB="企业")),
    Breakage("check digit of the USCC", "identifier_invalid", _wrong_check),
    Breakage("USCC as a number", "identifier_invalid", _organisation(CF_XDR_SHXYM="9.12304E+17")),
    Breakage("check digit of an identity number", "identifier_invalid", _person_wrong),
    Breakage("day that does not exist", "date_invalid", _set(CF_JDRQ="2024-02-30", CF_YXQ="")),
    Breakage("date in words", "date_invalid", _set(CF_JDRQ="上周五", CF_YXQ="")),
    Breakage("decision tomorrow", "date_in_future", _later("CF_JDRQ", 1)),
    Breakage("validity ends before it begins", "date_order", _set(CF_YXQ="2021-12-31")),
    Breakage("fine of zero", "amount_invalid", _set(CF_CFLB="罚款", CF_NR_FK="0")),
    Breakage("amount with separators", "amount_invalid", _set(CF_CFLB="罚款", CF_NR_FK="1,000")),
)  # fmt: skip


# --- files ---------------------------------------------------------------------------------------------


def as_csv(
    rows: Iterable[Row], header: Sequence[str], columns: Sequence[str] = COLUMNS, encoding: str = "utf-8-sig"
) -> bytes:
    """A CSV file of the rows under the given headers (one per column)."""
    return b"".join(csv_blocks(rows, header, columns, encoding))


def csv_blocks(
    rows: Iterable[Row], header: Sequence[str], columns: Sequence[str] = COLUMNS, encoding: str = "utf-8-sig"
) -> Iterator[bytes]:
    """The same block by block, so that a file may be larger than memory."""
    encoder = codecs.getincrementalencoder(encoding)()
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    for number, row in enumerate(rows, 1):
        writer.writerow([row[column] for column in columns])
        if number % _BLOCK == 0:
            yield encoder.encode(buffer.getvalue())
            buffer.seek(0)
            buffer.truncate()
    yield encoder.encode(buffer.getvalue(), final=True)


def as_xlsx(rows: Iterable[Row], header: Sequence[str], columns: Sequence[str] = COLUMNS) -> bytes:
    """A workbook of the rows, as an agency's system would export it: amounts as numbers, the rest as text."""
    buffer = io.BytesIO()
    write_xlsx(buffer, rows, header, columns)
    return buffer.getvalue()


def write_xlsx(
    target: Path | io.BytesIO, rows: Iterable[Row], header: Sequence[str], columns: Sequence[str] = COLUMNS
) -> None:
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("行政处罚")
        sheet.write_row(0, 0, header)
        for number, row in enumerate(rows, 1):
            for place, column in enumerate(columns):
                value = row[column]
                if column.startswith("CF_NR_F") and value.replace(".", "", 1).isdigit():
                    sheet.write_number(number, place, float(value))
                elif value:
                    sheet.write_string(number, place, value)
