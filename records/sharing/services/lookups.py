"""One look-up: judged by G11, registered whether answered or refused, and only then answered.

The register row is committed before anything is handed out, and a refusal is raised only after its row is committed; the
transaction is therefore durable and refuses to run inside another one, whose rollback would take the row away.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db import transaction

from agencies.models import Agency, ApiClient, Officer
from catalog import selectors as catalog
from catalog.choices import SubjectKind
from catalog.publication import add_months
from common.clock import today
from common.gates import PLAN, Refusal, Refused
from common.identifiers import id_number_problem, normalise_code, uscc_problem
from common.privacy import lookup_digest
from common.text import normalise_name
from ledger.services import acting
from records import selectors as records
from records.contents import secret_of_subject
from records.identity.groups import about, head_of
from records.identity.selectors import key_by_code
from records.models import CreditRecord, Subject
from records.rules.subjects import organisation_key, person_key
from records.services.common import actor_number
from records.sharing import rules, selectors
from records.sharing.choices import LookUpKind, Outcome
from records.sharing.clauses import refuse
from records.sharing.models import DutyPurpose, LookUp

LIMIT: Final = 200
BASIS: Final = f"{PLAN} 第4条（1）、第12条"
DIGEST: Final = "look-up register"


class LookUpRefused(Refused):
    """G11 refused; `receipt` is the number under which the attempt stands in the register."""

    def __init__(self, *refusals: Refusal, receipt: str) -> None:
        super().__init__(*refusals)
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the look-up is about: the key of the subject, and the name that must fit it (persons)."""

    key: str
    is_person: bool
    name: str = ""

    def digest(self) -> bytes:
        return lookup_digest(self.key, purpose=DIGEST)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it. `more` when the subject has more records than are shown; `subject` None when nobody was found."""

    lookup: LookUp
    subject: Subject | None = None
    records: list[CreditRecord] = field(default_factory=list)
    more: bool = False


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: an officer or a machine client, for an agency."""

    agency: Agency
    officer: Officer | None
    client: ApiClient | None


def look_up(
    *,
    agency: Agency,
    purpose_code: str,
    uscc: str = "",
    name: str = "",
    id_number: str = "",
    document_number: str = "",
    item: str = "",
    officer: Officer | None = None,
    client: ApiClient | None = None,
    on: date | None = None,
) -> Answer:
    """Look somebody up under a duty purpose: an organisation by `uscc`, a person by `name` and `id_number`.

    `item` narrows the answer to one item of the purpose. A name that does not fit the number is answered like an unknown
    person. Raises Refused field_required / identifier_invalid for what is no question yet (not registered), and
    LookUpRefused purpose_missing, purpose_not_registered, scope_exceeded (registered).
    """
    on, asked, asker = on or today(), _asked(uscc, name, id_number), Asker(agency, officer, client)
    with (
        transaction.atomic(durable=True),
        acting(actor=actor_number(officer, client), action="sharing.look_up", basis=BASIS),
    ):
        duty = DutyPurpose.objects.filter(code=purpose_code, agency=agency).first() if purpose_code else None
        subject = _find(asked)
        kind = SubjectKind.PERSON if asked.is_person else subject.kind if subject else None
        question = rules.Question(agency.pk, purpose_code, item, kind, document_number.strip())
        refusal = rules.judge(question, duty_of(duty, on))
        if refusal is None:
            assert duty is not None, "the gate lets nobody through without a purpose"
            return _answer(asker, duty, asked, subject, question, on)
        refused = _refuse(asker, duty, asked, question, refusal, on)
    raise LookUpRefused(refusal, receipt=refused.receipt)


def duty_of(purpose: DutyPurpose | None, on: date) -> rules.Duty | None:
    """A purpose as the gate sees it."""
    if purpose is None:
        return None
    return rules.Duty(
        agency_id=purpose.agency_id,
        items=frozenset(purpose.items),
        subject_kinds=frozenset(purpose.subject_kinds),
        person_proof=purpose.person_proof,
        state=purpose.state(on),
    )


def _asked(uscc: str, name: str, id_number: str) -> Asked:
    uscc, id_number = normalise_code(uscc), normalise_code(id_number)
    if bool(uscc) == bool(id_number):
        detail = "请填写统一社会信用代码，或者填写姓名和身份证号码，只填其中一种"
        raise Refused(refuse("field_required", detail, pointer="/uscc"))
    if uscc:
        if wrong := uscc_problem(uscc):
            if key := key_by_code(uscc):  # another of the six codes, which have no shape of their own
                return Asked(key, False)
            raise Refused(refuse("identifier_invalid", wrong, pointer="/uscc"))
        return Asked(organisation_key(uscc, "", ()), False)
    if wrong := id_number_problem(id_number):
        raise Refused(refuse("identifier_invalid", wrong, pointer="/id_number"))
    if not name.strip():
        raise Refused(refuse("field_required", "查询自然人须同时填写姓名", pointer="/name"))
    return Asked(person_key("身份证", id_number), True, normalise_name(name))


def _find(asked: Asked) -> Subject | None:
    subject = Subject.objects.select_related("merged_into").filter(key=asked.key).first()
    if subject is not None:
        subject = head_of(subject)
    if subject is None or not asked.is_person:
        return subject
    known = normalise_name(secret_of_subject(subject).get("name", ""))
    return subject if known == asked.name else None


def _refuse(
    asker: Asker,
    duty: DutyPurpose | None,
    asked: Asked,
    question: rules.Question,
    refusal: Refusal,
    on: date,
) -> LookUp:
    """Register the attempt. What was typed stands in it only as far as it is a code of the catalog or a digest."""
    return register(
        asker,
        kind=LookUpKind.QUERY,
        purpose=duty,
        asked=asked.digest(),
        item_codes=[question.item] if catalog.items(on).filter(code=question.item).exists() else [],
        document_number=question.document_number,
        refusal_code=refusal.code,
        on=on,
    )


def _answer(
    asker: Asker, duty: DutyPurpose, asked: Asked, subject: Subject | None, question: rules.Question, on: date
) -> Answer:
    found: list[CreditRecord] = []
    codes = [question.item] if question.item else list(duty.items)
    if subject is not None:
        rows = records.shared_with(asker.agency, duty, on).filter(about(subject), item_code__in=codes)
        rows = rows.select_related("subject", "item", "provider").prefetch_related("item__fields")
        found = list(rows.order_by("-decision_date", "-id")[: LIMIT + 1])
    shown = found[:LIMIT]
    lookup = register(
        asker,
        kind=LookUpKind.QUERY,
        purpose=duty,
        asked=asked.digest(),
        subject=subject,
        item_codes=codes,
        record_count=len(shown),
        document_number=question.document_number if asked.is_person else "",
        on=on,
    )
    return Answer(lookup, subject, shown, len(found) > LIMIT)


def register(
    asker: Asker,
    *,
    kind: LookUpKind,
    purpose: DutyPurpose | None,
    on: date,
    item_codes: list[str],
    asked: bytes | None = None,
    subject: Subject | None = None,
    record_count: int = 0,
    document_number: str = "",
    refusal_code: str = "",
) -> LookUp:
    """Write one row of the register; it is kept as long as the rule of that day says."""
    return LookUp.objects.create(
        kind=kind,
        agency=asker.agency,
        officer=asker.officer,
        client=asker.client,
        purpose=purpose,
        asked=asked,
        subject=subject,
        item_codes=item_codes,
        record_count=record_count,
        document_number=document_number[:128],
        outcome=Outcome.REFUSED if refusal_code else Outcome.ANSWERED,
        refusal_code=refusal_code,
        keep_until=add_months(on, selectors.rule_on(on).lookup_keep_months),
    )
