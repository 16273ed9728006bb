"""Entering the State Council's holiday notice. The table belongs to `common`; who may change it is decided here.

What an officer wrote is never overwritten by the seed. To take back a day the library got wrong, the officer's row says
what the day is, even if that is what its weekday says anyway.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Officer
from common.models import CalendarDay, CalendarSource
from common.problems import Problem
from common.selectors import forget_calendar
from ledger.services import acting

MAX_DAYS = 31


def _days(first: date, last: date) -> Iterator[date]:
    for step in range((last - first).days + 1):
        yield first + timedelta(days=step)


def _check(officer: Officer, first: date, last: date, basis: str) -> None:
    if not officer.has_perm("common.change_calendarday"):
        raise PermissionDenied("工作日历由社会信用主管部门维护")
    if not first <= last <= first + timedelta(days=MAX_DAYS - 1):
        raise Problem(422, "date_order", f"止日不得早于起日，一次最多录入{MAX_DAYS}天")
    if not basis.strip():
        raise Problem(422, "document_missing", "请填写所依据的通知文号")


def set_days(*, first: date, last: date, is_workday: bool, note: str, officer: Officer, basis: str) -> int:
    """Make every day from `first` to `last` a working day or a day off; returns how many rows were written.

    Days that are so by their weekday need no row, unless a row says otherwise. `basis` is the notice's number.
    """
    _check(officer, first, last, basis)
    with acting(actor=officer.pk, action="supervision.set_calendar", basis=basis.strip()):
        there = {
            row.date: row for row in CalendarDay.objects.select_for_update().filter(date__range=(first, last))
        }
        wanted = [day for day in _days(first, last) if (day.weekday() < 5) != is_workday or day in there]
        for day in wanted:
            CalendarDay.objects.update_or_create(
                date=day,
                defaults={"is_workday": is_workday, "note": note, "source": CalendarSource.OFFICER},
            )
        transaction.on_commit(forget_calendar)
    return len(wanted)


def remove_days(*, first: date, last: date, officer: Officer, basis: str) -> int:
    """Take back what officers entered from `first` to `last`; returns how many rows went.

    Library rows stay, and a day that the library knows comes back as the library has it with the next seed.
    """
    _check(officer, first, last, basis)
    with acting(actor=officer.pk, action="supervision.remove_calendar", basis=basis.strip()):
        rows = CalendarDay.objects.filter(date__range=(first, last), source=CalendarSource.OFFICER)
        removed, _ = rows.delete()
        transaction.on_commit(forget_calendar)
    return removed
