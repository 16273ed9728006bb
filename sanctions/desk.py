"""What of measures waits for an officer: measures of the officer's unit to be lifted, because what they rest on is over."""

from datetime import date

from django.db.models import F
from django.urls import reverse

from agencies.models import Officer
from common.desk import Task
from records.selectors import agencies_of
from sanctions.lifting import lift_tasks
from sanctions.selectors import to_lift


def tasks(officer: Officer, on: date, *, limit: int) -> list[Task]:
    """Measures to be lifted by the units the officer acts for, the longest over first."""
    if not officer.has_perm("sanctions.apply_measure"):
        return []
    rows = to_lift(on).filter(agency_id__in=agencies_of(officer)).order_by(F("ground_ended"), "id")[:limit]
    return [
        Task(
            room="惩戒措施",
            title=task.measure.measure.name,
            url=reverse("workbench:measure-applied", args=[task.measure.public_id]),
            what="解除措施",
            about=f"{task.measure.subject}，{task.why or '所依据的记录或者名单已经到期'}",
            due=task.due,
        )
        for task in lift_tasks(list(rows))
    ]
