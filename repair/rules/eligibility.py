"""Gate G12, first half: can this be repaired, and from when (方案第14条、第15条; the regime of the record's date). Pure.

A rule holds what its regulation says; the minimum period stands in the tier under which the record was taken in, or, for
what has no tier (list entries, abnormal-operation entries), in the rule itself. Where both speak the longer one governs.
Repair opens on the day after the minimum; where the minimum is as long as the publication nothing ends early.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from catalog.publication import add_months
from common.gates import Refusal
from repair.choices import Standing
from repair.clauses import refuse

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Thing:
    """What somebody wants repaired: a record or a list entry on a day.

    `ends` is the last day on which it has any effect (None: open), `restricted_until` the end of a restriction that the
    decision itself imposed, `barred_until` the last day of a recorded false commitment of its subject.
    """

    dishonest: bool
    decided_on: date
    over: bool = False
    types: frozenset[str] = frozenset()
    minimum_until: date | None = None
    ends: date | None = None
    restricted_until: date | None = None
    barred_until: date | None = None


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """The repair side of one regulation. `min_months` None: the tier alone says."""

    clause: str
    min_months: int | None = None
    irreparable: bool = False
    irreparable_types: frozenset[str] = frozenset()
    time_bound_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """Today's answer. `since` is the first day on which an application can succeed; `refusal` is None when it is today."""

    standing: Standing
    since: date | None = None
    refusal: Refusal | None = None

    @property
    def possible(self) -> bool:
        return self.refusal is None


def minimum_of(thing: Thing, rule: RuleFacts) -> date | None:
    """The last day on which an application would be too early; None where no minimum is laid down."""
    found = [thing.minimum_until] if thing.minimum_until else []
    if rule.min_months is not None:
        found.append(add_months(thing.decided_on, rule.min_months))
    if thing.restricted_until is not None and thing.types & rule.time_bound_types:
        found.append(thing.restricted_until)
    return max(found, default=None)


def judge(thing: Thing, rule: RuleFacts, on: date) -> Answer:
    """Whether the thing can be repaired on `on`; refusals carry `not_repairable` or `minimum_period_not_reached`."""
    if not thing.dishonest:
        return _never(Standing.NONE, "这不是失信信息，没有不利影响，不需要修复")
    if thing.over:
        return _never(Standing.OVER, "这条信息已经停止公示、共享和使用，不需要申请修复")
    if rule.irreparable or thing.types & rule.irreparable_types:
        return _never(Standing.IRREPARABLE, "这类失信信息依法不可修复，期限届满后自动停止公示", rule.clause)
    minimum = minimum_of(thing, rule)
    if minimum is not None and thing.ends is not None and minimum >= thing.ends:
        return _never(Standing.AUTOMATIC, "这一档不提前停止公示，期限届满后自动停止，不用申请", rule.clause)
    if thing.barred_until is not None and on <= thing.barred_until:
        since = max(thing.barred_until, minimum or thing.barred_until) + _DAY
        detail = f"曾被认定信用修复承诺不实，{_words(thing.barred_until)}前不适用承诺方式修复"
        return Answer(Standing.BARRED, since, refuse("not_repairable", detail, basis=rule.clause))
    if minimum is not None and on <= minimum:
        detail = f"最短公示期到{_words(minimum)}，{_words(minimum + _DAY)}起可以申请"
        refusal = refuse("minimum_period_not_reached", detail, basis=rule.clause)
        return Answer(Standing.LATER, minimum + _DAY, refusal)
    return Answer(Standing.NOW, minimum + _DAY if minimum else thing.decided_on)


def _never(standing: Standing, detail: str, clause: str = "") -> Answer:
    return Answer(standing, None, refuse("not_repairable", detail, basis=clause))


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
