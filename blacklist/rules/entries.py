"""When an entry of either list holds. Pure; the selectors say the same in SQL."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """The dates of an entry. `ends_on` and `suspended_until` are last days, `ended_on` is the first day without it."""

    effective_from: date
    ends_on: date | None = None
    ended_on: date | None = None
    suspended_from: date | None = None
    suspended_until: date | None = None


def over(span: Span, at: date) -> bool:
    """Whether it has ended on that day, at its term or before."""
    early = span.ended_on is not None and at >= span.ended_on
    return early or (span.ends_on is not None and at > span.ends_on)


def listed(span: Span, at: date) -> bool:
    """Whether the entry has begun and is not over; a suspended entry is still listed."""
    return at >= span.effective_from and not over(span, at)


def suspended(span: Span, at: date) -> bool:
    """Whether its effect rests on that day."""
    if span.suspended_from is None or at < span.suspended_from:
        return False
    return span.suspended_until is None or at <= span.suspended_until


def in_force(span: Span, at: date) -> bool:
    """Whether it may have an effect on anybody: listed and not suspended."""
    return listed(span, at) and not suspended(span, at)
