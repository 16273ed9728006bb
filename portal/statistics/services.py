"""Counting a day and keeping its figures."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from common.clock import now, today
from common.gates import PLAN
from common.locks import transaction_lock
from ledger.services import acting
from portal.statistics.counting import Counted, count
from portal.statistics.models import Figure, StatisticDay
from portal.statistics.rules import shown, superseded
from portal.statistics.selectors import rules_on

BASIS: Final = f"{PLAN} 第4条（2）、第5条；五（四）"


def take(*, day: date) -> StatisticDay:
    """Count `day` and put its figures in place of those there may be; of each month the last day counted is kept.

    ValueError for a day to come, and for one whose month has a later one. A day that is over can be counted again: the
    dates of records, entries and cases say how it stood then.
    """
    if day > today():
        raise ValueError("这一天还没有到")
    later = StatisticDay.objects.filter(day__gt=day, day__year=day.year, day__month=day.month)
    if later.exists():
        raise ValueError("这个月已经有更晚的统计，不再保存这一天的")
    counted = count(day)
    with acting(actor=None, action="portal.take_statistics", basis=BASIS):
        transaction_lock("portal.statistics")
        figures = _figures(counted, day)
        kept, _ = StatisticDay.objects.update_or_create(
            day=day, defaults={"counted_at": now(), "rows": len(figures), "digest": digest_of(figures)}
        )
        kept.figures.all().delete()
        for figure in figures:
            figure.day = kept
        Figure.objects.bulk_create(figures)
        gone = superseded(StatisticDay.objects.values_list("day", flat=True))
        StatisticDay.objects.filter(day__in=gone).delete()
    return kept


def take_due() -> int:
    """Count yesterday once it is over; returns how many days were counted. Asked every hour: a job that was missed is made up for."""
    day = today() - timedelta(days=1)
    known = StatisticDay.objects.filter(day=day).values_list("counted_at", flat=True).first()
    if known is not None and timezone.localtime(known).date() > day:
        return 0
    if StatisticDay.objects.filter(day__gt=day, day__year=day.year, day__month=day.month).exists():
        return 0
    take(day=day)
    return 1


def _figures(counted: Iterable[Counted], day: date) -> list[Figure]:
    """What may be told. KeyError for a series that no rule in force describes: it is not to be published then."""
    rules = {rule.code: rule for rule in rules_on(day)}
    return [
        Figure(
            **{name: getattr(one, name) for name in ("series", "key", "label", "period")},
            **shown(one.base, one.value, rules[one.series].minimum)._asdict(),
            minimum=rules[one.series].minimum,
        )
        for one in counted
    ]


def digest_of(figures: Iterable[Figure]) -> str:
    """SHA-256 of the figures as anybody can write them down again from the file."""
    lines = sorted(
        [one.series, one.key, one.period, "" if one.value is None else f"{one.value:.1f}"] for one in figures
    )
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
