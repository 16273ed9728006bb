"""Reference data of this room: the working-day calendar, seeded from chinesecalendar.

The library knows the years whose State Council notice it packages; later years are entered by officers. Seeding
again adds what is new, corrects what the library itself wrote, and leaves officers' rows alone.
"""

from datetime import date

import chinese_calendar
from chinese_calendar.constants import holidays, workdays
from django.db import transaction

from common.models import CalendarDay, CalendarSource
from common.selectors import forget_calendar

FIRST_YEAR = 2019


def _known_days() -> dict[date, tuple[bool, str]]:
    """Exceptions to the Monday-to-Friday week from FIRST_YEAR on: day → (is a working day, note)."""
    off = {
        day: (False, chinese_calendar.Holiday(name).chinese + "放假")
        for day, name in holidays.items()
        if day.weekday() < 5
    }
    on = {
        day: (True, chinese_calendar.Holiday(name).chinese + "调休上班")
        for day, name in workdays.items()
        if day.weekday() >= 5
    }
    return {day: value for day, value in (off | on).items() if day.year >= FIRST_YEAR}


@transaction.atomic
def load_calendar_days() -> int:
    """Seed or refresh the calendar; returns how many rows were added, changed or removed."""
    wanted = _known_days()
    existing = {row.date: row for row in CalendarDay.objects.select_for_update()}
    added = [
        CalendarDay(date=day, is_workday=is_workday, note=note, source=CalendarSource.LIBRARY)
        for day, (is_workday, note) in wanted.items()
        if day not in existing
    ]
    ours = [row for row in existing.values() if row.source == CalendarSource.LIBRARY]
    changed = [row for row in ours if row.date in wanted and (row.is_workday, row.note) != wanted[row.date]]
    for row in changed:
        row.is_workday, row.note = wanted[row.date]
    stale = [row.pk for row in ours if row.date not in wanted]
    CalendarDay.objects.bulk_create(added)
    CalendarDay.objects.bulk_update(changed, ["is_workday", "note"])
    CalendarDay.objects.filter(pk__in=stale).delete()
    transaction.on_commit(forget_calendar)
    return len(added) + len(changed) + len(stale)
