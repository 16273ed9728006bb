"""What the portal reads of the lists: entries in force, narrowed; one entry; the list part of a subject.

Visibility is decided by `blacklist.selectors.published`; over is over: nothing here looks at anything else.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from agencies.areas import codes_now
from blacklist import selectors_honours as honours
from blacklist.models import ListEntry, ListScheme
from blacklist.selectors import published
from common.frozen import Frozen
from common.prepared import Plan
from common.text import bigrams
from records.identity.groups import about, head_id
from records.identity.selectors import about_code, by_code
from records.models import Subject
from records.search import subject_by_code
from records.selectors import subject_moved_to
from records.typed import Kind as Typed
from records.typed import Query

ORDER: Final = ("-effective_from", "-id")
FOUND_LIMIT: Final = 20
FOUND_SHOWN: Final = 5  # before the units themselves; the page of the lists has the rest
LIST_CAP: Final = 100_000
COUNT_CAP: Final = 1_000
UNSHOWN: Final = ("secret", "subject__grams", "subject__pinyin", "subject__secret")


@dataclass(frozen=True, slots=True)
class ListFilters:
    """What a reader narrows the lists by; empty means everything."""

    scheme: str = ""
    region: str = ""
    authority: str = ""
    query: Query | None = None


def entries(at: date, filters: ListFilters) -> QuerySet[ListEntry]:
    """Published entries, narrowed; walk them by ORDER. Natural persons are never found by a name."""
    rows = published(at).defer(*UNSHOWN)
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
        return about_code(query.text)
    if query.kind is Typed.NAME:
        words = query.words or (query.text,)
        return _named([*dict.fromkeys(gram for word in words for gram in bigrams(word))], *words)
    return Q(pk__in=())


def _named(grams: list[str], *texts: str) -> Q:
    words = Value(grams, output_field=Subject._meta.get_field("grams"))
    found = Q(subject__grams__contains=words)
    for text in texts:
        found &= Q(GreaterThan(StrIndex("subject__normal_name", Value(text)), 0))
    return found


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
    return published(at).filter(about(subject)).defer(*UNSHOWN).order_by(*ORDER)


ENTRIES_SHOWN: Final = Frozen[ListEntry](
    "portal_subject_entries",
    lambda subject, at: entries_of(Subject(pk=subject), at),
    subject="bigint",
    at="date",
)


def listed_subjects(at: date) -> QuerySet[Subject]:
    """Bodies with a published entry or honour, by their heads; for the public they exist by it alone."""
    shown = Q()
    for rows in (published(at), honours.published(at)):
        shown |= Q(Exists(rows.filter(subject=OuterRef("pk"))))
        shown |= Q(Exists(rows.filter(subject__merged_into=OuterRef("pk"))))
    return Subject.objects.filter(shown, merged_into__isnull=True)


# The same for one subject `h` of a search by name, on the day %(at)s; natural persons are never found by name.
_RUNS: Final = """SELECT FROM {table} e WHERE e.subject_id IN (
    SELECT h.id UNION ALL SELECT m.id FROM records_subject m WHERE m.merged_into_id = h.id)
  AND e.effective_from <= %(at)s AND (e.ends_on IS NULL OR e.ends_on >= %(at)s) AND (e.ended_on IS NULL OR e.ended_on > %(at)s)"""
_RESTS: Final = "coalesce(e.suspended_from <= %(at)s AND (e.suspended_until IS NULL OR e.suspended_until >= %(at)s), false)"
LISTED_SQL: Final = (
    f"EXISTS ({_RUNS.format(table='blacklist_listentry')} AND NOT {_RESTS}) "
    f"OR EXISTS ({_RUNS.format(table='blacklist_honourentry')})"
)


def shown_by_code(code: str, at: date) -> Subject | None:
    """The body that has this code and a published record, entry or honour."""
    if subject := subject_by_code(code, at):
        return subject
    heads = [head_id(row) for row in by_code(code)[:FOUND_LIMIT]]
    return listed_subjects(at).filter(pk__in=heads).order_by("id").first() if heads else None


def entry_counts(heads: Collection[int], at: date) -> dict[int, int]:
    """How many published entries each of these bodies (ids of heads) has, under any of its rows; two queries, counted up to COUNT_CAP."""
    merged = Subject.objects.filter(merged_into__in=list(heads)).values_list("pk", "merged_into_id")
    whose = dict(merged) | {head: head for head in heads}
    rows = published(at).filter(subject__in=list(whose)).order_by().values_list("subject_id", flat=True)
    return Counter(whose[subject_id] or subject_id for subject_id in rows[:COUNT_CAP])


def moved_to(public_id: str, at: date) -> Subject | None:
    """Where the address of a merged subject leads, if the public may see its head on `at`."""
    if moved := subject_moved_to(public_id, at):
        return moved
    merged = Subject.objects.filter(public_id=public_id, merged_into__isnull=False)
    return listed_subjects(at).filter(pk__in=merged.values("merged_into")).first()


# A rare word is best looked for among the names, a common one among the entries: the server decides for each.
_FOUND: Final = Frozen[ListEntry](
    "portal_found_entries",
    lambda grams, text, at: (
        entries(at, ListFilters()).filter(_named(grams, text)).order_by(*ORDER)[: FOUND_SHOWN + 1]
    ),
    plan=Plan.EACH,
    grams="text[]",
    text="text",
    at="date",
)


def found_on_lists(query: Query, at: date) -> list[ListEntry]:
    """The first entries whose subject's name contains what was typed into the search, and one more where there are more."""
    if query.words:
        rows = entries(at, ListFilters(query=query)).order_by(*ORDER)
        return list(rows[: FOUND_SHOWN + 1])
    return _FOUND.rows(grams=[*bigrams(query.text)], text=query.text, at=at)


def counts_by_scheme(at: date) -> dict[str, int]:
    """How many published entries each list holds, counted up to LIST_CAP entries in all."""
    counted = published(at).order_by().values("pk")[:LIST_CAP]
    rows = ListEntry.objects.filter(pk__in=counted).order_by()
    return dict(rows.values_list("scheme__code").annotate(n=Count("pk")))


def schemes_with_entries(at: date) -> QuerySet[ListScheme]:
    """Lists that may be chosen in the filter: all that are in force or still hold somebody."""
    holding = Exists(published(at).filter(scheme=OuterRef("pk")))
    return ListScheme.objects.filter(holding).order_by("name", "id")
