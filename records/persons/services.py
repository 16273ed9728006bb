"""State changes of consents: registered by who obtained them, withdrawn at once.

A new consent lets records that an earlier one had cut go on as far as it carries (`_carry_on`); what a withdrawal ended
stays ended and may be handed in again under a new consent.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

import orjson
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies.models import Agency, ApiClient, Officer
from catalog import selectors as catalog
from catalog.choices import PeriodKind, Publicity, SubjectKind
from common.clock import today
from common.files import CheckedFile, keep
from common.gates import PLAN, Refused
from common.identifiers import document_problem, normalise_code
from common.privacy import decrypt, encrypt
from ledger.services import acting
from records.models import CreditRecord
from records.persons import rules, selectors
from records.persons.choices import ConsentKind, GivenBy, Means
from records.persons.clauses import refuse
from records.persons.models import Consent
from records.persons.recompute import states_of
from records.rules.persons import birth_date
from records.rules.subjects import person_key
from records.services.common import actor_number

BASIS: Final = f"{PLAN} 第13条"
_STATES: Final = ("shared_until", "used_until", "published_until")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known by an identity document."""

    name: str
    document_kind: str
    document: str

    @property
    def key(self) -> str:
        return person_key(self.document_kind, self.document)

    @property
    def born(self) -> date | None:
        return birth_date(self.document_kind, normalise_code(self.document))


@dataclass(frozen=True, slots=True)
class Terms:
    """What was told and agreed to."""

    kind: str
    purpose: str
    items: Collection[str]
    method: str
    scope: str
    rights_told: bool
    given_by: str
    means: str
    document_number: str
    given_on: date | None
    valid_from: date | None
    valid_until: date | None
    allows: Collection[str] = ()
    relation: str = ""
    giver_name: str = ""
    giver_document: str = ""


def register_consent(
    *,
    agency: Agency,
    person: Person,
    terms: Terms,
    officer: Officer | None = None,
    client: ApiClient | None = None,
    file: CheckedFile | None = None,
    on: date | None = None,
) -> Consent:
    """Register a consent that `agency` obtained; `file` is the signed paper. PermissionDenied without the right; Refused with every refusal found."""
    on = on or today()
    if officer is not None and (
        officer.agency_id != agency.pk or not officer.has_perm("records.register_consent")
    ):
        raise PermissionDenied("由取得同意的单位登记")
    check_terms(agency, person, terms, on)
    assert terms.given_on and terms.valid_from and terms.valid_until, "the rules ask for every date"
    sealed = {
        "name": person.name.strip(),
        "document_kind": person.document_kind,
        "document": normalise_code(person.document),
        "giver_name": terms.giver_name.strip(),
        "giver_document": normalise_code(terms.giver_document),
    }
    with acting(actor=actor_number(officer, client), action="persons.register_consent", basis=BASIS):
        consent = Consent(
            key=person.key, kind=terms.kind, agency=agency, purpose=terms.purpose.strip(), items=sorted(terms.items),
            method=terms.method.strip(), scope=terms.scope.strip(), allows=sorted(terms.allows),
            rights_told=terms.rights_told, given_by=terms.given_by, relation=terms.relation.strip(),
            means=terms.means, document_number=terms.document_number.strip(), given_on=terms.given_on,
            valid_from=terms.valid_from, valid_until=terms.valid_until, recorded_by=officer, client=client,
        )  # fmt: skip
        consent.file = keep(file) if file else None
        consent.secret = encrypt(orjson.dumps(sealed), context=consent_context(consent))
        consent.save(force_insert=True)
        _carry_on(consent, on)
    return consent


def consent_context(consent: Consent) -> str:
    return f"consent:{consent.public_id}"


def opened(consent: Consent) -> dict[str, str]:
    """Names and documents of a consent: `name`, `document_kind`, `document`, `giver_name`, `giver_document`."""
    found: dict[str, str] = orjson.loads(decrypt(bytes(consent.secret), context=consent_context(consent)))
    return found


def check_terms(agency: Agency, person: Person, terms: Terms, on: date) -> None:
    """Raise Refused with everything that keeps this from being a consent on `on`."""
    found = []
    if not person.name.strip():
        found.append(refuse("field_required", "请填写姓名", pointer="/name"))
    if problem := document_problem(person.document_kind, normalise_code(person.document), today=on):
        found.append(refuse("identifier_invalid", problem, pointer="/document"))
    for name, value, known in (
        ("kind", terms.kind, ConsentKind.values),
        ("means", terms.means, Means.values),
        ("given_by", terms.given_by, GivenBy.values),
    ):
        if value not in known:
            found.append(refuse("code_unknown", f"应为：{'、'.join(known)}", pointer=f"/{name}"))
    wanted = rules.Wanted(
        kind=terms.kind, purpose=terms.purpose, items=terms.items, allows=terms.allows, method=terms.method,
        scope=terms.scope, rights_told=terms.rights_told, given_by=terms.given_by, relation=terms.relation,
        giver=terms.giver_name, document_number=terms.document_number, given_on=terms.given_on,
        valid_from=terms.valid_from, valid_until=terms.valid_until,
    )  # fmt: skip
    found += rules.consent_refusals(
        wanted, items=_items(agency, on), born=person.born, limits=selectors.limits_on(on), on=on
    )
    if found:
        raise Refused(*found)


def _items(agency: Agency, on: date) -> dict[str, rules.ItemForPersons]:
    """Items in force as consents see them. The credit authority's window may obtain a consent for any of them."""
    routes = set(agency.routes.filter(catalog.in_force(on)).values_list("item_code", flat=True))
    return {
        item.code: rules.ItemForPersons(
            name=item.name,
            takes_persons=SubjectKind.PERSON in item.subject_kinds,
            may_be_public=item.publicity == Publicity.PUBLIC and item.period_kind != PeriodKind.NEVER,
            own_route=agency.is_credit_authority or item.code in routes,
        )
        for item in catalog.items(on)
    }


def _carry_on(consent: Consent, on: date) -> None:
    """Give the person's records the dates that all consents together allow; never shorter than they have."""
    rows = CreditRecord.objects.filter(subject__key=consent.key, item_code__in=consent.items, ended_on=None)
    for record in rows.select_related("item", "provider", "subject").select_for_update(of=("self",)):
        states = states_of(record, on)
        for name in _STATES:
            days = [day for day in (getattr(record, name), getattr(states, name)) if day is not None]
            setattr(record, name, max(days, default=None))
        record.save(update_fields=_STATES)


def withdraw_consent(
    *, consent: Consent, means: str, officer: Officer | None = None, client: ApiClient | None = None
) -> Consent:
    """Withdraw a consent, at once and for good; no reason is asked (个人信息保护法第15条). Withdrawing again changes nothing.

    The database ends or cuts, in this transaction, every record that has no other ground. PermissionDenied unless of
    the agency that obtained it, or of the credit authority.
    """
    if means not in Means.values:
        raise Refused(refuse("code_unknown", f"应为：{'、'.join(Means.values)}", pointer="/means"))
    if officer is not None and not may_withdraw(officer, consent):
        raise PermissionDenied("由取得同意的单位或者社会信用主管部门登记撤回")
    with acting(actor=actor_number(officer, client), action="persons.withdraw_consent", basis=BASIS):
        row = Consent.objects.select_for_update().get(pk=consent.pk)
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_means = timezone.now(), means
            row.save(update_fields=["withdrawn_at", "withdrawn_means"])
    return row


def may_withdraw(officer: Officer, consent: Consent) -> bool:
    """The unit that obtained it, or the credit authority's window; a person may turn to either."""
    own = officer.agency_id == consent.agency_id and officer.has_perm("records.register_consent")
    return own or officer.has_perm("records.serve_person")
