"""Taking back what was handed in: publishing, sharing and use end at once, in every channel, and the reason stays."""

from datetime import date

from django.utils import timezone

from common.clock import today
from ledger.services import acting
from records.evidence import rules
from records.evidence.choices import ChangeKind
from records.evidence.services.common import Author, Why, explain, insist, locked
from records.evidence.services.corrections import pending_change
from records.models import CreditRecord


def withdraw_record(
    *, author: Author, record_id: int, version: int, why: Why, on: date | None = None
) -> CreditRecord:
    """End a record that should not have been handed in as it was; `why.ground` is the reason (records.choices).

    Needs no route: whoever handed something in may always take it back. Raises Refused, RecordChanged.
    """
    on = on or today()
    basis = why.document_number or why.explanation[:100] or "撤回"
    with acting(actor=author.number, action="records.withdraw", basis=basis):
        record = locked(record_id, version, author)
        refusals = rules.withdrawal_refusals(
            reason=why.ground,
            explanation=why.explanation,
            ended_on=record.ended_on,
            shared_until=record.shared_until,
            on=on,
        )
        insist(refusals)
        pending = pending_change(record, on)
        record.ended_on, record.end_reason, record.changed_at = on, why.ground, timezone.now()
        record.save(update_fields=["ended_on", "end_reason", "changed_at"])
        record.refresh_from_db(fields=["version", "changed_at"])
        explain(record, ChangeKind.WITHDRAWAL, why, author, proceeding=pending)
    return record
