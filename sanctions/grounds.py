"""The facts measures rest on, as the gate sees them: a list entry or a record with what it says of the conduct."""

from dataclasses import dataclass
from datetime import date

from blacklist.models import ListEntry
from catalog.choices import FieldRole
from catalog.models import FieldDefinition
from records import selectors as records
from records.contents import all_values
from records.disclosure import split_codes
from records.models import CreditRecord
from sanctions import selectors
from sanctions.models import Measure
from sanctions.rules import application as rules


@dataclass(frozen=True, slots=True)
class Fact:
    """A ground, whose it is, and how people name it."""

    ground: rules.Ground
    subject_kind: str
    title: str
    number: str
    decided_on: date
    authority: str


def of(row: CreditRecord | ListEntry, on: date) -> Fact:
    """What a record or an entry says on a day."""
    return _of_entry(row, on) if isinstance(row, ListEntry) else _of_record(row, on)


def _of_entry(entry: ListEntry, on: date) -> Fact:
    ground = rules.Ground(
        in_force=entry.in_force(on),
        ends=entry.ends_on,
        severity=rules.conduct_severity(is_listed=True, of_tier=None),
        scheme_code=entry.scheme.code,
        conduct=entry.reason,
    )
    return Fact(
        ground,
        entry.subject.kind,
        entry.scheme.name,
        entry.decision_number,
        entry.decided_on,
        entry.authority_name,
    )


def _of_record(record: CreditRecord, on: date) -> Fact:
    live = record.used_until is not None and record.used_until >= on
    roles = [FieldRole.CONDUCT, FieldRole.PENALTY_TYPES]
    codes = dict(
        FieldDefinition.objects.filter(item_id=record.item_id, role__in=roles).values_list("role", "code")
    )
    words = all_values(record)
    said = {role: str(words.get(code) or "") for role, code in codes.items()}
    ground = rules.Ground(
        in_force=live
        and (record.ended_on is None or record.ended_on > on)
        and not records.suspended(record, on),
        ends=record.used_until,
        severity=rules.conduct_severity(
            is_listed=False, of_tier=record.tier.severity if record.tier else None
        ),
        item_code=record.item_code,
        conduct=said.get(FieldRole.CONDUCT, ""),
        penalty_types=frozenset(split_codes(said.get(FieldRole.PENALTY_TYPES, ""))),
    )
    return Fact(
        ground,
        record.subject.kind,
        record.item.name,
        record.document_number,
        record.decision_date,
        record.authority_name,
    )


def facts(measure: Measure, on: date, *, listed: bool | None = None) -> rules.MeasureFacts:
    """A row of the list; one query to see whether it stands on `on` unless the caller knows."""
    if listed is None:
        listed = selectors.standing(on).filter(pk=measure.pk).exists()
    return rules.MeasureFacts(
        code=measure.code,
        name=measure.name,
        measure_class=measure.measure_class,
        listed=listed,
        subject_kinds=frozenset(measure.subject_kinds),
        scheme_codes=frozenset(measure.scheme_codes),
        item_codes=frozenset(measure.item_codes),
        executors=frozenset(measure.executors),
        severity=measure.severity,
        conduct_terms=tuple(measure.conduct_terms),
        penalty_types=frozenset(measure.penalty_types),
        max_months=measure.max_months,
        reaches_head=measure.reaches_head,
    )
