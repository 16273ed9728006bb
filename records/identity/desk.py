"""Merges and splits of subjects that wait for a decision of the credit authority."""

from datetime import date

from django.urls import reverse

from agencies.models import Officer
from common.desk import Task
from records.identity import selectors
from records.identity.choices import ChangeState


def tasks(officer: Officer, on: date, *, limit: int) -> list[Task]:
    """Proposals of others, the oldest first; nobody decides on what the same officer proposed."""
    if not selectors.may_decide(officer):
        return []
    rows = selectors.filter_changes(selectors.changes_visible_to(officer), state=ChangeState.PROPOSED)
    return [
        Task(
            room="主体合并和拆分",
            title=str(change.kept),
            url=reverse("workbench:identity-change", args=[change.public_id]),
            what="审核并作出决定",
            about=f"由{change.proposed_by.agency}提出",
        )
        for change in rows.exclude(proposed_by=officer).order_by("id")[:limit]
    ]
