"""Clues from the serious-dishonesty list: an objection not answered, a decision not served, a case not ended in time (G14).

The clocks come from `blacklist.standing`, suspensions left out, so a case that stands still raises nothing. One clue per
clock, for ever; whether the delay was justified is for the unit to say.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from blacklist import standing
from blacklist.models import ListCase
from blacklist.selectors_cases import OPEN_PHASES, with_phase
from common.gates import PLAN
from common.locks import transaction_lock
from common.selectors import load_calendar
from ledger.services import acting
from supervision.choices import ClueKind
from supervision.models import Clue

BASIS: Final = f"{PLAN} 第8条、五（三）"


def raise_list_clues(*, on: date) -> int:
    """Raise what is missing; returns how many. Cases that were decided still owe the service of their decision."""
    with acting(actor=None, action="supervision.list_clues", basis=BASIS):
        transaction_lock("supervision.list_clues")
        wanted = list(_overdue(on))
        known = set(
            Clue.objects.filter(
                kind=ClueKind.LIST_OVERDUE, object_key__in=[clue.object_key for clue in wanted]
            ).values_list("object_key", flat=True)
        )
        missing = [clue for clue in wanted if clue.object_key not in known]
        Clue.objects.bulk_create(missing)
    return len(missing)


def _overdue(on: date) -> Iterator[Clue]:
    calendar = load_calendar()
    phases = {"phase_now__in": [*OPEN_PHASES, "listed"]}
    cases = with_phase(ListCase.objects.select_related("due_rule", "scheme"), on).filter(**phases)
    for case in cases.prefetch_related("steps__due_rule").iterator(chunk_size=500):
        rows = sorted(case.steps.all(), key=lambda row: row.pk)
        for clock in standing.clocks(case, rows):
            if clock.due is not None and clock.due < on:
                yield Clue(
                    kind=ClueKind.LIST_OVERDUE,
                    agency_id=case.agency_id,
                    object_key=f"list_case:{case.pk}:{clock.key}",
                    label=f"{case.number} {clock.label}"[:300],
                    due=clock.due,
                    late_by=max(0, calendar.workdays_between(clock.due, on)),
                    basis=f"{PLAN} 第8条；{clock.rule}"[:300],
                )
