"""The clock of every legal deadline: working days (工作日) of the mainland calendar. Pure.

Monday to Friday work, except the public holidays, plus the make-up weekends (调休). Counting begins on the day
after the start (民法典 第201条). The State Council publishes a year's calendar each November; beyond it the plain
Monday-to-Friday week is assumed and `covers` says so, because a deadline that cannot be computed would be worse
than one that may shift by a few days.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def _weekdays_until(ordinal: int) -> int:
    """Mondays to Fridays from day 1 (a Monday) to `ordinal`."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Exceptions to the Monday-to-Friday week, and the years for which they are known to be complete."""

    holidays: frozenset[date] = frozenset()
    extra_workdays: frozenset[date] = frozenset()
    covered_years: frozenset[int] = frozenset()
    _off: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _on: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        off = sorted(day.toordinal() for day in self.holidays if day.weekday() < 5)
        on = sorted(day.toordinal() for day in self.extra_workdays if day.weekday() >= 5)
        object.__setattr__(self, "_off", tuple(off))
        object.__setattr__(self, "_on", tuple(on))

    def covers(self, year: int) -> bool:
        """Whether the official calendar of the year is known."""
        return year in self.covered_years

    def is_certain(self, start: date, end: date) -> bool:
        """Whether every year that a count from `start` to `end` runs through is covered."""
        first, last = sorted((start.year, end.year))
        return all(self.covers(year) for year in range(first, last + 1))

    def is_workday(self, day: date) -> bool:
        """Whether offices work on the day."""
        return day not in self.holidays if day.weekday() < 5 else day in self.extra_workdays

    def _until(self, day: date) -> int:
        ordinal = day.toordinal()
        return _weekdays_until(ordinal) - bisect_right(self._off, ordinal) + bisect_right(self._on, ordinal)

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative if `end` lies before `start`."""
        return self._until(end) - self._until(start)

    def add_workdays(self, start: date, days: int) -> date:
        """The last day of a period of `days` working days that begins on the day after `start`.

        Zero days is `start` itself. Raises ValueError for a negative number.
        """
        if days < 0:
            raise ValueError("a period has no negative length")
        target = self._until(start) + days
        day = start
        # Jump by whole weeks first: seven days never hold more than seven working days.
        while (missing := target - self._until(day)) > 7:
            day += timedelta(days=missing)
        while missing > 0:
            day += ONE_DAY
            missing -= self.is_workday(day)
        return day

    def on_or_after(self, day: date) -> date:
        """The day itself if it is a working day, else the next one: where a calendar-day period ends (民法典 第203条)."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day
