"""Documents under review or in court: marking a record, and what the outcome makes of it.

The mark and the end are drawn by the database from the proceeding's row (migration 0004); here stand who, when and which
clock. A record whose document lost its force ends in the same transaction.
"""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from catalog.deadlines import DeadlineUnknown, code_for, due
from common.clock import today
from common.gates import Refusal
from ledger.services import acting
from records.evidence import rules
from records.evidence.choices import DEMANDING, ChangeKind, Outcome, ProceedingKind
from records.evidence.models import Proceeding
from records.evidence.services.common import Author, Why, explain, insist, locked
from records.models import CreditRecord


@dataclass(frozen=True, slots=True)
class Case:
    """Before whom a document is looked at, under which number, since when and on which clause."""

    kind: str
    organ: str
    case_number: str
    since: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class Decision:
    """How it ended: the outcome, the number of the document that says so, and its day."""

    outcome: str
    document: str
    decided_on: date | None


def mark_proceeding(
    *, author: Author, record_id: int, version: int, case: Case, on: date | None = None
) -> Proceeding:
    """Mark a record: its document is under review or in court. Raises Refused, RecordChanged."""
    on = on or today()
    with acting(actor=author.number, action="records.mark_proceeding", basis=case.basis):
        record = locked(record_id, version, author)
        insist(_case_refusals(record, case, on))
        proceeding = _case(record, case, author)
        proceeding.save(force_insert=True)
        words = f"{proceeding.get_kind_display()}：{case.organ} {case.case_number}"
        _explain(
            record,
            ChangeKind.PROCEEDING,
            Why(case.kind, words, case.case_number, case.since),
            author,
            proceeding,
        )
    return proceeding


def note_outcome(
    *, author: Author, proceeding_id: int, version: int, decision: Decision, on: date | None = None
) -> Proceeding:
    """End a proceeding with its outcome; `version` is the record's. Raises Refused, RecordChanged."""
    on = on or today()
    with acting(actor=author.number, action="records.note_outcome", basis=decision.document or "登记有误"):
        record_id = Proceeding.objects.values_list("record_id", flat=True).get(pk=proceeding_id)
        record = locked(record_id, version, author)
        proceeding = Proceeding.objects.select_for_update(of=("self",)).get(pk=proceeding_id)
        insist(_decision_refusals(proceeding, decision, on))
        _decide(proceeding, record, decision, author, on)
        proceeding.save()
        _explain_outcome(record, proceeding, author)
    return proceeding


def note_own_correction(
    *, author: Author, record_id: int, version: int, case: Case, decision: Decision, on: date | None = None
) -> Proceeding:
    """The authority itself, or the one above it, changed or set aside the document: entered and decided in one step."""
    on = on or today()
    with acting(actor=author.number, action="records.note_outcome", basis=decision.document or case.basis):
        record = locked(record_id, version, author)
        insist(_case_refusals(record, case, on))
        proceeding = _case(record, case, author)
        insist(_decision_refusals(proceeding, decision, on))
        _decide(proceeding, record, decision, author, on)
        proceeding.save(force_insert=True)
        _explain_outcome(record, proceeding, author)
    return proceeding


def _case(record: CreditRecord, case: Case, author: Author) -> Proceeding:
    return Proceeding(
        record=record,
        kind=case.kind,
        organ=case.organ,
        case_number=case.case_number,
        since=case.since or today(),
        basis=case.basis,
        marked_at=timezone.now(),
        marked_by=author.officer,
        marked_client=author.client,
    )


def _case_refusals(record: CreditRecord, case: Case, on: date) -> list[Refusal]:
    return rules.proceeding_refusals(
        kind=case.kind,
        organ=case.organ,
        case_number=case.case_number,
        since=case.since,
        basis=case.basis,
        decision_date=record.decision_date,
        known=set(record.proceedings.values_list("kind", "case_number")),
        on=on,
    )


def _decision_refusals(proceeding: Proceeding, decision: Decision, on: date) -> list[Refusal]:
    return rules.outcome_refusals(
        open_now=not proceeding.outcome,
        kind=proceeding.kind,
        outcome=decision.outcome,
        document=decision.document,
        decided_on=decision.decided_on,
        since=proceeding.since,
        on=on,
    )


def _decide(
    proceeding: Proceeding, record: CreditRecord, decision: Decision, author: Author, on: date
) -> None:
    """Fill in the outcome and, where it demands something, the clock and the day the record ends."""
    proceeding.outcome = decision.outcome
    proceeding.outcome_document = decision.document
    proceeding.decided_on = decision.decided_on
    proceeding.outcome_at = timezone.now()
    proceeding.outcome_by, proceeding.outcome_client = author.officer, author.client
    if decision.outcome in DEMANDING and decision.decided_on is not None:
        code, sectors = rules.deadline_code(record.item.period_kind), record.provider.sectors
        start = decision.decided_on
        try:
            clock = due(code_for(code, sectors, start), start)
        except DeadlineUnknown:  # decided before the oldest rule: the one of today governs
            clock = due(code_for(code, sectors, on), start, on)
        proceeding.due = clock.day
        proceeding.due_basis = f"{clock.rule.basis}{clock.rule.basis_clause}：{clock.rule.length}"
        proceeding.ends_on = rules.ends_on(decision.outcome, due=clock.day, noted_on=on)


def _explain_outcome(record: CreditRecord, proceeding: Proceeding, author: Author) -> None:
    words = (
        f"{ProceedingKind(proceeding.kind).label}结果：{Outcome(proceeding.outcome).label}"
        f"（{proceeding.organ} {proceeding.case_number}）"
    )
    why = Why(proceeding.outcome, words, proceeding.outcome_document, proceeding.decided_on)
    _explain(record, ChangeKind.OUTCOME, why, author, proceeding)


def _explain(
    record: CreditRecord, kind: ChangeKind, why: Why, author: Author, proceeding: Proceeding
) -> None:
    """A second case beside an open one changes nothing in the record; then the proceeding's own row says it all."""
    before = record.version
    record.refresh_from_db(fields=["version"])
    if record.version != before:
        explain(record, kind, why, author, proceeding=proceeding)
