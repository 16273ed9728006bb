"""What of a figure is told, and which days are kept. Plain values in, plain values out."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Told(NamedTuple):
    """A number and what it was taken from; both None where it rests on so few that somebody could be singled out."""

    base: int | None
    value: Decimal | None


def shown(base: int, value: Decimal, minimum: int) -> Told:
    """Nothing at all is told of anybody, so zero may be said."""
    return Told(None, None) if 0 < base < minimum else Told(base, value)


def percent(part: int, whole: int) -> Decimal:
    """One decimal, rounded down: 99.99 is not 100. Of nothing there is no share (ZeroDivisionError)."""
    return Decimal(part * 1000 // whole) / 10


def superseded(days: Iterable[date]) -> set[date]:
    """Days whose figures go: of each month the last day counted stays."""
    last: dict[tuple[int, int], date] = {}
    known = set(days)
    for day in known:
        month = (day.year, day.month)
        last[month] = max(day, last.get(month, day))
    return known - set(last.values())


def months_before(day: date, count: int) -> date:
    """The first day of the month `count` - 1 months before that of `day`: a span of `count` months, its own included."""
    index = day.year * 12 + day.month - count
    return date(index // 12, index % 12 + 1, 1)
