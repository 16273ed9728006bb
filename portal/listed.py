"""What the portal reads of the lists: entries in force, narrowed; one entry; the list part of a subject.

Visibility is decided by `blacklist.selectors.published`; over is over: nothing here looks at anything else.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from agencies.areas import codes_now
from blacklist import selectors_honours as honours
from blacklist.models import ListEntry, ListScheme
from blacklist.selectors import published
from common.text import bigrams
from records.identity.groups import about
from records.identity.selectors import by_code
from records.models import Subject
from records.search import Kind as Typed
from records.search import Query
from records.selectors import subject_moved_to

ORDER: Final = ("-effective_from", "-id")
FOUND_LIMIT: Final = 20
LIST_CAP: Final = 100_000
_UNSHOWN: Final = ("secret", "subject__grams", "subject__pinyin", "subject__secret")


@dataclass(frozen=True, slots=True)
class ListFilters:
    """What a reader narrows the lists by; empty means everything."""

    scheme: str = ""
    region: str = ""
    authority: str = ""
    query: Query | None = None


def entries(at: date, filters: ListFilters) -> QuerySet[ListEntry]:
    """Published entries, narrowed; walk them by ORDER. Natural persons are never found by a name."""
    rows = published(at).defer(*_UNSHOWN)
    if filters.scheme:
        rows = rows.filter(scheme__code=filters.scheme)
    if filters.region:
        rows = rows.filter(subject__region__in=codes_now(filters.region))
    if filters.authority:
        rows = rows.filter(authority_name__contains=filters.authority)
    if filters.query is not None:
        rows = rows.filter(_typed(filters.query))
    return rows


def _typed(query: Query) -> Q:
    if query.kind is Typed.CODE:
        return Q(subject__in=by_code(query.text).order_by().values("pk"))
    if query.kind is Typed.NAME:
        return Q(subject__grams__contains=bigrams(query.text), subject__normal_name__contains=query.text)
    return Q(pk__in=())


def entry_shown(public_id: str, at: date) -> ListEntry | None:
    """One published entry with all its page needs; None once it is over, as if it had never been."""
    return (
        published(at)
        .select_related("scheme__basis", "decision__case")
        .prefetch_related("decision__case__steps")
        .filter(public_id=public_id)
        .first()
    )


def entries_of(subject: Subject, at: date) -> QuerySet[ListEntry]:
    """The list part of a subject's page, newest first."""
    return published(at).filter(about(subject)).defer(*_UNSHOWN).order_by(*ORDER)


def listed_subjects(at: date) -> QuerySet[Subject]:
    """Bodies with a published entry or honour, by their heads; for the public they exist by it alone."""
    shown = Q()
    for rows in (published(at), honours.published(at)):
        shown |= Q(Exists(rows.filter(subject=OuterRef("pk"))))
        shown |= Q(Exists(rows.filter(subject__merged_into=OuterRef("pk"))))
    return Subject.objects.filter(shown, merged_into__isnull=True)


def moved_to(public_id: str, at: date) -> Subject | None:
    """Where the address of a merged subject leads, if the public may see its head on `at`."""
    if moved := subject_moved_to(public_id, at):
        return moved
    merged = Subject.objects.filter(public_id=public_id, merged_into__isnull=False)
    return listed_subjects(at).filter(pk__in=merged.values("merged_into")).first()


def found_on_lists(query: Query, at: date) -> list[ListEntry]:
    """The first entries whose subject fits what was typed into the search."""
    return list(entries(at, ListFilters(query=query)).order_by(*ORDER)[:FOUND_LIMIT])


def counts_by_scheme(at: date) -> dict[str, int]:
    """How many published entries each list holds, counted up to LIST_CAP entries in all."""
    counted = published(at).order_by().values("pk")[:LIST_CAP]
    rows = ListEntry.objects.filter(pk__in=counted).order_by()
    return dict(rows.values_list("scheme__code").annotate(n=Count("pk")))


def schemes_with_entries(at: date) -> QuerySet[ListScheme]:
    """Lists that may be chosen in the filter: all that are in force or still hold somebody."""
    holding = Exists(published(at).filter(scheme=OuterRef("pk")))
    return ListScheme.objects.filter(holding).order_by("name", "id")
