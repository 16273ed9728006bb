"""Reads of the figures: the days there are, the figures of one, and what they mean."""

from datetime import date

from django.db.models import QuerySet

from catalog.selectors import in_force
from portal.statistics.models import Figure, FigureRule, StatisticDay

DAYS_SHOWN = 37  # the newest, and the month ends of three years


def rules_on(day: date) -> QuerySet[FigureRule]:
    return FigureRule.objects.filter(in_force(day)).select_related("basis").order_by("order", "code")


def days() -> list[StatisticDay]:
    """Days whose figures are kept, newest first."""
    return list(StatisticDay.objects.order_by("-day")[:DAYS_SHOWN])


def figures_of(day: StatisticDay) -> dict[str, list[Figure]]:
    """The figures of a day by series."""
    found: dict[str, list[Figure]] = {}
    for figure in day.figures.order_by("series", "period", "key"):
        found.setdefault(figure.series, []).append(figure)
    return found
