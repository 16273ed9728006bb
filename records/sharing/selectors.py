"""Reads of purposes, of the register of look-ups and of exports: one gate per model."""

from datetime import date

from django.db.models import Q, QuerySet

from agencies.models import Agency, Officer
from catalog.selectors import in_force as dated
from common.clock import today
from records.selectors import agencies_of
from records.sharing.choices import PurposeState
from records.sharing.models import DutyPurpose, ExportRequest, LookUp, SharingRule


def rule_on(on: date) -> SharingRule:
    """The limits in force on a day. SharingRule.DoesNotExist where the reference data is missing."""
    return SharingRule.objects.filter(dated(on)).latest("effective_from")


def purposes_in_force(agency: Agency, on: date) -> QuerySet[DutyPurpose]:
    """What an agency may look up under on a day; the same dates as `DutyPurpose.state`."""
    return DutyPurpose.objects.filter(
        agency=agency,
        approved_at__isnull=False,
        withdrawn_at__isnull=True,
        valid_from__lte=on,
        valid_until__gte=on,
    )


def purposes_visible_to(officer: Officer) -> QuerySet[DutyPurpose]:
    """An officer sees the purposes of the own agency; auditors and the authority see all."""
    rows = DutyPurpose.objects.select_related("agency", "basis", "registered_by", "approved_by")
    return rows if officer.has_perm("records.view_all_records") else rows.filter(agency=officer.agency)


def filter_purposes(rows: QuerySet[DutyPurpose], *, state: str, on: date) -> QuerySet[DutyPurpose]:
    """Narrow by the computed state; "" narrows nothing."""
    over, approved = Q(valid_until__lt=on), Q(approved_at__isnull=False)
    conditions = {
        "": Q(),
        PurposeState.WITHDRAWN: Q(withdrawn_at__isnull=False),
        PurposeState.EXPIRED: Q(withdrawn_at__isnull=True) & over,
        PurposeState.PENDING: Q(withdrawn_at__isnull=True) & ~over & ~approved,
        PurposeState.UPCOMING: Q(withdrawn_at__isnull=True) & approved & Q(valid_from__gt=on),
        PurposeState.IN_FORCE: Q(withdrawn_at__isnull=True) & approved & ~over & Q(valid_from__lte=on),
    }
    return rows.filter(conditions[state])


def lookups_visible_to(officer: Officer) -> QuerySet[LookUp]:
    """The register: everything for auditors and the authority, own agencies' rows for those who review them."""
    rows = LookUp.objects.select_related("agency", "officer", "client", "purpose", "subject")
    if officer.has_perm("records.view_all_records"):
        return rows
    return rows.filter(agency_id__in=agencies_of(officer, "review_for"))


def filter_lookups(
    rows: QuerySet[LookUp],
    *,
    agency: str = "",
    outcome: str = "",
    kind: str = "",
    receipt: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[LookUp]:
    """Narrow the register by what an officer chose; empty values narrow nothing."""
    exact = {"agency_id": agency, "outcome": outcome, "kind": kind, "receipt": receipt.strip()}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if since:
        rows = rows.filter(at__date__gte=since)
    if until:
        rows = rows.filter(at__date__lte=until)
    return rows


def exports_visible_to(officer: Officer) -> QuerySet[ExportRequest]:
    rows = ExportRequest.objects.select_related("purpose__agency", "requested_by", "decided_by", "lookup")
    if officer.has_perm("records.view_all_records"):
        return rows
    return rows.filter(purpose__agency=officer.agency)


def may_register(officer: Officer) -> bool:
    return officer.agency_id is not None and officer.has_perm("records.register_purpose")


def may_withdraw(officer: Officer, purpose: DutyPurpose) -> bool:
    """The agency that registered it, or the authority."""
    own = officer.agency_id == purpose.agency_id and officer.has_perm("records.register_purpose")
    return own or officer.has_perm("records.approve_purpose")


def may_decide_export(officer: Officer, export: ExportRequest) -> bool:
    """A reviewer of the agency, or the authority; never whoever asked (the service says so with its clause)."""
    if not officer.has_perm("records.approve_export"):
        return False
    return officer.agency_id == export.purpose.agency_id or officer.has_perm("records.approve_purpose")


def may_use(officer: Officer, purpose: DutyPurpose) -> bool:
    """Whether the officer may look up under the purpose today."""
    return (
        officer.has_perm("records.look_up")
        and officer.agency_id == purpose.agency_id
        and purpose.state(today()) == PurposeState.IN_FORCE
    )
