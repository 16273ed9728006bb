"""Applying a measure and lifting it. What the gate decides stands in `sanctions.rules.application`.

A measure ends by itself on its last day, and at once when its ground ends; lifting is the act of the body that undoes what
it did in its own systems, by a document of its own.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from agencies.models import Agency, ApiClient, Officer
from blacklist.models import ListEntry
from common.clock import today
from common.gates import PLAN, Refusal, Refused, refusing
from common.problems import Problem
from ledger.services import acting
from records.models import CreditRecord
from records.services.common import actor_number
from records.services.subjects import person
from sanctions import grounds, heads, selectors
from sanctions.heads import Head
from sanctions.models import AppliedMeasure, Matter, Measure
from sanctions.rules import application as rules

BASIS: Final = f"{PLAN} 第9条、第10条"
refuse: Final = refusing(BASIS)
APPLY: Final = "sanctions.apply_measure"


@dataclass(frozen=True, slots=True)
class ApplicationText:
    """What the body decides: its document, why this measure fits, and for how long. `heavier_why` is asked only where
    the measure is of a heavier band than the conduct; `informed_body` only for class C. With `head` the measure is laid on the
    legal representative or responsible head of the unit that the ground is about."""

    document_number: str
    reason: str
    starts_on: date
    ends_on: date | None = None
    heavier_why: str = ""
    informed_body: str = ""
    head: Head | None = None


def apply_measure(
    *,
    agency: Agency,
    measure_id: int,
    ground: CreditRecord | ListEntry,
    text: ApplicationText,
    officer: Officer | None = None,
    client: ApiClient | None = None,
    matter: Matter | None = None,
    on: date | None = None,
) -> AppliedMeasure:
    """Apply a measure of the list to the subject of a record or of a list entry.

    An officer acts for the own agency; a client reports for the bodies that handle `matter`. PermissionDenied; Refused
    with every code of G10 found, and field_required for what the document must say; a 409 problem when the same body
    applied the same measure on the same ground already.
    """
    on = on or today()
    if officer is not None and (officer.agency_id != agency.pk or not officer.has_perm(APPLY)):
        raise PermissionDenied("由实施单位的审核人员办理")
    measure = Measure.objects.select_related("basis").get(pk=measure_id)
    fact = grounds.of(ground, on)
    problems = _refusals(agency, matter, measure, fact, text, on)
    if text.head is not None:
        problems += heads.refusals(text.head, ground)
    if problems:
        raise Refused(*problems)
    basis = f"{measure.basis}{measure.basis_clause}"
    try:
        with acting(actor=actor_number(officer, client), action="sanctions.apply_measure", basis=basis):
            head = text.head
            subject_id = ground.subject_id if head is None else person(**asdict(head)).pk
            return AppliedMeasure.objects.create(
                subject_id=subject_id, company_id=ground.subject_id if head else None, measure=measure, agency=agency, matter=matter,
                record=ground if isinstance(ground, CreditRecord) else None,
                entry=ground if isinstance(ground, ListEntry) else None,
                ordered=measure.can_be_ordered, informed_body=text.informed_body.strip(),
                document_number=text.document_number.strip(), reason=_reason(text),
                decided_on=on, starts_on=text.starts_on, ends_on=text.ends_on, officer=officer, client=client,
            )  # fmt: skip
    except IntegrityError as error:
        if "applied_once" not in str(error):
            raise
        raise Problem(409, "state_changed", "本单位已经依据同一事实实施过这项措施") from error


def _reason(text: ApplicationText) -> str:
    why = text.heavier_why.strip()
    return text.reason.strip() + (f"\n采用较重措施的理由：{why}" if why else "")


def _refusals(
    agency: Agency,
    matter: Matter | None,
    measure: Measure,
    fact: grounds.Fact,
    text: ApplicationText,
    on: date,
) -> list[Refusal]:
    ordered = measure.can_be_ordered
    wanted = rules.Wanted(
        subject_kind=fact.subject_kind,
        bodies=frozenset(matter.bodies) if matter else selectors.tokens_of(agency),
        starts_on=text.starts_on,
        ends_on=text.ends_on,
        ordered=ordered,
        heavier_why=text.heavier_why,
        head=text.head is not None,
    )
    found = rules.refusals(grounds.facts(measure, on), fact.ground, wanted)
    required = [("document_number", "请填写决定文书号"), ("reason", "请写明事由和为什么适用这项措施")]
    if not ordered:
        required.append(("informed_body", "请填写告知的组织"))
    found += [
        refuse("field_required", words, pointer=f"/{name}")
        for name, words in required
        if not getattr(text, name).strip()
    ]
    if text.ends_on is not None and text.ends_on < text.starts_on:
        found.append(refuse("date_order", pointer="/ends_on"))
    return found


def lift_measure(
    *,
    applied_id: int,
    on: date,
    document: str,
    note: str = "",
    officer: Officer | None = None,
    client: ApiClient | None = None,
) -> AppliedMeasure:
    """Report that a measure was lifted from `on`, by which document. Lifting again keeps the first report.

    PermissionDenied unless of the body that applied it; Refused field_required, date_order.
    """
    problems = []
    if not document.strip():
        problems.append(refuse("field_required", "请填写解除的文书号或者办理编号", pointer="/document"))
    with acting(actor=actor_number(officer, client), action="sanctions.lift_measure", basis=BASIS):
        row = AppliedMeasure.objects.select_for_update().get(pk=applied_id)
        acting_for = (officer or client).agency_id if officer or client else None  # type: ignore[union-attr]
        if acting_for != row.agency_id or (officer is not None and not officer.has_perm(APPLY)):
            raise PermissionDenied("由实施单位解除")
        if on < row.starts_on:
            problems.append(refuse("date_order", "解除日期早于实施日期", pointer="/on"))
        if problems:
            raise Refused(*problems)
        if row.lifted_on is None:
            row.lifted_on, row.lift_document, row.lift_note = on, document.strip()[:128], note.strip()[:300]
            row.lifted_by, row.lifted_client = officer, client
            row.save(update_fields=["lifted_on", "lift_document", "lift_note", "lifted_by", "lifted_client"])
    return row


def touch_ended(*, on: date, limit: int = 5000) -> int:
    """Note the measures that were over before `on`, so that the ledger tells pull clients; returns how many.

    Only a message: whether a measure has effect is computed from dates on read.
    """
    total, count = 0, limit
    while count == limit:
        with acting(actor=None, action="sanctions.measure_ended", basis="期限届满"):
            over = selectors.over_untold(on).order_by("pk").select_for_update(of=("self",), skip_locked=True)
            chunk = list(over.values_list("pk", flat=True)[:limit])
            count = AppliedMeasure.objects.filter(pk__in=chunk).update(noted_at=timezone.now())
        total += count
    return total
