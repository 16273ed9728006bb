"""What of measures waits for an officer: measures of the officer's unit to be lifted, because what they rest on is over, and hits
of look-ups whose result is to be reported soon or should have been."""

from datetime import date, timedelta
from typing import Final

from django.db.models import F
from django.urls import reverse

from agencies.models import Officer
from common.desk import Task
from records.selectors import agencies_of
from sanctions.lifting import lift_tasks, unreported
from sanctions.selectors import to_lift

_SOON: Final = timedelta(days=7)


def tasks(officer: Officer, on: date, *, limit: int) -> list[Task]:
    """Measures to be lifted by the units the officer acts for, the longest over first, and results to be reported."""
    return [*_to_lift(officer, on, limit), *_to_report(officer, on, limit)]


def _to_report(officer: Officer, on: date, limit: int) -> list[Task]:
    """One task a receipt. After its last day it becomes a clue as well."""
    if officer.agency is None or not officer.has_perm("sanctions.screen"):
        return []
    found = unreported(until=on + _SOON, agency=officer.agency, limit=limit)
    receipts = {one.screening: one for one in reversed(found)}
    return [
        Task(
            room="查询比对",
            title=one.matter,
            url=reverse("workbench:screening-receipt", args=[one.screening]),
            what="反馈是否实施措施",
            about=f"回执号 {one.screening}",
            due=one.due,
        )
        for one in receipts.values()
    ]


def _to_lift(officer: Officer, on: date, limit: int) -> list[Task]:
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
