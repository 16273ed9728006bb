"""What of repair and objections waits for an officer: whatever is to be accepted or decided in the officer's own unit."""

from datetime import date
from typing import Final

from django.urls import reverse

from agencies.models import Officer
from common.desk import Task
from repair import targets
from repair.choices import NO_CLOCK, State
from repair.models import Case
from repair.selectors.cases import cases_visible_to

# Which permission lets an officer take the next step, and what the step is; a case sent back waits for the applicant.
_NEXT: Final = {
    State.FILED: ("repair.handle_case", "审查材料，决定是否受理"),
    State.ACCEPTED: ("repair.decide_case", "核实并作出决定"),
}


def tasks(officer: Officer, on: date, *, limit: int) -> list[Task]:
    """Applications and objections of the officer's unit that the officer may take on, by deadline."""
    states = [state for state, (permission, _) in _NEXT.items() if officer.has_perm(permission)]
    if not states:
        return []
    rows = cases_visible_to(officer).filter(agency=officer.agency_id, state__in=states)
    return [_task(case) for case in rows.order_by("due", "id")[:limit]]


def _task(case: Case) -> Task:
    target = targets.target_of(case)
    return Task(
        room=str(case.get_kind_display()),
        title=case.number,
        url=reverse("workbench:repair-case", args=[case.number]),
        what=_NEXT[State(case.state)][1],
        about=f"{target.subject_name}，{target.title}",
        due=None if case.due == NO_CLOCK else case.due,
    )
