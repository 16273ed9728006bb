"""Single records: taken in through form or interface, ended early, noted as ended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone

from agencies.models import Agency, ApiClient, Officer
from catalog.choices import FieldRole, Nature
from catalog.models import CatalogItem
from common.clock import today
from common.gates import Refusal, Refused, in_gate_order, refuse
from common.problems import FieldProblem, Problem, pointer_step
from common.text import normalise_header
from common.workbooks.cells import Cell, plain
from ledger.services import acting
from records.choices import Channel
from records.intake.build import Builder, Built, Origin
from records.intake.reference import item_on, load_facts
from records.intake.retry import again_on_collision
from records.intake.store import SubjectIds, duplicates, store
from records.models import CreditRecord
from records.rules import facts as names
from records.rules.facts import Facts, Layout
from records.rules.headers import names_of
from records.rules.subjects import compared_numbers
from records.rules.verdict import Judge, Verdict
from records.services.common import actor_number, basis_of, check_route

_DOCUMENT_ROLES: Final = {
    "number": FieldRole.DOCUMENT_NUMBER,
    "issuer": FieldRole.AUTHORITY_NAME,
    "date": FieldRole.DECISION_DATE,
}
_DOCUMENT_COLUMNS: Final = {"kind": names.DOCUMENT_KIND, "effective_date": names.EFFECTIVE_DATE}
_POINTERS: Final = {
    names.PROCEDURE: "/procedure",
    names.MINOR: "/minor",
    names.DOCUMENT_KIND: "/document/kind",
    names.EFFECTIVE_DATE: "/document/effective_date",
}


_HARMLESS: Final = frozenset({"普通程序", "ordinary", "无", "none"})


class UnknownFields(Problem):
    """The item has no fields of these names."""

    def __init__(self, unknown: Sequence[str], item_name: str) -> None:
        detail = f"“{item_name}”没有这些字段：{'、'.join(name[:40] for name in unknown[:10])}"
        errors = [
            FieldProblem(f"/fields/{pointer_step(name)}", "field_unknown", "本事项没有这个字段")
            for name in unknown
        ]
        super().__init__(422, "field_unknown", detail, errors=errors)


def accept_record(
    *,
    agency: Agency,
    item_code: str,
    fields: Mapping[str, Cell],
    channel: Channel,
    officer: Officer | None = None,
    client: ApiClient | None = None,
    document: Mapping[str, str] | None = None,
    effective_date: str = "",
    procedure: str = "",
    minor: str = "",
    on: date | None = None,
) -> CreditRecord:
    """Take in one record, judged by the same rules on the same path as a row of a file.

    `fields` by code or label, platform columns among them; `document` holds kind, number, issuer, date and
    effective_date, and completes the fields that stand for them. Raises Refused with every refusal found (pointers as
    in the interface: /fields/CODE, /document/kind, /procedure …) and UnknownFields.
    """
    on = on or today()
    item, built, origin = _prepared(
        agency, item_code, fields, channel, document, (effective_date, procedure, minor), on
    )

    def write() -> CreditRecord:
        with acting(actor=actor_number(officer, client), action="records.accept", basis=basis_of(item)):
            return _stored(built, origin)

    return again_on_collision(write)


def check_record(
    *,
    agency: Agency,
    item_code: str,
    fields: Mapping[str, Cell],
    channel: Channel,
    effective_date: str = "",
    procedure: str = "",
    minor: str = "",
    on: date | None = None,
) -> None:
    """Judge what `accept_record` would be given, without storing anything. Raises the same, duplicates included."""
    said = (effective_date, procedure, minor)
    _, built, origin = _prepared(agency, item_code, fields, channel, None, said, on or today())
    if found := duplicates(built, origin.provider_id):
        raise Refused(*found.values())


def _prepared(
    agency: Agency,
    item_code: str,
    fields: Mapping[str, Cell],
    channel: Channel,
    document: Mapping[str, str] | None,
    said: tuple[str, str, str],
    on: date,
) -> tuple[CatalogItem, Built, Origin]:
    """Route, names and rules; `said` is effective date, procedure and minor circumstance as stated beside the fields."""
    item = item_on(item_code, on)
    check_route(agency, item, on)
    facts = load_facts(agency=agency, item=item, on=on, declared_ordinary=False)
    cells = named(facts.layout, fields)
    completed(cells, facts.layout, document or {})
    for name, value in zip((names.EFFECTIVE_DATE, names.PROCEDURE, names.MINOR), said, strict=True):
        # Said twice, what excludes the record counts.
        if value and (value not in _HARMLESS or not plain(cells.get(name, "")).strip()):
            cells[name] = value
    origin = Origin(agency.pk, None, channel, "")
    nameless = channel == Channel.API and document is None and item.nature == Nature.DISHONEST
    return item, judged(facts, cells, origin, nameless=nameless)[1], origin


def judged(
    facts: Facts, cells: Mapping[str, Cell], origin: Origin, *, nameless: bool = False
) -> tuple[Verdict, Built]:
    """One row through the gates; raises Refused with every refusal found, in the order of the gates. `nameless`: the
    interface was given no document where it has to be."""
    verdict = Judge(facts).chunk({name: [cell] for name, cell in cells.items()}, 1)
    found = [_pointed(one) for one in verdict.refused.get(0, ())]
    if nameless:
        found = [one for one in found if one.code != "document_missing"]
        found.append(refuse("document_missing", pointer="/document"))
    if found:
        raise Refused(*in_gate_order(found))
    return verdict, Builder(facts, origin).build(verdict, [1], [[]])


def _stored(built: Built, origin: Origin) -> CreditRecord:
    outcome = store(built, origin, SubjectIds().resolve(built.keys, built))
    if outcome.duplicates:
        raise Refused(*outcome.duplicates)
    records = CreditRecord.objects.select_related("subject", "item")
    return records.get(fingerprint=built.fingerprints[0], ended_on__isnull=True)


def named(layout: Layout, fields: Mapping[str, Cell]) -> dict[str, Cell]:
    """Values by field code or platform column, from names that may be codes or labels."""
    known = names_of(layout)
    compared = {name: known.get(normalise_header(name)) for name in fields}
    if unknown := [name for name, code in compared.items() if code is None]:
        raise UnknownFields(unknown, layout.name)
    if len(set(compared.values())) < len(compared):
        again = next(name for name in fields if list(compared.values()).count(compared[name]) > 1)
        detail = f"字段“{again[:40]}”以代码和名称给出了两次，请只保留一个"
        error = FieldProblem(f"/fields/{pointer_step(again)}", "field_duplicate", detail)
        raise Problem(422, "field_duplicate", detail, errors=[error])
    return {code: fields[name] for name, code in compared.items() if code is not None}


def completed(cells: dict[str, Cell], layout: Layout, document: Mapping[str, str]) -> None:
    """Let the document fill the fields it stands for; a number that contradicts its field is refused."""
    for name, column in _DOCUMENT_COLUMNS.items():
        if value := document.get(name, ""):
            cells.setdefault(column, value)
    for name, role in _DOCUMENT_ROLES.items():
        code, value = layout.roles.get(role), document.get(name, "")
        if code is None or not value:
            continue
        stated = plain(cells.get(code, ""))
        if not stated.strip():
            cells[code] = value
        elif name == "number" and len(set(compared_numbers([stated, value]))) > 1:
            detail = f"document.number（{value[:40]}）与字段{code}（{stated[:40]}）不是同一文书"
            error = FieldProblem("/document/number", "document_mismatch", detail)
            raise Problem(422, "document_mismatch", detail, errors=[error])


def _pointed(refusal: Refusal) -> Refusal:
    pointer = _POINTERS.get(refusal.pointer) or (f"/fields/{refusal.pointer}" if refusal.pointer else "")
    return replace(refusal, pointer=pointer)


def end_record(*, officer: Officer | None, record_id: int, on: date, reason: str, basis: str) -> CreditRecord:
    """End publishing, sharing and use of a record on `on` (that day no longer included).

    For decisions revoked or changed, repair and upheld objections. Ending it again keeps the earlier day. ValueError
    without a reason; CreditRecord.DoesNotExist.
    """
    if not reason:
        raise ValueError("a record ends for a reason")
    with acting(actor=actor_number(officer), action="records.end", basis=basis):
        record = CreditRecord.objects.select_for_update().get(pk=record_id)
        if record.ended_on is None or on < record.ended_on:
            record.ended_on, record.end_reason, record.changed_at = on, reason, timezone.now()
            record.save(update_fields=["ended_on", "end_reason", "changed_at"])
    return record


def suspend_record(
    *, officer: Officer | None, record_id: int, on: date, until: date | None, basis: str
) -> CreditRecord:
    """Pause publishing and use from `on` to `until` (both included; None: until lifted). CreditRecord.DoesNotExist."""
    with acting(actor=actor_number(officer), action="records.suspend", basis=basis):
        record = CreditRecord.objects.select_for_update().get(pk=record_id)
        record.suspended_from, record.suspended_until = on, until
        record.save(update_fields=["suspended_from", "suspended_until"])
    return record


def lift_suspension(*, officer: Officer | None, record_id: int, basis: str) -> CreditRecord:
    """Publish and use again what is still inside its window. CreditRecord.DoesNotExist."""
    with acting(actor=actor_number(officer), action="records.lift_suspension", basis=basis):
        record = CreditRecord.objects.select_for_update().get(pk=record_id)
        record.suspended_from = record.suspended_until = None
        record.save(update_fields=["suspended_from", "suspended_until"])
    return record


def mark_dispute(*, officer: Officer | None, record_id: int, since: date | None, basis: str) -> None:
    """Mark a record as disputed since a day, or take the mark away (None); shown with it in every channel."""
    with acting(actor=actor_number(officer), action="records.mark_dispute", basis=basis):
        record = CreditRecord.objects.select_for_update().get(pk=record_id)
        if record.disputed_since != since and not (since and record.disputed_since):
            record.disputed_since = since
            record.save(update_fields=["disputed_since"])


def touch_ended(*, on: date, limit: int = 5000) -> int:
    """Note the records that ended before `on`, so that the ledger tells pull clients; returns how many.

    Only a message: whether a record holds is computed from its dates on read.
    """
    return sum(_touch(on, limit))


def _touch(on: date, limit: int) -> Iterator[int]:
    count = limit
    while count == limit:
        with acting(actor=None, action="records.ended", basis="期限届满"):
            over = CreditRecord.objects.filter(
                Q(shared_until__lt=on) | Q(ended_on__lte=on), ended_noted=False
            )
            chunk = (
                over.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit]
            )
            count = CreditRecord.objects.filter(pk__in=list(chunk)).update(ended_noted=True)
        yield count
