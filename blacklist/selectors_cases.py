"""Reads of cases for officers: who sees which, where each stands, what waits for whom."""

from datetime import date
from typing import Final

from django.db.models import (
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from agencies.models import Officer
from blacklist import access
from blacklist.choices import Phase, StepKind
from blacklist.models import (
    CaseStep,
    HonourEntry,
    ListCase,
    ListEntry,
    ListScheme,
    NumberSeries,
    SchemeAttempt,
)
from blacklist.rules.procedure import Rival
from records.identity.groups import about
from records.models import Subject
from records.selectors import agencies_of

OPEN_PHASES: Final = tuple(phase for phase in Phase if phase not in (Phase.LISTED, Phase.CLOSED))
FOR_DECIDERS: Final = (Phase.TO_REVIEW, Phase.TO_DECIDE)


class _PhaseOf(Func):
    function = "blacklist_phase"
    output_field = CharField()


def cases_visible_to(officer: Officer) -> QuerySet[ListCase]:
    """Cases of the agencies the officer works or reviews for; the credit authority and auditors see all."""
    rows = ListCase.objects.select_related("scheme", "agency", "subject", "handler", "due_rule")
    if officer.has_perm(access.SEE_ALL):
        return rows
    if not (officer.has_perm(access.HANDLE) or officer.has_perm(access.DECIDE)):
        return rows.none()
    return rows.filter(agency_id__in=agencies_of(officer))


def rival_of(case: ListCase | None, scheme: ListScheme, subject: Subject) -> Rival | None:
    """Another case about the same body (merged rows among it) under the same list that is not over."""
    rows = _running().filter(about(subject), scheme__code=scheme.code)
    rows = rows.exclude(pk=case.pk) if case else rows
    found = rows.values_list("number", "agency__name").first()
    return Rival(*found) if found else None


def _running() -> QuerySet[ListCase]:
    """Cases that are not over, oldest first."""
    over = CaseStep.objects.filter(
        case=OuterRef("pk"), round=OuterRef("round"), kind__in=(StepKind.DECIDED, StepKind.CLOSED)
    )
    return ListCase.objects.filter(~Exists(over)).order_by("pk")


def with_rival(rows: QuerySet[ListCase]) -> QuerySet[ListCase]:
    """`rows` with what `rival` reads: the same question, asked once for a page of cases."""
    head = OuterRef(OuterRef("body"))
    body = Subject.objects.filter(Q(pk=head) | Q(merged_into=head)).values("pk")
    others = _running().filter(subject__in=body, scheme__code=OuterRef("scheme__code"))
    others = others.exclude(pk=OuterRef("pk"))
    return rows.annotate(body=Coalesce("subject__merged_into", "subject")).annotate(
        rival_number=Subquery(others.values("number")[:1]),
        rival_agency=Subquery(others.values("agency__name")[:1]),
    )


def rival(case: ListCase) -> Rival | None:
    """The other open case of a row of `with_rival`."""
    number: str | None = getattr(case, "rival_number")  # noqa: B009 - annotated
    return Rival(number, str(getattr(case, "rival_agency"))) if number else None  # noqa: B009


def with_phase(rows: QuerySet[ListCase], on: date) -> QuerySet[ListCase]:
    """`rows` with `phase_now`, the phase on that day."""
    day = Value(on, output_field=DateField())
    return rows.annotate(phase_now=_PhaseOf(F("pk"), F("round"), F("scheme__hearing"), day))


def filter_cases(
    rows: QuerySet[ListCase], officer: Officer, *, phase: str = "", scheme: str = "", mine: bool = False
) -> QuerySet[ListCase]:
    """Narrow a board (annotated `with_phase`); without a phase the open ones are meant."""
    rows = rows.filter(**({"phase_now": phase} if phase else {"phase_now__in": OPEN_PHASES}))
    if scheme:
        rows = rows.filter(scheme__code=scheme)
    if mine:
        deciding = Q(**{"phase_now__in": FOR_DECIDERS}) if officer.has_perm(access.DECIDE) else Q(pk__in=[])
        rows = rows.filter(Q(handler=officer) | deciding)
    return rows


def phase_counts(rows: QuerySet[ListCase]) -> dict[str, int]:
    """How many cases stand where; `rows` annotated `with_phase`."""
    names = ["phase_now"]
    return dict(rows.order_by().values(*names).annotate(count=Count("pk")).values_list("phase_now", "count"))


def steps_of(case: ListCase) -> list[CaseStep]:
    rows = case.steps.select_related("officer", "client", "due_rule", "answers").prefetch_related("files")
    return list(rows.order_by("id"))


def entries_visible_to(officer: Officer) -> QuerySet[ListEntry]:
    """Entries with their history: of the agencies the officer works for; the credit authority and auditors see all."""
    rows = ListEntry.objects.select_related("scheme", "subject", "authority", "decision__case")
    if officer.has_perm("blacklist.view_all_entries"):
        return rows
    if not (officer.has_perm(access.HANDLE) or officer.has_perm(access.DECIDE)):
        return rows.none()
    return rows.filter(authority_id__in=agencies_of(officer))


def may_change_entry(officer: Officer, entry: ListEntry | HonourEntry) -> bool:
    """谁认定、谁负责: only reviewers of the body that decided."""
    return (
        officer.has_perm("blacklist.change_entry")
        and entry.authority_id is not None
        and access.may(officer, entry.authority_id, deciding=True)
    )


def attempts_visible_to(officer: Officer) -> QuerySet[SchemeAttempt]:
    """Refused attempts to set up a list, for the credit authority and auditors."""
    rows = SchemeAttempt.objects.select_related("agency", "officer", "client", "basis")
    return rows if officer.has_perm("blacklist.view_scheme_attempts") else rows.none()


def all_schemes() -> QuerySet[ListScheme]:
    """Every row, by code and newest first."""
    return ListScheme.objects.select_related("basis").order_by("field", "code", "-effective_from")


def series_of(agency_ids: list[int], year: int) -> QuerySet[NumberSeries]:
    return NumberSeries.objects.filter(agency_id__in=agency_ids, year=year).select_related("agency")
