"""Clues and gaps an officer may see. One gate per model."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from agencies.models import Officer
from records.selectors import agencies_of
from supervision.choices import ClueState
from supervision.models import Clue, NumberGap

PENDING = "pending"


def sees_all(officer: Officer) -> bool:
    """The credit authority and auditors look across all agencies."""
    return officer.has_perm("supervision.view_all_clues")


def clues_visible_to(officer: Officer) -> QuerySet[Clue]:
    rows = Clue.objects.select_related("agency", "explained_by__agency", "closed_by")
    return rows if sees_all(officer) else rows.filter(agency_id__in=agencies_of(officer))


def gaps_visible_to(officer: Officer) -> QuerySet[NumberGap]:
    rows = NumberGap.objects.select_related("agency")
    return rows if sees_all(officer) else rows.filter(agency_id__in=agencies_of(officer))


def may_explain(officer: Officer, agency_id: int) -> bool:
    """Whether the officer speaks for this agency: its reviewer, or the reviewer of the unit above it."""
    return officer.has_perm("supervision.explain_clue") and agency_id in agencies_of(officer, "review_for")


def filter_clues(
    rows: QuerySet[Clue],
    *,
    state: str = "",
    kind: str = "",
    agency: str = "",
    number: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Clue]:
    """Narrow down; an empty value does not. PENDING stands for both states that are not closed."""
    if state == PENDING:
        rows = rows.exclude(state=ClueState.CLOSED)
    elif state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if agency:
        rows = rows.filter(agency_id=int(agency))
    if number:
        rows = rows.filter(label__icontains=number)
    if since:
        rows = rows.filter(due__gte=since)
    return rows.filter(due__lte=until) if until else rows


def open_clues(agencies: Iterable[int] | None = None) -> dict[int, int]:
    """How many clues wait for an explanation, by agency."""
    rows = Clue.objects.filter(state=ClueState.OPEN)
    if agencies is not None:
        rows = rows.filter(agency_id__in=list(agencies))
    return dict(rows.values_list("agency_id").annotate(count=Count("id")).order_by())


def missing_numbers(
    *, on: date, items: Iterable[str], agencies: Iterable[int] | None = None
) -> dict[int, int]:
    """Numbers whose period is over and that nobody has explained, by agency; implausibly wide gaps count as one."""
    rows = NumberGap.objects.filter(due__lt=on, item_code__in=list(items))
    if agencies is not None:
        rows = rows.filter(agency_id__in=list(agencies))
    size = F("last") - F("first") + 1
    rows = rows.annotate(size_of=size)
    wide = Q(size_of__gt=100) & Q(size_of__gt=10 * F("received"))
    counted = rows.values_list("agency_id").annotate(
        plain=Sum("size_of", filter=~wide, default=0), wide=Count("id", filter=wide)
    )
    return {agency: plain + many for agency, plain, many in counted.order_by()}
