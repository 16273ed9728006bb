"""Reads of the clocks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from catalog.deadlines.models import DeadlineRule
from catalog.rules.deadlines import last_day
from catalog.selectors import in_force
from common.selectors import load_calendar


class DeadlineUnknown(LookupError):
    """No period of this code is in force on the day."""


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period and the rule it comes from."""

    day: date
    rule: DeadlineRule


def rule_on(code: str, on: date) -> DeadlineRule:
    """The period in force on `on`. DeadlineUnknown."""
    rule = DeadlineRule.objects.filter(in_force(on), code=code).select_related("basis").first()
    if rule is None:
        raise DeadlineUnknown(f"{code} on {on}")
    return rule


def code_for(code: str, sectors: Collection[str], on: date) -> str:
    """The code of the period that one of the sectors has in place of `code` on `on`; `code` where none has."""
    special = DeadlineRule.objects.filter(in_force(on), special_of=code, sector__in=sectors)
    return special.order_by("code").values_list("code", flat=True).first() or code


def due(code: str, start: date, on: date | None = None) -> Due:
    """The last day of a period that begins on the day after `start`, by the rule in force on `on` (default: `start`).

    DeadlineUnknown when no such rule is in force then.
    """
    rule = rule_on(code, on or start)
    return Due(last_day(start, rule.amount, rule.unit, load_calendar()), rule)


def rules() -> QuerySet[DeadlineRule]:
    """Every row, by code and newest first."""
    return DeadlineRule.objects.select_related("basis").order_by("code", "-effective_from")
