"""How long somebody may be watched, and what of an answer is compared. Pure.

A subscription continues one registered look-up: no longer than its purpose stands, no longer than the dated rule allows from the
day of the look-up, and never open-ended.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from common.gates import Refusal
from sanctions.clauses import refuse


def latest_day(*, limit: date, purpose_until: date) -> date:
    """The last day a subscription may run to."""
    return min(limit, purpose_until)


def refusals(*, until: date, on: date, latest: date) -> list[Refusal]:
    """What is wrong with the last day somebody asks for."""
    if latest < on:
        detail = "这次比对已经过了可以订阅的期限，请重新比对"
        return [refuse("scope_exceeded", detail, pointer="/screening")]
    if until < on:
        return [refuse("date_order", "订阅的最后一天早于今天", pointer="/until")]
    if until > latest:
        detail = f"订阅至迟到{latest.year}年{latest.month}月{latest.day}日，办结后请提前结束"
        return [refuse("scope_exceeded", detail, pointer="/until")]
    return []


def burdens(grounds: Iterable[Mapping[str, Any]]) -> str:
    """What stood against a subject when it was screened, in the form `survey.sql` says it."""
    return ",".join(
        sorted(
            f"{one['code']}|{one['entry'] or 0}|{one['record'] or 0}|{one.get('applied') or 0}"
            for one in grounds
        )
    )
