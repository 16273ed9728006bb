"""Working days against a slow count day by day, and against the real calendar of 2025 and 2026."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import selectors
from common.checks import missing_years
from common.models import CalendarDay, CalendarSource
from common.reference import load_calendar_days
from common.workdays import Calendar
from tests.conftest import CALENDAR_KEPT

days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
calendars = st.builds(
    Calendar,
    holidays=st.frozensets(days, max_size=60),
    extra_workdays=st.frozensets(days, max_size=20),
    covered_years=st.frozensets(st.integers(2024, 2028)),
)


def _counted(calendar: Calendar, start: date, end: date) -> int:
    return sum(calendar.is_workday(start + timedelta(days=step)) for step in range(1, (end - start).days + 1))


@given(calendars, days, days)
def test_counting_agrees_with_counting_day_by_day(calendar: Calendar, one: date, other: date) -> None:
    start, end = sorted((one, other))
    assert calendar.workdays_between(start, end) == _counted(calendar, start, end)
    assert calendar.workdays_between(end, start) == -_counted(calendar, start, end)


@given(calendars, days, st.integers(1, 90))
def test_a_period_ends_on_the_working_day_that_completes_it(
    calendar: Calendar, start: date, length: int
) -> None:
    end = calendar.add_workdays(start, length)
    assert calendar.is_workday(end)
    assert _counted(calendar, start, end) == length


@given(calendars, days)
def test_the_next_working_day_is_the_nearest(calendar: Calendar, day: date) -> None:
    found = calendar.on_or_after(day)
    assert calendar.is_workday(found) and found >= day
    assert _counted(calendar, day - timedelta(days=1), found) == 1


@given(calendars, days, days)
def test_a_count_is_certain_only_if_every_year_is_covered(calendar: Calendar, one: date, other: date) -> None:
    years = range(min(one, other).year, max(one, other).year + 1)
    assert calendar.is_certain(one, other) == all(calendar.covers(year) for year in years)


def test_the_first_day_is_not_counted_and_nothing_ends_at_once() -> None:
    calendar = Calendar()
    monday = date(2026, 3, 2)
    assert calendar.add_workdays(monday, 0) == monday
    assert calendar.add_workdays(monday, 1) == date(2026, 3, 3)
    assert calendar.add_workdays(date(2026, 3, 6), 1) == date(2026, 3, 9)
    with pytest.raises(ValueError, match="negative"):
        calendar.add_workdays(monday, -1)


@pytest.fixture
def calendar(db: None) -> Iterator[Calendar]:
    load_calendar_days()
    selectors.forget_calendar()
    yield selectors.load_calendar()
    selectors.forget_calendar()


def test_seven_working_days_over_the_spring_festival_of_2026(calendar: Calendar) -> None:
    assert (
        calendar.covers(2025)
        and calendar.covers(2026)
        and calendar.covers(2019)
        and not calendar.covers(2018)
    )
    assert calendar.is_workday(date(2026, 2, 14))  # Saturday, made up
    assert not calendar.is_workday(date(2026, 2, 23))  # Monday of the holiday
    # 13 Feb is a Friday: 14, 24, 25, 26, 27, 28 February and 2 March
    assert calendar.add_workdays(date(2026, 2, 13), 7) == date(2026, 3, 2)
    assert calendar.workdays_between(date(2025, 9, 30), date(2025, 10, 9)) == 1


def test_only_exceptions_are_stored_and_seeding_again_changes_nothing(calendar: Calendar) -> None:
    rows = list(CalendarDay.objects.all())
    assert rows and all(row.is_workday == (row.date.weekday() >= 5) for row in rows)
    assert min(row.date.year for row in rows) == 2019
    assert load_calendar_days() == 0
    assert str(CalendarDay.objects.get(date=date(2026, 2, 14))) == "2026-02-14 上班"


def test_seeding_keeps_what_an_officer_entered_and_repairs_its_own(calendar: Calendar) -> None:
    CalendarDay.objects.filter(date=date(2026, 10, 1)).update(
        note="市政府通知", source=CalendarSource.OFFICER
    )
    CalendarDay.objects.filter(date=date(2026, 10, 2)).update(note="误改")
    CalendarDay.objects.filter(date=date(2026, 10, 5)).delete()
    CalendarDay.objects.create(date=date(2026, 7, 1), is_workday=False, source=CalendarSource.LIBRARY)
    CalendarDay.objects.create(date=date(2027, 1, 1), is_workday=False, note="元旦放假")
    assert load_calendar_days() == 3
    assert CalendarDay.objects.get(date=date(2026, 10, 1)).note == "市政府通知"
    assert CalendarDay.objects.get(date=date(2026, 10, 2)).note == "国庆节放假"
    assert CalendarDay.objects.filter(date=date(2026, 10, 5)).exists()
    assert not CalendarDay.objects.filter(date=date(2026, 7, 1)).exists()
    assert CalendarDay.objects.get(date=date(2027, 1, 1)).source == CalendarSource.OFFICER
    # New Year alone does not make a year's calendar.
    assert not selectors.read_calendar().covers(2027)
    CalendarDay.objects.create(date=date(2027, 10, 1), is_workday=False)
    assert selectors.read_calendar().covers(2027)


def test_the_calendar_is_kept_for_a_while_but_never_an_empty_one(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "_KEEP_SECONDS", CALENDAR_KEPT)
    selectors.forget_calendar()
    kept = selectors.load_calendar()
    now = selectors.time.monotonic() + 61
    monkeypatch.setattr(selectors.time, "monotonic", lambda: now)
    assert selectors.load_calendar() is kept  # read again, and what is kept because of it lasts
    CalendarDay.objects.create(date=date(2027, 10, 1), is_workday=False)
    assert not selectors.load_calendar().covers(2027)
    monkeypatch.setattr(selectors.time, "monotonic", lambda: now + 61)
    assert selectors.load_calendar().covers(2027)
    CalendarDay.objects.all().delete()
    selectors.forget_calendar()
    assert selectors.load_calendar() == Calendar()
    load_calendar_days()
    assert selectors.load_calendar().covers(2026)


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 10, 31), []),
        (date(2026, 11, 1), [2027]),
        (date(2027, 1, 1), [2027]),
        (date(2027, 12, 1), [2027, 2028]),
    ],
)
def test_next_year_is_asked_for_from_november(today: date, missing: list[int]) -> None:
    assert missing_years(today, frozenset({2025, 2026})) == missing
