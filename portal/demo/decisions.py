"""Invented decisions as rows of the tables agencies send; of penalties and licences one in eleven has a mistake such
as agencies make.

Decision dates lie between the first catalog edition and `today`, most of them recent, so that all regimes occur and
some windows are over.
"""

import itertools
import random
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from agencies.models import Agency
from catalog.choices import SubjectKind
from catalog.publication import add_months
from portal.demo.subjects import DemoSubject

FIRST_DAY: Final = date(2021, 12, 16)
Row = dict[str, str]
Case = dict[str, Any]


def cases(kind: str) -> list[Case]:
    """The cases of `kind` (penalty, licence)."""
    with Path(__file__).with_name("cases.toml").open("rb") as source:
        found: list[Case] = tomllib.load(source)[kind]
    return found


def rows_of(
    item: str, count: int, agency: Agency, people: list[DemoSubject], today: date, chance: random.Random
) -> list[Row]:
    """The table of `item` as `agency` hands it in: `count` rows without a mistake, others among them. LookupError when there is no case for it."""
    kind = {"xzcf": "penalty", "xzxk": "licence"}.get(item, "other")
    own = [case for case in cases(kind) if case["agency"] == agency.code and case.get("item", item) == item]
    if not own:
        raise LookupError(f"no case of {item} for {agency.code}")
    if kind == "other":
        people = [one for one in people if item == "sxbzxr" or one.kind != SubjectKind.PERSON]
    made = (
        _MAKERS[kind](number, chance.choice(own), agency, chance.choice(people), _day(today, chance), chance)
        for number in itertools.count(1)
    )
    return list(_with_mistakes(made, count, _MISTAKES[kind], len(agency.code), today))


def _day(today: date, chance: random.Random) -> date:
    """A working day: a quarter within two weeks, half within a year, the rest any time since the first edition."""
    span = (today - FIRST_DAY).days
    back = chance.choice(
        [chance.randint(1, 14), chance.randint(15, 365), chance.randint(15, 365), chance.randint(366, span)]
    )
    day = max(FIRST_DAY, today - timedelta(days=back))
    return max(FIRST_DAY, day - timedelta(days=max(0, day.weekday() - 4)))


def _subject(prefix: str, subject: DemoSubject) -> Row:
    row = {
        f"{prefix}_XDR_MC": subject.name,
        f"{prefix}_XDR_LB": str(SubjectKind(subject.kind).label),
        f"{prefix}_XDR_SHXYM": subject.uscc,
        f"{prefix}_XDR_GSZC": subject.registration,
        f"{prefix}_FRDB": subject.representative,
    }
    if subject.kind == SubjectKind.PERSON:
        row |= {f"{prefix}_XDR_ZJLX": "身份证", f"{prefix}_XDR_ZJHM": subject.document}
    return row


def _penalty(
    number: int, case: Case, agency: Agency, subject: DemoSubject, day: date, chance: random.Random
) -> Row:
    types, fine = case["types"], ""
    if "罚款" in types:
        amount = Decimal(case["fine"]) * chance.choice([1, 1, 2, 3]) / chance.choice([1, 2])
        fine = f"{amount.normalize():f}"  # plain: 2E+1 is refused
    confiscated = case.get("confiscated", "") if any(kind.startswith("没收") for kind in types) else ""
    holds_licence = {"暂扣许可证件", "吊销许可证件"} & set(types)
    return {
        **_subject("CF", subject),
        "CF_WSH": f"{case['short']}〔{day.year}〕{number}号",
        "CF_WFXW": case["conduct"],
        "CF_SY": case["fact"],
        "CF_YJ": case["basis"],
        "CF_CFLB": ";".join(types),
        "CF_NR": case["content"] + (f"{fine}万元" if fine else ""),
        "CF_NR_FK": fine,
        "CF_NR_WFFF": confiscated,
        "CF_NR_ZKDX": f"{case.get('licence', '')} 23040000{number:04d}" if holds_licence else "",
        "CF_JDRQ": day.isoformat(),
        "CF_YXQ": "2099-12-31",
        "CF_CFJG": agency.name,
        "CF_CFJGDM": agency.uscc,
        "CF_SJLY": agency.name,
        "CF_SJLYDM": agency.uscc,
        "适用程序": "普通程序",
        "轻微情形": "无",
    }


def _licence(
    number: int, case: Case, agency: Agency, subject: DemoSubject, day: date, chance: random.Random
) -> Row:
    until = add_months(day, case["months"]) - timedelta(days=1)
    return {
        **_subject("XK", subject),
        "XK_XKWS": case["document"],
        "XK_WSH": f"{case['short']}〔{day.year}〕{number}号",
        "XK_XKLB": case["category"],
        "XK_XKZS": case["certificate"],
        "XK_XKBH": f"{case['letters']}{agency.region}{number:06d}",
        "XK_NR": case["content"],
        "XK_JDRQ": day.isoformat(),
        "XK_YXQZ": day.isoformat(),
        "XK_YXQZI": chance.choice([until.isoformat(), until.isoformat(), until.isoformat(), "2099-12-31"]),
        "XK_XKJG": agency.name,
        "XK_XKJGDM": agency.uscc,
        "XK_ZT": "1",
        "XK_LYDW": agency.name,
        "XK_LYDWDM": agency.uscc,
    }


def _other(
    number: int, case: Case, agency: Agency, subject: DemoSubject, day: date, chance: random.Random
) -> Row:
    prefix = case["prefix"]
    texts = {"n": number, "year": day.year, "day": day.isoformat(), "until": add_months(day, 12).isoformat()}
    return {
        **_subject(prefix, subject),
        **{code: text.format(**texts) for code, text in case["fields"].items()},
        f"{prefix}_JG": agency.name,
        f"{prefix}_JGDM": agency.uscc,
        f"{prefix}_LYDW": agency.name,
        f"{prefix}_LYDWDM": agency.uscc,
    }


_MAKERS: Final = {"penalty": _penalty, "licence": _licence, "other": _other}

# --- mistakes ------------------------------------------------------------------------------------------

Mistake = Callable[[Row, date], Row]


def _setting(**values: str) -> Mistake:
    return lambda row, today: {**row, **values}


def _tomorrow(field: str) -> Mistake:
    return lambda row, today: {**row, field: (today + timedelta(days=1)).isoformat()}


_PENALTY_MISTAKES: Final[tuple[Mistake, ...]] = (
    _setting(CF_XDR_LB="法人及非法人组织", CF_XDR_SHXYM="91230402XN0000019X", CF_FRDB="云小河"),
    _setting(适用程序="简易程序"),
    _tomorrow("CF_JDRQ"),
    _setting(CF_CFLB="罚款", CF_NR_FK=""),
    _setting(轻微情形="首次轻微并主动消除"),
    _setting(CF_CFLB="罚金", CF_NR_FK="0.2"),
    _setting(CF_WSH=""),
    _setting(轻微情形="轻微并主动消除"),
    _setting(CF_CFLB="罚款", CF_NR_FK="二千元"),
)
_LICENCE_MISTAKES: Final[tuple[Mistake, ...]] = (
    _setting(XK_YXQZ="2026-03-02", XK_YXQZI="2021-03-01"),
    _setting(XK_XKLB="备案"),
    _tomorrow("XK_JDRQ"),
    _setting(XK_XDR_LB="个体工商户", XK_FRDB="", XK_XDR_SHXYM="92230403XN00000000"),
)
_MISTAKES: Final[dict[str, tuple[Mistake, ...]]] = {
    "penalty": _PENALTY_MISTAKES,
    "licence": _LICENCE_MISTAKES,
    "other": (),
}


def _with_mistakes(
    rows: Iterator[Row], good: int, mistakes: tuple[Mistake, ...], first: int, today: date
) -> Iterator[Row]:
    """Every 11th row gets the next mistake, beginning with number `first`; every 40th row comes twice. Ends with the `good`th
    row that has none."""
    for number, row in enumerate(rows, start=1):
        if mistakes and number % 11 == 5:
            yield mistakes[(first + number // 11) % len(mistakes)](row, today)
            continue
        yield row
        if number % 40 == 0:
            yield row
        good -= 1
        if not good:
            return
