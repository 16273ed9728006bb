"""Clues about measures: a hit nobody reported on, a measure not lifted in time after its ground ended (plan, items 11 and 15).

Both are read off dates in the sanctions room; running late or twice raises the same clues. What was done late stays a clue,
for the unit to explain.
"""

from datetime import date
from typing import Final

from common.gates import PLAN
from common.selectors import load_calendar
from sanctions import lifting, selectors
from supervision.choices import ClueKind
from supervision.models import Clue

FEEDBACK_BASIS: Final = f"{PLAN} 第11条：实现联合奖惩结果反馈"
LIFT_BASIS: Final = f"{PLAN} 第15条、五（三）：修复后及时终止惩戒"
_CHUNK: Final = 1000


def raise_measure_clues(*, on: date) -> int:
    """Raise what is missing; inside the action of the caller. Returns how many."""
    calendar = load_calendar()

    def clue(kind: ClueKind, agency_id: int, key: str, label: str, due: date, basis: str) -> Clue:
        late = calendar.workdays_between(due, on)
        return Clue(
            kind=kind,
            agency_id=agency_id,
            object_key=key,
            label=label[:300],
            due=due,
            late_by=late,
            basis=basis,
        )

    known = set(
        Clue.objects.filter(kind__in=[ClueKind.FEEDBACK_LATE, ClueKind.LIFT_LATE]).values_list(
            "object_key", flat=True
        )
    )
    found = [
        clue(
            ClueKind.FEEDBACK_LATE, one.agency_id, f"{one.screening}:{one.ordinal}:{one.code}",
            f"{one.matter}，回执 {one.screening}，{one.name}", one.due, FEEDBACK_BASIS,
        )
        for one in lifting.unreported(until=on, limit=100_000)
        if one.due < on
    ]  # fmt: skip
    found += [
        clue(
            ClueKind.LIFT_LATE, task.measure.agency_id, f"lift:{task.measure.public_id}",
            f"{task.measure.document_number} {task.measure.measure.name}", task.due, LIFT_BASIS,
        )
        for task in lifting.lift_tasks(list(selectors.to_lift(on)))
        if task.due < on
    ]  # fmt: skip
    new = [one for one in found if one.object_key not in known]
    Clue.objects.bulk_create(new, batch_size=_CHUNK, ignore_conflicts=True)
    return len(new)
