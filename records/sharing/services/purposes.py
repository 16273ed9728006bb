"""Duty purposes: registered by an officer of the agency, approved by somebody of the credit authority, withdrawn by either."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies.models import Agency, Officer
from agencies.selectors import is_under_credit_authority
from catalog import selectors as catalog
from catalog.models import LegalBasis
from common.clock import today
from common.gates import PLAN, Refused
from common.problems import Problem
from ledger.services import acting
from records.sharing import rules, selectors
from records.sharing.choices import Detail, PersonProof, PurposeState
from records.sharing.clauses import refuse
from records.sharing.models import DutyPurpose

REVIEW_BASIS = f"{PLAN} 第12条"


def register_purpose(
    *,
    officer: Officer,
    name: str,
    basis: LegalBasis,
    basis_clause: str,
    items: Collection[str],
    subject_kinds: Collection[str],
    valid_from: date,
    valid_until: date,
    person_proof: PersonProof = PersonProof.NONE,
    detail: Detail = Detail.SUMMARY,
    on: date | None = None,
) -> DutyPurpose:
    """Register a purpose of the officer's own agency; it counts once approved.

    PermissionDenied without the right; Refused with every refusal found (item_not_in_force, scope_exceeded,
    field_required, date_order, purpose_too_long).
    """
    on = on or today()
    if officer.agency is None or not selectors.may_register(officer):
        raise PermissionDenied("由单位的审核人员登记履职目的")
    _check(
        rules.Registration(name, basis_clause, items, subject_kinds, person_proof, valid_from, valid_until),
        on,
    )
    with acting(actor=officer.pk, action="sharing.register_purpose", basis=f"{basis}{basis_clause.strip()}"):
        return DutyPurpose.objects.create(
            code=_next_code(officer.agency), agency=officer.agency, registered_by=officer,
            name=name.strip(), basis=basis, basis_clause=basis_clause.strip(),
            items=sorted(items), subject_kinds=sorted(subject_kinds), person_proof=person_proof, detail=detail,
            valid_from=valid_from, valid_until=valid_until,
        )  # fmt: skip


def _check(wanted: rules.Registration, on: date) -> None:
    """Raise Refused with everything that is wrong under the catalog and the limits of that day."""
    sharing = dict(catalog.items(on).values_list("code", "sharing"))
    limit = selectors.rule_on(on).purpose_max_months
    if refusals := rules.registration_refusals(wanted, sharing=sharing, max_months=limit, on=on):
        raise Refused(*refusals)


def _next_code(agency: Agency) -> str:
    """hg-shijian-03; the agency's row is locked, so that two officers do not draw the same number."""
    Agency.objects.select_for_update().get(pk=agency.pk)
    return f"{agency.code}-{DutyPurpose.objects.filter(agency=agency).count() + 1:02d}"


def approve_purpose(*, officer: Officer, purpose_id: int, on: date | None = None) -> DutyPurpose:
    """Approve a registered purpose. PermissionDenied for officers outside the credit authority; Refused
    second_person_required for whoever registered it; a 409 problem when it no longer waits for approval."""
    agency = officer.agency
    if (
        agency is None
        or not is_under_credit_authority(agency)
        or not officer.has_perm("records.approve_purpose")
    ):
        raise PermissionDenied("由社会信用主管部门审核履职目的")
    with acting(actor=officer.pk, action="sharing.approve_purpose", basis=REVIEW_BASIS):
        purpose = DutyPurpose.objects.select_for_update().get(pk=purpose_id)
        if purpose.state(on or today()) != PurposeState.PENDING:
            raise Problem(409, "state_changed", "该履职目的已经审核、撤销或者到期，请刷新页面查看")
        if refusal := rules.second_person(purpose.registered_by_id, officer.pk):
            raise Refused(refusal)
        purpose.approved_by, purpose.approved_at = officer, timezone.now()
        purpose.save(update_fields=["approved_by", "approved_at"])
    return purpose


def withdraw_purpose(*, officer: Officer, purpose_id: int, reason: str) -> DutyPurpose:
    """End a purpose at once, for good. PermissionDenied unless of the agency or the authority; Refused field_required
    without a reason; withdrawing again keeps the first withdrawal."""
    if not reason.strip():
        raise Refused(refuse("field_required", "请写明撤销原因", pointer="/reason"))
    with acting(actor=officer.pk, action="sharing.withdraw_purpose", basis=REVIEW_BASIS):
        purpose = DutyPurpose.objects.select_for_update().get(pk=purpose_id)
        if not selectors.may_withdraw(officer, purpose):
            raise PermissionDenied("由登记单位或者社会信用主管部门撤销")
        if purpose.withdrawn_at is None:
            purpose.withdrawn_by, purpose.withdrawn_at = officer, timezone.now()
            purpose.withdrawn_why = reason.strip()[:200]
            purpose.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    return purpose
