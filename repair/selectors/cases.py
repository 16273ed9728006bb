"""Cases: what an officer may see and do, what an applicant may see. One gate per audience."""

from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from agencies.models import Officer
from blacklist.models import ListEntry
from records.models import CreditRecord
from records.selectors import agencies_of
from repair import codes
from repair.choices import OPEN, Kind, State
from repair.models import Case

_RELATED: Final = (
    "agency", "subject", "record__item", "entry__scheme", "omission__record__item", "entered_by", "decided_by", "previous"
)  # fmt: skip
OVERDUE, UNSEEN = "overdue", "unseen"


def cases_visible_to(officer: Officer) -> QuerySet[Case]:
    """Cases of the agencies the officer acts for, and what the officer took in at the window; authority and auditors see all."""
    rows = Case.objects.select_related(*_RELATED)
    if officer.has_perm("repair.view_all_cases"):
        return rows
    return rows.filter(Q(agency_id__in=agencies_of(officer)) | Q(entered_by=officer))


def may_handle(officer: Officer, case: Case) -> bool:
    """An officer of the very unit that has the case: 谁认定、谁修复, not whoever directs it."""
    return officer.agency_id == case.agency_id and officer.has_perm("repair.handle_case")


def may_decide(officer: Officer, case: Case) -> bool:
    return officer.agency_id == case.agency_id and officer.has_perm("repair.decide_case")


def may_route(officer: Officer, case: Case) -> bool:
    """The unit that has the case, or the credit authority."""
    return may_handle(officer, case) or officer.has_perm("repair.route_case")


def may_read_materials(officer: Officer, case: Case) -> bool:
    """Papers hold personal data: only the unit that has the case opens them, and the authority that supervises it."""
    return may_handle(officer, case) or officer.has_perm("repair.route_case")


def filter_cases(
    rows: QuerySet[Case], *, on: date, kind: str = "", state: str = "", number: str = ""
) -> QuerySet[Case]:
    """Narrow the inbox; empty values narrow nothing. `state` may also be overdue, or granted and not yet acknowledged."""
    if kind:
        rows = rows.filter(kind=kind)
    if state == OVERDUE:
        rows = rows.filter(state__in=OPEN, due__lt=on)
    elif state == UNSEEN:
        rows = rows.filter(state=State.GRANTED, acknowledged_at__isnull=True)
    elif state:
        rows = rows.filter(state=state)
    if number:
        rows = rows.filter(number=number.strip().upper())
    return rows


def case_of_applicant(number: str, code: str) -> Case | None:
    """The case that number and query code belong to together; None says nothing about which of them is wrong."""
    case = Case.objects.select_related(*_RELATED).filter(number=number.strip().upper()).first()
    if case is None:
        codes.fits(b"\0" * 32, number, code)  # the same work, so that time tells nothing
        return None
    return case if codes.fits(bytes(case.code_digest), case.number, code) else None


def under_way(kind: Kind, record: CreditRecord | None, entry: ListEntry | None) -> bool:
    """Whether a case of this kind about the thing is open; there is one at a time, but for objections on other grounds."""
    about = {"record": record} if record is not None else {"entry": entry}
    return Case.objects.filter(**about, kind=kind, state__in=OPEN).exists()


def refused_before(record: CreditRecord | None, entry: ListEntry | None) -> bool:
    """Whether a repair of this thing was refused before, so that a new application has to say what changed."""
    about = {"record": record} if record is not None else {"entry": entry}
    return Case.objects.filter(**about, kind=Kind.REPAIR, state=State.REFUSED).exists()
