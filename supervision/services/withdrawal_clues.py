"""Clues about documents that were set aside or changed and whose records were not withdrawn or corrected in time."""

from datetime import date

from common.selectors import load_calendar
from records.evidence.selectors import Overdue, overdue_consequences
from supervision.choices import ClueKind
from supervision.models import Clue


def raise_withdrawal_clues(*, on: date) -> int:
    """A clue for every consequence that came late or is overdue on `on`; inside the action of the caller.

    Until when is asked once: a clue of an overdue one keeps the days it had when it was raised.
    """
    known = set(Clue.objects.filter(kind=ClueKind.LATE_WITHDRAWAL).values_list("object_key", flat=True))
    calendar = load_calendar()

    def late_by(found: Overdue) -> int:
        due = found.proceeding.due or on
        return max(0, calendar.workdays_between(due, found.done or on))

    clues = [
        Clue(
            kind=ClueKind.LATE_WITHDRAWAL,
            agency_id=found.proceeding.record.provider_id,
            object_key=f"proceeding:{found.proceeding.pk}",
            label=found.proceeding.record.document_number,
            record=found.proceeding.record,
            batch_id=found.proceeding.record.batch_id,
            item_code=found.proceeding.record.item_code,
            due=found.proceeding.due or on,
            late_by=late_by(found),
            basis=found.proceeding.due_basis,
        )
        for found in overdue_consequences(on)
        if f"proceeding:{found.proceeding.pk}" not in known
    ]
    return len(Clue.objects.bulk_create(clues))
