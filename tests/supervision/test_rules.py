"""The clock over real holidays, and the reading of document numbers, against slow and obvious counterparts."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.reference import _known_days
from common.workdays import Calendar
from supervision.choices import Timing
from supervision.rules.numbers import (
    Series,
    Span,
    find_gaps,
    looks_mistyped,
    open_gaps,
    parse,
    without,
    write,
)
from supervision.rules.timeliness import judge
from tests.common.test_workdays import calendars
from tests.common.test_workdays import days as some_days


def official() -> Calendar:
    known = _known_days()
    return Calendar(
        frozenset(day for day, (works, _) in known.items() if not works),
        frozenset(day for day, (works, _) in known.items() if works),
        frozenset(range(2019, 2027)),
    )


CALENDAR = official()


# 2026: Spring Festival 15-23 February off, 14 and 28 February (Saturdays) worked; Mid-Autumn Festival 25 September off;
# National Day 1-7 October off, 20 September (Sunday) and 10 October (Saturday) worked; 9 May (Saturday) worked.
@pytest.mark.parametrize(
    ("decided", "due"),
    [
        (date(2026, 5, 11), date(2026, 5, 20)),  # an ordinary week
        (date(2026, 2, 12), date(2026, 2, 28)),  # over the Spring Festival, its Saturdays counted
        (date(2026, 2, 13), date(2026, 3, 2)),
        (date(2026, 2, 18), date(2026, 3, 3)),  # decided on a holiday
        (
            date(2026, 9, 18),
            date(2026, 9, 29),
        ),  # the Sunday before Mid-Autumn is worked, the Friday after is off
        (date(2026, 9, 29), date(2026, 10, 14)),
    ],
)
def test_the_day_before_of_and_after(decided: date, due: date) -> None:
    def at(received: date) -> tuple[Timing, int]:
        found = judge(decision_date=decided, received_on=received, calendar=CALENDAR, days=7)
        assert found.due == due
        return found.timing, found.late_by

    assert at(due - timedelta(days=1)) == (Timing.ON_TIME, 0)
    assert at(due) == (Timing.ON_TIME, 0)
    assert at(due + timedelta(days=1)) == (Timing.LATE, 1)


def test_a_day_off_counts_as_the_next_working_day() -> None:
    friday = date(2026, 5, 15)
    decided = date(2026, 5, 7)
    late = [
        judge(decision_date=decided, received_on=friday + timedelta(days=n), calendar=CALENDAR, days=7)
        for n in range(5)
    ]
    assert [found.late_by for found in late] == [0, 1, 1, 1, 2]
    assert [found.timing for found in late] == [Timing.ON_TIME, *[Timing.LATE] * 4]


def test_without_a_calendar_nobody_is_late() -> None:
    def at(decided: date, received: date) -> Timing:
        return judge(decision_date=decided, received_on=received, calendar=CALENDAR, days=7).timing

    assert at(date(2026, 12, 30), date(2027, 3, 1)) == Timing.UNCERTAIN  # due in a year nobody knows yet
    assert at(date(2026, 12, 30), date(2026, 12, 31)) == Timing.ON_TIME
    assert at(date(2026, 12, 1), date(2027, 3, 1)) == Timing.LATE  # due in a known year
    assert at(date(2018, 12, 28), date(2019, 3, 1)) == Timing.UNCERTAIN


def test_a_period_has_a_day() -> None:
    with pytest.raises(ValueError, match="at least one"):
        judge(decision_date=date(2026, 5, 6), received_on=date(2026, 5, 6), calendar=CALENDAR, days=0)


@given(calendars, some_days, st.integers(-10, 90), st.integers(1, 20))
def test_late_is_the_same_as_counting_on(calendar: Calendar, decided: date, after: int, days: int) -> None:
    received = decided + timedelta(days=after)
    found = judge(decision_date=decided, received_on=received, calendar=calendar, days=days)
    counted, day = 0, decided
    while counted < days:
        day += timedelta(days=1)
        counted += calendar.is_workday(day)
    assert found.due == day
    if found.timing == Timing.LATE:
        assert received > day
        assert found.late_by == sum(
            calendar.is_workday(day + timedelta(days=n))
            for n in range(1, (calendar.on_or_after(received) - day).days + 1)
        )
        assert found.late_by >= 1
    else:
        assert found.late_by == 0
        assert found.timing == Timing.UNCERTAIN or received <= day


@pytest.mark.parametrize(
    ("text", "prefix", "year", "number"),
    [
        ("鹤市监处罚〔2026〕12号", "鹤市监处罚", 2026, 12),
        ("鹤市监处罚[2026]12号", "鹤市监处罚", 2026, 12),
        ("鹤市监处罚［２０２６］第０１２号", "鹤市监处罚", 2026, 12),
        ("鹤市监处罚 （2026） 第 12 号", "鹤市监处罚", 2026, 12),
        ("鹤市监处罚【2026】12", "鹤市监处罚", 2026, 12),
        ("鹤市监处罚2026年第12号", "鹤市监处罚", 2026, 12),
        ("鹤市监处罚第〔2026〕12号", "鹤市监处罚", 2026, 12),
        ("鹤公（治）行罚决字〔2026〕1005号", "鹤公(治)行罚决字", 2026, 1005),
        ("黑鹤应急罚〔2025〕执法3—1号", "", 0, 0),
        ("鹤应急罚〔2025〕3-1号", "鹤应急罚", 2025, 3),
        ("鹤应急罚〔2025〕3之一号", "鹤应急罚", 2025, 3),
        ("鹤市监处罚〔2026〕0号", "", 0, 0),
        ("〔2026〕12号", "", 0, 0),
        ("鹤市监处罚12号", "", 0, 0),
        ("", "", 0, 0),
        ("鹤" * 101 + "〔2026〕12号", "", 0, 0),
        ("JY12304020001234", "", 0, 0),
    ],
)
def test_document_numbers_are_read(text: str, prefix: str, year: int, number: int) -> None:
    found = parse(text)
    assert found == ((Series(prefix, year), number) if prefix else None)


brackets = st.sampled_from(["〔〕", "[]", "［］", "（）", "()", "【】", "〈〉"])
prefixes = st.text(alphabet="鹤市监处罚许应急交运安消环字决", min_size=1, max_size=12)


@given(prefixes, st.integers(1990, 2099), st.integers(1, 999_999_999), brackets, st.booleans(), st.booleans())
def test_however_it_is_written_it_is_the_same_number(
    prefix: str, year: int, number: int, pair: str, first: bool, wide: bool
) -> None:
    digits = f"{year}", f"{number}"
    if wide:
        digits = tuple("".join(chr(ord(c) + 0xFEE0) for c in d) for d in digits)  # type: ignore[assignment]
    text = f"{prefix}{pair[0]}{digits[0]}{pair[1]}{'第' if first else ''} {digits[1]}号"
    assert parse(text) == (Series(prefix, year), number)
    assert parse(write(Series(prefix, year), Span(number, number))) == (Series(prefix, year), number)


@given(st.text(max_size=130))
def test_anything_can_be_read_without_harm(text: str) -> None:
    found = parse(text)
    assert found is None or found.number > 0


numbers = st.sets(st.integers(1, 60))
spans = st.lists(st.builds(lambda a, b: Span(min(a, b), max(a, b)), st.integers(1, 60), st.integers(1, 60)))


def spread(parts: list[Span]) -> set[int]:
    return {number for first, last in parts for number in range(first, last + 1)}


@given(numbers, spans)
def test_gaps_are_what_is_missing_between(received: set[int], explained: list[Span]) -> None:
    inside = set(range(min(received), max(received) + 1)) - received if received else set()
    gaps = find_gaps(received)
    assert spread([gap.span for gap in gaps]) == inside
    assert all(gap.next_number == gap.span.last + 1 and gap.next_number in received for gap in gaps)
    left = open_gaps(received, explained)
    assert spread([gap.span for gap in left]) == inside - spread(explained)
    assert [gap.span.first for gap in left] == sorted(gap.span.first for gap in left)
    assert all(gap.next_number in received for gap in left)
    # compressed: no two ranges touch unless a received or explained number stands between
    assert all(a.span.last + 1 < b.span.first for a, b in pairwise(left))


@given(st.builds(lambda a, n: Span(a, a + n), st.integers(1, 60), st.integers(0, 30)), spans)
def test_taking_out_explained_numbers(span: Span, explained: list[Span]) -> None:
    left = without(span, explained)
    assert spread(left) == spread([span]) - spread(explained)
    assert sum(part.size for part in left) == len(spread(left))


def test_wide_gaps_are_likelier_typing_errors() -> None:
    assert looks_mistyped(230402001, 300)
    assert not looks_mistyped(100, 1)
    assert not looks_mistyped(500, 60)


def test_ranges_are_written_as_people_do() -> None:
    assert write(Series("鹤市监处罚", 2026), Span(3, 3)) == "鹤市监处罚〔2026〕3号"
    assert write(Series("鹤市监处罚", 2026), Span(3, 9)) == "鹤市监处罚〔2026〕3至9号"
