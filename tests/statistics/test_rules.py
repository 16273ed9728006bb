"""What of a figure is told, and which days are kept."""

import os
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.statistics.rules import months_before, percent, shown, superseded

EXAMPLES = int(os.environ.get("CREDIT_EXAMPLES", "50"))
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))


@settings(max_examples=EXAMPLES, deadline=None)
@given(base=st.integers(0, 200), minimum=st.integers(0, 50), value=st.integers(0, 100))
def test_few_are_never_told_and_enough_always(base: int, minimum: int, value: int) -> None:
    told = shown(base, Decimal(value), minimum)
    few = 0 < base < minimum
    assert told == ((None, None) if few else (base, value))


def test_a_share_is_rounded_down() -> None:
    assert (percent(9999, 10_000), percent(3, 3), percent(0, 7)) == (Decimal("99.9"), 100, 0)


@settings(max_examples=EXAMPLES, deadline=None)
@given(days=st.lists(DAYS, max_size=40))
def test_one_day_a_month_stays_and_it_is_the_last(days: list[date]) -> None:
    gone = superseded(days)
    kept = set(days) - gone
    assert {(day.year, day.month) for day in kept} == {(day.year, day.month) for day in days}
    assert all(
        max(day for day in days if (day.year, day.month) == (one.year, one.month)) == one for one in kept
    )
    assert len(kept) == len({(day.year, day.month) for day in days})


@settings(max_examples=EXAMPLES, deadline=None)
@given(day=DAYS, count=st.integers(1, 36))
def test_a_span_of_months_begins_with_a_month(day: date, count: int) -> None:
    first = months_before(day, count)
    assert first.day == 1 and first <= day
    assert (day.year - first.year) * 12 + day.month - first.month == count - 1
    assert months_before(first - timedelta(days=1), 1) < first
