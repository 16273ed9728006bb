"""What the platform said then, and what is known now. Pure.

An entry's columns hold what is known now; every change since kept what stood before it. Taking the later changes back, the
newest first, gives what the platform held to be true at a moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from blacklist.rules.entries import Span

DATES = ("effective_from", "ends_on", "ended_on", "suspended_from", "suspended_until")


@dataclass(frozen=True, slots=True)
class Change:
    """One change, with what stood before; `at` is when the platform learned of it."""

    at: datetime
    before: Mapping[str, object]


def as_known(
    now: Mapping[str, object], created: datetime, changes: Sequence[Change], moment: datetime
) -> dict[str, object] | None:
    """The values as the platform held them at `moment`; None while it did not know of the entry at all.

    `changes` stand in the order in which they were made.
    """
    if created > moment:
        return None
    values = dict(now)
    for change in reversed(changes):
        if change.at > moment:
            values |= change.before
    return values


def span_of(values: Mapping[str, object]) -> Span:
    """The dates among the values of an entry; texts are ISO dates, as a change keeps them."""
    start = _day(values["effective_from"])
    assert start is not None, "an entry has a first day"
    ends, ended, since, until = (_day(values.get(name)) for name in DATES[1:])
    return Span(start, ends, ended, since, until)


def _day(value: object) -> date | None:
    return (
        date.fromisoformat(value)
        if isinstance(value, str) and value
        else value
        if isinstance(value, date)
        else None
    )
