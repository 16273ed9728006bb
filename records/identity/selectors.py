"""Reads of subjects for officers, and of identity changes: one gate per model.

That an organisation exists, its names and its codes are register facts which any officer may find; what was recorded
about it is a matter of `records.selectors.visible_to`. Natural persons are not found here at all: whoever must look one
up does so for a purpose and in the register (`records.sharing`).
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Substr

from agencies.models import Officer
from agencies.selectors import is_under_credit_authority
from catalog.choices import SubjectKind
from common.text import bigrams
from records.identity.choices import ChangeState, CodeKind
from records.identity.codes import canonical, codes_of, key_of
from records.identity.models import IdentityChange, SubjectName
from records.identity.rules import Body
from records.models import CreditRecord, Subject

_ORGANISATION_CODE = 9
_FEW = 20


def body_of(subject: Subject) -> Body:
    """A subject as the rules see it."""
    return Body(
        kind=subject.kind,
        name=subject.name,
        codes=codes_of(subject.key, subject.uscc, subject.codes),
        merged=subject.merged_into_id is not None,
        absorbs=Subject.objects.filter(merged_into=subject.pk).exists(),
    )


def findable() -> QuerySet[Subject]:
    """Organisations and self-employed businesses."""
    return Subject.objects.exclude(kind=SubjectKind.PERSON)


def by_code(text: str, *, inside_uscc: bool = False) -> QuerySet[Subject]:
    """Subjects that have exactly this code as one of the six; merged rows among them.

    `inside_uscc` also finds an organisation code where it is part of a unified code; no index helps there, so only
    officers are offered it.
    """
    code = canonical(text)
    if not code:
        return Subject.objects.none()
    kinds = [kind for kind in CodeKind.values if kind != CodeKind.USCC]
    condition = Q(key__in=[key_of(kind, code) for kind in CodeKind.values])
    stored = Q()
    for kind in kinds:
        stored |= Q(codes__contains={kind: code})
    condition |= stored & ~Q(codes={})
    rows = findable()
    if inside_uscc and len(code) == _ORGANISATION_CODE:
        rows = rows.alias(inner=Substr("uscc", 9, _ORGANISATION_CODE))
        condition |= Q(inner=code) & ~Q(uscc="")
    return rows.filter(condition).select_related("merged_into")


def key_by_code(text: str) -> str:
    """Key of the one body that has this code; "" where none or several have it."""
    found = {row.merged_into_id or row.pk: row.key for row in by_code(text)[:_FEW]}
    return next(iter(found.values())) if len(found) == 1 else ""


def about_code(code: str, field: str = "subject") -> Q:
    """Condition for rows about the body that has this code as one of the six, whichever of its rows they came in under."""
    heads = by_code(code).order_by().annotate(head=Coalesce("merged_into_id", "id")).values("head")
    rows = Subject.objects.filter(Q(pk__in=heads) | Q(merged_into__in=heads))
    return Q(**{f"{field}__in": rows.order_by().values("pk")})


def by_former_name(name: str) -> QuerySet[SubjectName]:
    """Other names that contain the normalised `name` (two characters or more), with their subjects."""
    rows = SubjectName.objects.filter(grams__contains=bigrams(name), normal_name__contains=name)
    return rows.select_related("subject__merged_into").order_by("-last_on", "-id")


def names_of(subjects: Iterable[int]) -> QuerySet[SubjectName]:
    """Other names of these rows, newest use first."""
    return SubjectName.objects.filter(subject__in=list(subjects)).order_by("-last_on", "-id")


def days_of(subjects: Iterable[int]) -> dict[int, tuple[date, date]]:
    """First and last decision date of the documents under each row."""
    rows = CreditRecord.objects.filter(subject__in=list(subjects)).order_by().values_list("subject_id")
    return {
        pk: (first, last) for pk, first, last in rows.annotate(Min("decision_date"), Max("decision_date"))
    }


def changes() -> QuerySet[IdentityChange]:
    return IdentityChange.objects.select_related(
        "kept", "other", "proposed_by__agency", "decided_by__agency", "undone_by__agency"
    )


def changes_visible_to(officer: Officer) -> QuerySet[IdentityChange]:
    """Who may decide sees all, and so do those who see all records; others see what their agency proposed."""
    rows = changes()
    if officer.has_perm("records.decide_identity") or officer.has_perm("records.view_all_records"):
        return rows
    return rows.filter(proposed_by__agency=officer.agency)


def filter_changes(rows: QuerySet[IdentityChange], *, state: str) -> QuerySet[IdentityChange]:
    """Narrow by the computed state; "" narrows nothing."""
    conditions = {
        "": Q(),
        ChangeState.PROPOSED: Q(decided_at__isnull=True),
        ChangeState.REFUSED: Q(granted=False),
        ChangeState.IN_EFFECT: Q(granted=True, undone_at__isnull=True),
        ChangeState.UNDONE: Q(undone_at__isnull=False),
    }
    return rows.filter(conditions[state])


def changes_of(subjects: Iterable[int]) -> QuerySet[IdentityChange]:
    """Changes that concern any of these rows, newest first."""
    ids = list(subjects)
    return changes().filter(Q(kept__in=ids) | Q(other__in=ids)).order_by("-id")


def may_propose(officer: Officer) -> bool:
    return officer.agency_id is not None and officer.has_perm("records.propose_identity")


def may_decide(officer: Officer) -> bool:
    """Officers of the credit authority alone: a merge has its effect on what other agencies handed in, too."""
    agency = officer.agency
    return (
        agency is not None
        and is_under_credit_authority(agency)
        and officer.has_perm("records.decide_identity")
    )
