"""Clues that wait for an officer: to be explained by the unit, or closed by the credit authority once explained."""

from datetime import date
from typing import Final

from django.db.models import Q
from django.urls import reverse

from agencies.models import Officer
from common.desk import Task
from records.selectors import agencies_of
from supervision.choices import ClueKind, ClueState
from supervision.models import Clue
from supervision.selectors.clues import clues_visible_to

SINGLY: Final = 3


def tasks(officer: Officer, on: date, *, limit: int) -> list[Task]:
    """The oldest clues first, many of them as one; a unit's reviewer explains, the authority closes what was explained."""
    wanted = Q(pk__in=[])
    if officer.has_perm("supervision.explain_clue"):
        wanted |= Q(state=ClueState.OPEN, agency_id__in=agencies_of(officer, "review_for"))
    if officer.has_perm("supervision.close_clue"):
        wanted |= Q(state=ClueState.EXPLAINED)
    rows = list(clues_visible_to(officer).filter(wanted).order_by("due", "id")[: limit + 1])
    return [_task(clue) for clue in rows] if len(rows) <= SINGLY else [_all(len(rows), limit)]


def _task(clue: Clue) -> Task:
    return Task(
        room="责任线索",
        title=clue.label,
        url=reverse("workbench:clue", args=[clue.pk]),
        what="作出说明" if clue.state == ClueState.OPEN else "办结",
        about=f"{ClueKind(clue.kind).label}，{clue.agency.name}，期限是{clue.due:%Y-%m-%d}",
    )


def _all(found: int, limit: int) -> Task:
    """Many clues in one line: they come by the dozen, and must not hide what has a deadline."""
    how_many = f"{limit}条以上" if found > limit else f"{found}条"
    return Task("责任线索", f"{how_many}责任线索", reverse("workbench:supervision"), "作出说明或者办结")
