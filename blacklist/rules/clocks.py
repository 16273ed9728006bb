"""The clocks of a case: a suspension stops them, the day it ends they go on. Pure; the calendar is passed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from catalog.choices import TimeUnit
from common.workdays import ONE_DAY, Calendar


@dataclass(frozen=True, slots=True)
class Pause:
    """A suspension: its first day, and the first day on which clocks run again (None = not yet)."""

    since: date
    until: date | None


def extended(
    due: date, unit: str, pauses: Sequence[Pause], calendar: Calendar, *, start: date = date.min
) -> date | None:
    """The last day of a period that runs from the day after `start`, with the pauses left out, oldest first.

    None while it stands still. A pause before the period or after its end changes nothing. Working days lost are given
    back as working days, others as days, ending on a working day.
    """
    for pause in pauses:
        if due < pause.since or (pause.until is not None and pause.until <= start):
            continue
        if pause.until is None:
            return None
        since = max(pause.since, start + ONE_DAY)
        if unit == TimeUnit.WORKDAYS:
            left = calendar.workdays_between(since - ONE_DAY, due)
            due = calendar.add_workdays(pause.until - ONE_DAY, left)
        else:
            due = calendar.on_or_after(due + timedelta(days=max(0, (pause.until - since).days)))
    return due
