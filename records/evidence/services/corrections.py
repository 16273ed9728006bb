"""Correcting what an agency handed in: judged like a hand-in, written over the record's own row.

The cells are the record's own with the changes laid over them; Judge and Builder are the intake's. The line the Builder
makes for COPY is taken apart again and becomes one UPDATE, so that a correction and a hand-in cannot differ in a column.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db import connection
from django.utils import timezone

from common.clock import today
from common.gates import Refused
from common.workbooks.cells import Cell
from ledger.services import acting
from records.contents import all_values
from records.evidence import rules
from records.evidence.choices import SETTLING, ChangeKind, Outcome
from records.evidence.clauses import refuse
from records.evidence.models import Proceeding
from records.evidence.services.common import Author, Why, explain, insist, locked
from records.intake import binary
from records.intake.build import TAIL, Built, Origin
from records.intake.reference import item_on, load_facts
from records.intake.retry import again_on_collision
from records.models import CreditRecord
from records.rules import facts as names
from records.rules.facts import Facts
from records.services.common import check_route
from records.services.records import completed, judged, named

# Where and when it first came in stays; its end is decided here.
_KEPT: Final = frozenset(
    {
        "subject_id",
        "provider_id",
        "batch_id",
        "channel",
        "procedure",
        "minor",
        "end_reason",
        "ended_noted",
        "salt",
    }
)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A correction that passed the gates, before anything is written."""

    columns: Mapping[str, str | None]
    built: Built
    changed: frozenset[str]
    moves_subject: bool


def correct_record(
    *,
    author: Author,
    record_id: int,
    version: int,
    why: Why,
    fields: Mapping[str, Cell],
    document: Mapping[str, str] | None = None,
    effective_date: str = "",
    on: date | None = None,
) -> CreditRecord:
    """Correct a record; `fields` holds what changes, by code or label, an empty value clears a field.

    Raises Refused with every refusal of the gates or of `records.evidence.rules`, RecordChanged, UnknownFields.
    """
    on = on or today()

    def write() -> CreditRecord:
        basis = why.document_number or why.explanation[:100] or "更正"
        with acting(actor=author.number, action="records.correct", basis=basis):
            return _correct(
                author, locked(record_id, version, author), why, fields, document, effective_date, on
            )

    return again_on_collision(write)


def _correct(
    author: Author,
    record: CreditRecord,
    why: Why,
    fields: Mapping[str, Cell],
    document: Mapping[str, str] | None,
    effective_date: str,
    on: date,
) -> CreditRecord:
    insist(
        rules.opening_refusals(
            ground=why.ground,
            explanation=why.explanation,
            ended_on=record.ended_on,
            shared_until=record.shared_until,
            on=on,
        )
    )
    check_route(record.provider, record.item, on)
    draft = _drafted(record, fields, document or {}, effective_date, on)
    pending = pending_change(record, on)
    insist(rules.correction_refusals(_seen_by_rules(record, draft, why, pending), on))
    if _taken(record, draft.built.fingerprints[0], on):
        raise Refused(refuse("duplicate", "另一条在用的信息已经记录了同一文书、同一主体"))
    _write(record, draft.columns, reopens=rules.reopened(record.ended_on, record.end_reason, on))
    record = CreditRecord.objects.select_related("item", "subject", "provider").get(pk=record.pk)
    explain(record, ChangeKind.CORRECTION, why, author, fields=draft.changed, proceeding=pending)
    return record


def _drafted(
    record: CreditRecord,
    fields: Mapping[str, Cell],
    document: Mapping[str, str],
    effective_date: str,
    on: date,
) -> _Draft:
    """The record as it would stand, by the table it was handed in by. Raises Refused with what the gates say."""
    received = timezone.localdate(record.received_at)
    item = item_on(record.item_code, received)
    facts = load_facts(agency=record.provider, item=item, on=on, declared_ordinary=True)
    facts = replace(facts, received=received)
    before = all_values(record)
    cells = _cells(facts, record, before, fields, document, effective_date)
    verdict, built = judged(facts, cells, Origin(record.provider_id, record.batch_id, record.channel, ""))
    columns = dict(zip(TAIL, binary.texts_of(built.tails[0], tuple(TAIL.values())), strict=True))
    after = {code: str(column[0]) for code, column in verdict.checked.items() if column[0]}
    changed = {code for code in before.keys() | after.keys() if before.get(code, "") != after.get(code, "")}
    if columns["document_kind"] != record.document_kind:
        changed.add(names.DOCUMENT_KIND)
    if columns["effective_date"] != record.effective_date.isoformat():
        changed.add(names.EFFECTIVE_DATE)
    moves = rules.identity(facts.layout, before) != rules.identity(facts.layout, after)
    return _Draft(columns, built, frozenset(changed), moves)


def _cells(
    facts: Facts,
    record: CreditRecord,
    before: Mapping[str, str],
    fields: Mapping[str, Cell],
    document: Mapping[str, str],
    effective_date: str,
) -> dict[str, Cell]:
    """The record's own cells with the changes laid over them. An effective date that was the decision's follows it."""
    known = {one.code for one in facts.layout.fields}
    changes = named(facts.layout, fields)
    completed(changes, facts.layout, document)
    cells: dict[str, Cell] = {code: value for code, value in before.items() if code in known}
    cells[names.DOCUMENT_KIND] = record.document_kind
    if record.effective_date != record.decision_date:
        cells[names.EFFECTIVE_DATE] = record.effective_date.isoformat()
    if effective_date:
        cells[names.EFFECTIVE_DATE] = effective_date
    return cells | changes


def _seen_by_rules(
    record: CreditRecord, draft: _Draft, why: Why, pending: Proceeding | None
) -> rules.Correction:
    state = draft.built.rows.states[0]
    return rules.Correction(
        before=rules.Ends(
            record.minimum_until, record.shared_until, record.published_until, record.used_until
        ),
        after=rules.Ends(state.minimum_until, state.shared_until, state.published_until, state.used_until),
        changed=draft.changed,
        moves_subject=draft.moves_subject,
        document_number=why.document_number,
        document_date=why.document_date,
        softening=pending is not None,
    )


def _taken(record: CreditRecord, fingerprint: bytes, on: date) -> bool:
    """Whether another record that is not over states the same fact."""
    others = CreditRecord.objects.filter(fingerprint=fingerprint).exclude(pk=record.pk)
    return others.filter(ended_on__isnull=True).exists() or others.filter(ended_on__gt=on).exists()


def pending_change(record: CreditRecord, on: date) -> Proceeding | None:
    """The changed document that waits for this record's correction, if one does."""
    if not rules.reopened(record.ended_on, record.end_reason, on):
        return None
    rows = Proceeding.objects.filter(record=record, outcome=Outcome.CHANGED).exclude(
        changes__kind__in=SETTLING
    )
    return rows.order_by("-outcome_at").first()


def _write(record: CreditRecord, columns: Mapping[str, str | None], *, reopens: bool) -> None:
    values: dict[str, str | datetime | None] = {
        name: value for name, value in columns.items() if name not in _KEPT
    }
    values["changed_at"] = timezone.now()
    if reopens:
        values |= {"ended_on": None, "end_reason": ""}
    assignments = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(
            f"update records_creditrecord set {assignments} where id = %s",  # noqa: S608 - own column names
            [*values.values(), record.pk],
        )
