"""When a period ends. Pure; the calendar is passed in."""

from datetime import date, timedelta

from catalog.choices import TimeUnit
from catalog.publication import add_months
from common.workdays import Calendar


def last_day(start: date, amount: int, unit: str, calendar: Calendar) -> date:
    """The last day of a period that begins on the day after `start`.

    A period in days or months that would end on a day off ends on the next working day (民法典 第203条).
    """
    return calendar.on_or_after(reckoned(start, amount, unit, calendar))


def reckoned(start: date, amount: int, unit: str, calendar: Calendar) -> date:
    """The same, day off or not: until when something is kept, where nobody has to do anything on the last day."""
    if unit == TimeUnit.WORKDAYS:
        return calendar.add_workdays(start, amount)
    return add_months(start, amount) if unit == TimeUnit.MONTHS else start + timedelta(days=amount)
