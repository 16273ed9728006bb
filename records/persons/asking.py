"""Consent asked for on line: an officer asks, the person named answers with number, code and the own document number.

Data flow: officer → `ask` (terms judged as a consent of today would be, identity sealed, code told once) → the person's page
→ `give` registers an ordinary consent (means: on line) or `refuse` forgets the person → `withdraw` at any time, at once.
Rejected: a link that carries the code (it would stand in address bars, logs and previews); consent by silence after a
time; an account for every person (one more store of personal data, for an errand of two minutes).
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final

import orjson
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from agencies.models import Officer
from catalog.deadlines import due
from common.clock import today
from common.gates import Refused
from common.identifiers import normalise_code
from common.privacy import decrypt, encrypt
from common.readable import plain
from ledger.services import acting
from records.persons import codes
from records.persons.choices import Answer, GivenBy, Means, RequestState
from records.persons.clauses import refuse
from records.persons.models import Consent, ConsentRequest
from records.persons.services import BASIS, Person, Terms, check_terms, register_consent, withdraw_consent
from records.services.common import actor_number

PREFIX: Final = "TY"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is handed to the person. The code is told once."""

    request: ConsentRequest
    code: str


def wanted(
    *,
    kind: str,
    purpose: str,
    items: Collection[str],
    allows: Collection[str],
    method: str,
    scope: str,
    valid_until: date | None,
) -> Terms:
    """Terms as an officer words them; what only the answer can say comes with it. The page itself tells the rights."""
    return Terms(
        kind=kind, purpose=purpose, items=items, allows=allows, method=method, scope=scope, rights_told=True,
        given_by=GivenBy.SELF, means=Means.ONLINE, document_number="", given_on=None, valid_from=None, valid_until=valid_until,
    )  # fmt: skip


def ask(*, officer: Officer, person: Person, terms: Terms, on: date | None = None) -> Asked:
    """Ask a person for a consent on line. What could not be given is not asked for.

    Minors are asked at the window, with their guardian. PermissionDenied; Refused with every refusal found.
    """
    on = on or today()
    if officer.agency is None or not officer.has_perm("records.register_consent"):
        raise PermissionDenied("由需要这些信息的单位征求同意")
    number, code = codes.new_number(PREFIX, on), codes.new_code()
    terms = replace(
        terms, given_by=GivenBy.SELF, means=Means.ONLINE, document_number=number, given_on=on, valid_from=on
    )
    check_terms(officer.agency, person, terms, on)
    sealed = {
        "name": person.name.strip(),
        "document_kind": person.document_kind,
        "document": normalise_code(person.document),
    }
    with acting(actor=actor_number(officer), action="persons.ask_consent", basis=BASIS):
        request = ConsentRequest.objects.create(
            number=number, code_digest=codes.digest_of(number, code), agency=officer.agency, officer=officer,
            key=person.key, secret=encrypt(orjson.dumps(sealed), context=request_context(number)),
            terms=orjson.loads(orjson.dumps(_as_json(terms))), open_until=due("consent-answer", on).day,
        )  # fmt: skip
    return Asked(request, code)


def _as_json(terms: Terms) -> dict[str, object]:
    return {**asdict(terms), "items": sorted(terms.items), "allows": sorted(terms.allows)}


def terms_of(request: ConsentRequest) -> Terms:
    """What is asked, as it would be given: from today."""
    kept = dict(request.terms)
    until = kept.pop("valid_until")
    return Terms(**{**kept, "given_on": None, "valid_from": None, "valid_until": date.fromisoformat(until)})


def request_context(number: str) -> str:
    return f"consentrequest:{number}"


def requests_of(officer: Officer) -> QuerySet[ConsentRequest]:
    """An officer sees what the own agency asks; auditors and the authority see all. Nobody sees of whom."""
    rows = ConsentRequest.objects.select_related("agency", "officer", "consent").defer("secret", "key")
    return rows if officer.has_perm("records.view_all_records") else rows.filter(agency=officer.agency)


def request_of_person(number: str, code: str) -> ConsentRequest | None:
    """By the number and code the person holds; None for either being wrong."""
    rows = ConsentRequest.objects.select_related("agency", "consent")
    found = rows.filter(number=plain(number)[:20]).first()
    return found if found and codes.fits(bytes(found.code_digest), found.number, code) else None


def give(*, request: ConsentRequest, document: str, on: date | None = None) -> Consent:
    """The person consents, named by the own document number beside the code. In force at once.

    Refused identifier_invalid for another's number, consent_expired once it is answered or lapsed, and whatever has
    come to forbid the consent since it was asked.
    """
    on = on or today()
    with transaction.atomic():
        row = _open(request, on)
        plain = orjson.loads(decrypt(bytes(row.secret or b""), context=request_context(row.number)))
        if normalise_code(document) != plain["document"]:
            raise Refused(refuse("identifier_invalid", "证件号码与征求同意的本人不符", pointer="/document"))
        terms = replace(terms_of(row), given_on=on, valid_from=on)
        consent = register_consent(agency=row.agency, person=Person(**plain), terms=terms, on=on)
        _answer(row, Answer.GIVEN, consent)
    return consent


def refuse_consent(*, request: ConsentRequest, on: date | None = None) -> None:
    """The person does not consent; nothing is kept of whom it was asked. Refused consent_expired once it is answered."""
    with transaction.atomic():
        _answer(_open(request, on or today()), Answer.REFUSED, None)


def withdraw(*, request: ConsentRequest) -> Consent | None:
    """Take back what was given, at once; None where nothing was."""
    if request.consent is None:
        return None
    return withdraw_consent(consent=request.consent, means=Means.ONLINE)


def _open(request: ConsentRequest, on: date) -> ConsentRequest:
    row = ConsentRequest.objects.select_for_update(of=("self",)).select_related("agency").get(pk=request.pk)
    if row.state(on) != RequestState.OPEN or not row.secret:
        raise Refused(refuse("consent_expired", "已经答复过，或者确认期限已过"))
    return row


def _answer(row: ConsentRequest, answer: Answer, consent: Consent | None) -> None:
    with acting(actor=None, action=f"persons.consent_{answer}", basis=BASIS):
        row.answer, row.answered_at, row.consent = answer, timezone.now(), consent
        row.secret, row.key = None, ""
        row.save(update_fields=["answer", "answered_at", "consent", "secret", "key"])


def forget_lapsed(*, on: date) -> int:
    """Of what nobody answered in time, forget whom it was asked of; returns how many."""
    with acting(actor=None, action="persons.forget_lapsed", basis=BASIS):
        lapsed = ConsentRequest.objects.filter(answer="", open_until__lt=on, secret__isnull=False)
        return lapsed.update(secret=None, key="")
