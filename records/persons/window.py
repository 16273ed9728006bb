"""At the window: somebody proves who they are, and is told everything. Every answer is a look-up of its own kind in the register.

The report is not kept: its number and the digest of what was handed out are, so that anybody can later check a copy.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from agencies.models import Officer
from catalog import selectors as catalog
from common.clock import today
from common.documents import as_pdf
from common.gates import PLAN, Refused, refusing
from common.identifiers import document_problem, normalise_code
from common.readable import report_number
from common.text import normalise_name
from ledger.services import acting
from records import selectors as records
from records.contents import secret_of_subject
from records.identity.groups import about, head_id, members
from records.models import CreditRecord, Subject
from records.persons import report
from records.persons.models import Consent, PersonReport
from records.persons.services import Person
from records.services.common import actor_number
from records.sharing.choices import LookUpKind
from records.sharing.models import LookUp
from records.sharing.services.lookups import Asked, Asker, register

BASIS: Final = f"{PLAN} 第12条、第13条；个人信息保护法第四十五条"
refuse: Final = refusing(BASIS)


@dataclass(frozen=True, slots=True)
class Issued:
    """A report as it is handed over."""

    report: PersonReport
    content: bytes


def issue_report(*, officer: Officer, person: Person, identity_checked: bool, verify_at: str) -> Issued:
    """Issue the full report to the person who stands at the window; free of charge. `verify_at` + number = where it is checked.

    PermissionDenied for officers who do not serve the window. Refused field_required, identifier_invalid: no look-up yet,
    except for a name that does not belong to the document, which is registered as refused.
    """
    if officer.agency is None or not officer.has_perm("records.serve_person"):
        raise PermissionDenied("由社会信用主管部门的窗口出具本人报告")
    _check(person, identity_checked)
    issued = _issue(Asker(officer.agency, officer, None), person, verify_at)
    if issued is None:
        detail = "姓名与平台登记的该证件持有人不一致，请核对；确有更名的，先由报送单位更正"
        raise Refused(refuse("identifier_invalid", detail, pointer="/name"))
    return issued


def _issue(asker: Asker, person: Person, verify_at: str) -> Issued | None:
    """The report with its row of the register; None for a name that is not the document's. Committed before it is handed out."""
    on, asked = today(), Asked(person.key, True, normalise_name(person.name))
    with (
        transaction.atomic(durable=True),
        acting(actor=actor_number(asker.officer), action="persons.issue_report", basis=BASIS),
    ):
        subject = Subject.objects.filter(key=asked.key).first()
        if subject is not None and not _fits(subject, asked):
            register(
                asker, kind=LookUpKind.SELF, purpose=None, asked=asked.digest(), item_codes=[],
                refusal_code="identifier_invalid", on=on,
            )  # fmt: skip
            return None
        found = _findings(person, subject)
        lookup = register(
            asker,
            kind=LookUpKind.SELF,
            purpose=None,
            asked=asked.digest(),
            subject=subject,
            item_codes=sorted({record.item_code for record, _ in found.records}),
            record_count=len(found.records),
            on=on,
        )
        number = report_number()
        document = report.document_of(found, number=number, on=on, verification_url=f"{verify_at}{number}")
        content = as_pdf(document)
        row = PersonReport.objects.create(
            number=number, lookup=lookup, sha256=hashlib.sha256(content).hexdigest(), size=len(content)
        )
    return Issued(row, content)


def _check(person: Person, identity_checked: bool) -> None:
    found = []
    if not identity_checked:
        found.append(refuse("field_required", "请先核对本人和证件原件", pointer="/identity_checked"))
    if not person.name.strip():
        found.append(refuse("field_required", "请填写姓名", pointer="/name"))
    if problem := document_problem(person.document_kind, normalise_code(person.document)):
        found.append(refuse("identifier_invalid", problem, pointer="/document"))
    if found:
        raise Refused(*found)


def _fits(subject: Subject, asked: Asked) -> bool:
    """Whether the document and the name belong together; of another person nothing is told."""
    return normalise_name(secret_of_subject(subject).get("name", "")) == asked.name


def _findings(person: Person, subject: Subject | None) -> report.Findings:
    """Under whichever of the person's documents it came in; a handful of queries, whatever is held."""
    on = today()
    keys = [person.key, *(members(head_id(subject)).values_list("key", flat=True) if subject else ())]
    held = (
        CreditRecord.objects.filter(about(subject) if subject else Q(pk__in=()))
        .select_related("item__person_basis", "provider", "subject")
        .prefetch_related("item__fields")
        .order_by("-decision_date", "-id")
    )
    digests = {Asked(key, True).digest() for key in keys}
    lookups = LookUp.objects.filter(asked__in=digests).select_related("agency", "purpose").order_by("-id")
    names = dict(catalog.items(on).values_list("code", "name"))
    return report.Findings(
        name=person.name.strip(),
        document_kind=person.document_kind,
        document=normalise_code(person.document),
        records=[(record, records.state(record, on)) for record in held],
        lookups=list(lookups),
        consents=[
            (consent, "、".join(names.get(code, code) for code in consent.items))
            for consent in Consent.objects.filter(key__in=keys).select_related("agency").order_by("-id")
        ],
    )


def report_by_number(number: str) -> PersonReport | None:
    """The report of this number; spaces and case do not matter."""
    return (
        PersonReport.objects.select_related("lookup__agency")
        .filter(number=normalise_code(number)[:22])
        .first()
    )
