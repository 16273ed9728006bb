"""Requests to erase that wait for a decision of the credit authority."""

from datetime import date

from django.urls import reverse

from agencies.models import Officer
from common.desk import Task
from records.erasure import selectors
from records.erasure.choices import ErasureState
from records.erasure.services import may_decide


def tasks(officer: Officer, on: date, *, limit: int) -> list[Task]:
    """The nearest deadline first; nobody decides on what the same officer took in."""
    if not may_decide(officer):
        return []
    rows = selectors.filter_erasures(selectors.erasures(), ErasureState.ASKED).exclude(officer=officer)
    return [
        Task(
            room="删除个人信息",
            title=one.number,
            url=reverse("workbench:erasure", args=[one.number]),
            what="审核并作出决定",
            about=f"{one.get_asked_by_display()}：{one.get_ground_display()}",
            due=one.due,
        )
        for one in rows.order_by("due", "id")[:limit]
    ]
