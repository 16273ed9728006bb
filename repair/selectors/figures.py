"""Figures of repair and objections: how long, how many in time, how many refused."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet

from repair.choices import OPEN, State
from repair.models import Case

WINDOW = timedelta(days=365)


class Median(Aggregate):
    """percentile_cont(0.5): the middle of what is counted."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one kind of case over a period. `median_days` in calendar days from application to decision; None of nothing."""

    filed: int
    granted: int
    refused: int
    declined: int
    open: int
    overdue: int
    median_days: float | None


def figures(rows: QuerySet[Case], *, kind: str, on: date) -> Figures:
    """One statement over the cases of a kind filed in the last year, as the caller's gate lets through."""
    rows = rows.filter(kind=kind, filed_on__gt=on - WINDOW).order_by()
    found = rows.aggregate(
        filed=Count("pk"),
        granted=Count("pk", filter=Q(state=State.GRANTED)),
        refused=Count("pk", filter=Q(state=State.REFUSED)),
        declined=Count("pk", filter=Q(state=State.DECLINED)),
        open=Count("pk", filter=Q(state__in=OPEN)),
        overdue=Count("pk", filter=Q(state__in=OPEN, due__lt=on)),
        median_days=Median(F("decided_on") - F("filed_on"), filter=Q(decided_on__isnull=False)),
    )
    median: timedelta | None = found.pop("median_days")
    return Figures(**found, median_days=None if median is None else median / timedelta(days=1))


def overdue_cases(on: date) -> QuerySet[Case]:
    """Cases whose running period ended before `on`; supervision raises its clues from these."""
    return Case.objects.filter(state__in=OPEN, due__lt=on).select_related("agency").order_by("id")
