"""Reads of the shared tables."""

import time
from datetime import date

from common.models import CalendarDay
from common.workdays import Calendar

_KEEP_SECONDS = 60.0
_kept: tuple[float, Calendar] | None = None


def read_calendar() -> Calendar:
    """The working-day calendar as it stands in the database.

    A year counts as covered once it has a weekday off in October: the National Day holiday always brings some, and
    a year of which only the first of January is stored (from the notice of the year before) must not pass.
    """
    holidays: set[date] = set()
    extra: set[date] = set()
    for day, is_workday in CalendarDay.objects.values_list("date", "is_workday"):
        (extra if is_workday else holidays).add(day)
    years = {day.year for day in holidays if day.month == 10 and day.weekday() < 5}
    return Calendar(frozenset(holidays), frozenset(extra), frozenset(years))


def load_calendar() -> Calendar:
    """The calendar, kept in the process for a minute; an empty one is never kept.

    Read again and found unchanged it stays the same object: what is kept because of it (sanctions.screening.again) lasts.
    """
    global _kept
    if _kept is not None and time.monotonic() < _kept[0]:
        return _kept[1]
    calendar = read_calendar()
    if _kept is not None and _kept[1] == calendar:
        calendar = _kept[1]
    _kept = (time.monotonic() + _KEEP_SECONDS, calendar) if calendar.covered_years else None
    return calendar


def forget_calendar() -> None:
    """Drop what this process keeps, after a change of the calendar."""
    global _kept
    _kept = None
