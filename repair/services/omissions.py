"""Objections that something is missing (遗漏): what was named, who should have handed it in, what was handed in meanwhile.

An objection makes no record and no subject. The unit that should have handed the information in does so by form, file or
interface, through the gates of every hand-in; granting links what came in since the objection was filed. Whether it came
late is judged of the record itself, like any other (supervision: 迟报).
"""

from dataclasses import replace
from datetime import date
from typing import Final

from agencies.models import Agency, Officer
from catalog import selectors as catalog
from catalog.choices import SubjectKind
from common.gates import PLAN, Refusal, Refused
from common.identifiers import normalise_code
from common.locks import transaction_lock
from common.masking import mask_name
from common.problems import Problem
from records.identity.groups import groups_by_key
from records.models import Subject
from records.rules.subjects import person_key
from records.selectors import published
from repair import targets
from repair.clauses import refuse
from repair.models import Omission
from repair.rules.omissions import RESIDENT_CARD, Claim, refusals, unit
from repair.selectors.omissions import handed_in

_OF_ITS_CASE: Final = frozenset({"id", "case_id", "record_id", "salt"})
__all__ = ["Claim", "claimed", "copy", "link", "not_handed_in", "party_of", "unit_of"]


def claimed(claim: Claim | None, on: date) -> Omission:
    """What the applicant names, not stored yet. Refused with everything that stands against it; a 409 problem
    `already_there` when the very thing is public."""
    assert claim is not None, "an objection without a thing says what is missing"
    claim = replace(claim, code=normalise_code(claim.code))
    item = catalog.items(on).filter(code=claim.item_code).first()
    if found := refusals(claim, item.nature if item else None, on):
        raise Refused(*found)
    assert item is not None, "an item that does not exist was refused"
    person = claim.party == SubjectKind.PERSON
    code, name = claim.code, claim.name.strip()
    omission = Omission(
        party=claim.party,
        key=person_key(RESIDENT_CARD, code) if person else f"uscc:{code}",
        shown_name=mask_name(name) if person else name,
        uscc="" if person else code,
        item_code=item.code,
        item_name=item.name,
        document_number=claim.number.strip(),
        issuer_name=claim.issuer.strip(),
        issued_on=claim.issued_on,
    )
    transaction_lock(f"repair.omission:{omission.key}")
    _check_not_there(omission, on)
    return omission


def _check_not_there(omission: Omission, on: date) -> None:
    """Only what anybody can see counts as there: the answer may not tell what is not public."""
    group = groups_by_key([omission.key]).get(omission.key)
    if group is None or not omission.document_number:
        return
    rows = published(on).filter(subject__in=group.ids, item_code=omission.item_code)
    if rows.filter(document_number=omission.document_number).exists():
        words = "这条信息正在公示；内容不对的，请打开那条信息，从那里提出异议"
        raise Problem(409, "already_there", words)


def copy(omission: Omission) -> Omission:
    """The same thing once more, for the review of an answer."""
    names = {field.attname for field in Omission._meta.concrete_fields} - _OF_ITS_CASE
    return Omission(**{name: getattr(omission, name) for name in names})


def party_of(omission: Omission) -> Subject:
    """The subject, where the platform knows it; else a stand-in that is not stored."""
    known = Subject.objects.filter(key=omission.key).first()
    return known or targets.stand_in(omission)


def unit_of(omission: Omission, on: date) -> Agency | None:
    """The unit that should have handed it in; None where the credit authority has to find it."""
    issuers = Agency.objects.filter(active=True, name=omission.issuer_name).order_by("id")
    issuer = issuers.values_list("pk", flat=True).first()
    holders = catalog.providers(omission.item_code, on).filter(agency__active=True)
    found = unit(issuer, set(holders.values_list("agency_id", flat=True)))
    return Agency.objects.get(pk=found) if found else None


def not_handed_in() -> Refusal:
    detail = "请先通过表单、文件或者接口报送这条信息，再选择报送的记录"
    return refuse("field_required", detail, pointer="/supplied", basis=f"{PLAN} 第3条、第14条")


def link(omission: Omission, *, officer: Officer, record_id: int | None) -> None:
    """Note the record that was handed in since; inside the decision. Refused without one that fits."""
    found = handed_in(omission, officer).filter(pk=record_id).first() if record_id else None
    if found is None:
        raise Refused(not_handed_in())
    omission.record = found
    omission.save(update_fields=["record"])
