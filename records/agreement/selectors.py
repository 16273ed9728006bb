"""Reads of comparisons and differences, and the count of wrong reports they show."""

from collections import Counter
from collections.abc import Collection
from datetime import date

from django.db.models import Count, Q, QuerySet

from agencies.models import Officer
from records.agreement.choices import DifferenceKind, Verdict
from records.agreement.models import Comparison, PublicationDifference
from records.selectors import agencies_of


def comparisons_visible_to(officer: Officer) -> QuerySet[Comparison]:
    """With the number of differences (`found`) and of those nobody looked into yet (`waiting`)."""
    rows = Comparison.objects.select_related("agency", "compared_by").annotate(
        found=Count("differences"), waiting=Count("differences", filter=Q(differences__verdict=""))
    )
    if officer.has_perm("records.view_all_records"):
        return rows
    return rows.filter(agency_id__in=agencies_of(officer))


def differences_visible_to(officer: Officer) -> QuerySet[PublicationDifference]:
    rows = PublicationDifference.objects.select_related("comparison__agency", "explained_by")
    if officer.has_perm("records.view_all_records"):
        return rows
    return rows.filter(comparison__agency_id__in=agencies_of(officer))


def may_compare(officer: Officer, agency_id: int) -> bool:
    """A reviewer for the own agency and those below it; the credit authority for all."""
    if not officer.has_perm("records.compare_publication"):
        return False
    return officer.has_perm("records.view_all_records") or agency_id in agencies_of(officer, "review_for")


def wrong_reports(*, since: date, until: date, items: Collection[str]) -> Counter[int]:
    """By agency: records that differ from its own publication in comparisons of the period, each counted once.

    A difference counts until an officer found that it is justified or the other side's mistake; what is missing here is
    no wrong report but a missing one (漏报) and is counted there by its gap in the series.
    """
    rows = (
        PublicationDifference.objects.filter(
            comparison__as_of__range=(since, until), comparison__item_code__in=items
        )
        .exclude(kind=DifferenceKind.MISSING_HERE)
        .exclude(verdict__in=[Verdict.THEIRS, Verdict.JUSTIFIED])
        .values_list("comparison__agency_id", "comparison__item_code", "number", "uscc")
        .distinct()
    )
    return Counter(agency for agency, *_ in rows)
