"""迟报, computed and never typed: from the decision, the moment of receipt, the calendar and the item's period.

`supervision.selectors.timeliness` says the same in SQL for millions of rows; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import date

from common.workdays import Calendar
from supervision.choices import Timing


@dataclass(frozen=True, slots=True)
class Judgement:
    """When the period ended, how the receipt stands to it, and by how many working days it was late."""

    timing: Timing
    due: date
    late_by: int = 0


def judge(*, decision_date: date, received_on: date, calendar: Calendar, days: int) -> Judgement:
    """Whether what was decided on `decision_date` came within `days` working days (424号: 7 from the decision).

    Counting begins on the day after the decision. What arrives on a day off counts as arriving on the next working day.
    UNCERTAIN where a year up to the earlier of due date and receipt has no official calendar: the plain week may put a
    due date days too early, and a unit must not be blamed for that. ValueError for a period of less than one day.
    """
    if days < 1:
        raise ValueError("a reporting period has at least one working day")
    due = calendar.add_workdays(decision_date, days)
    if not calendar.is_certain(decision_date, min(due, received_on)):
        return Judgement(Timing.UNCERTAIN, due)
    if received_on <= due:
        return Judgement(Timing.ON_TIME, due)
    return Judgement(Timing.LATE, due, calendar.workdays_between(due, calendar.on_or_after(received_on)))
