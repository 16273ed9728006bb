"""What portal pages read, in a fixed number of queries each. Visibility is decided by `records.selectors.published`."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from redis.exceptions import RedisError

from agencies.areas import codes_now
from blacklist import selectors as lists
from catalog import selectors as catalog
from catalog.choices import Nature
from common.frozen import Frozen
from ledger.models import Block, Event
from ledger.selectors import last_position
from ledger.tables import TABLES
from portal.paging import PAGE_SIZE
from records.identity.groups import about
from records.models import CreditRecord, Subject
from records.provenance import is_copy
from records.selectors import published, published_subjects
from sanctions import selectors as sanctions

COUNT_CAP: Final = 10_000
SUBJECT_CAP: Final = 1_000
_FIGURES_SECONDS: Final = 600
_RECENT_DAYS: Final = 30
_RECORD_TABLE: Final = TABLES["records_creditrecord"]
# What list pages never show and need not carry.
_UNSHOWN = ("secret", "subject__grams", "subject__normal_name", "subject__pinyin", "subject__secret")


@dataclass(frozen=True, slots=True)
class Listing:
    """One public list of the 双公示: its item and the field that its kind filter looks at."""

    item_code: str
    kind_field: str
    several_kinds: bool


PENALTIES: Final = Listing("xzcf", "CF_CFLB", several_kinds=True)
LICENCES: Final = Listing("xzxk", "XK_XKLB", several_kinds=False)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader narrows a list by; empty means everything."""

    region: str = ""
    authority: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None


def listed(listing: Listing, at: date, filters: Filters) -> QuerySet[CreditRecord]:
    """Published records of one list, narrowed; walk it by (-decision_date, -id)."""
    rows = published(at).filter(item_code=listing.item_code).defer(*_UNSHOWN)
    if filters.region:
        rows = rows.filter(subject__region__in=codes_now(filters.region))
    if filters.authority:
        rows = rows.filter(authority_uscc=filters.authority)
    if filters.since:
        rows = rows.filter(decision_date__gte=filters.since)
    if filters.until:
        rows = rows.filter(decision_date__lte=filters.until)
    if filters.kind:
        rows = rows.alias(kinds=KeyTextTransform(listing.kind_field, "data"))
        rows = (
            rows.filter(kinds__contains=filters.kind)
            if listing.several_kinds
            else rows.filter(kinds=filters.kind)
        )
    return rows


# --- one subject, one record ---------------------------------------------------------------------------

SUBJECT_ORDER: Final = ("-decision_date", "-id")


@dataclass(frozen=True, slots=True)
class SubjectSummary:
    """What is published about a subject in numbers, each up to SUBJECT_CAP."""

    total: int
    dishonest: int
    repairable: int

    @property
    def capped(self) -> bool:
        return self.total >= SUBJECT_CAP


def subject_records(subject: Subject, at: date) -> QuerySet[CreditRecord]:
    """What is published about one subject; walk it by (-decision_date, -id)."""
    return published(at).filter(about(subject)).defer(*_UNSHOWN)


def summary_of(records: Sequence[CreditRecord], at: date) -> SubjectSummary:
    """The same from all records of a subject."""
    dishonest = [record for record in records if record.item.nature == Nature.DISHONEST]
    repairable = sum(record.minimum_until is not None and record.minimum_until < at for record in dishonest)
    return SubjectSummary(len(records), len(dishonest), repairable)


def subject_summary(subject: Subject, at: date) -> SubjectSummary:
    """Counted over at most SUBJECT_CAP records, so that nobody's page is slow."""
    newest = published(at).filter(about(subject)).order_by("-decision_date", "-id").values("pk")[:SUBJECT_CAP]
    dishonest = Q(item__nature=Nature.DISHONEST)
    numbers = CreditRecord.objects.filter(pk__in=newest).aggregate(
        total=Count("pk"),
        dishonest=Count("pk", filter=dishonest),
        repairable=Count("pk", filter=dishonest & Q(minimum_until__lt=at)),
    )
    return SubjectSummary(**numbers)


def record_shown(pk: int, at: date) -> CreditRecord | None:
    """One published record with all its page needs; None once it is over, as if it had never been."""
    return (
        published(at)
        .select_related(
            "item__basis",
            "item__person_publication_basis",
            "regime__basis",
            "tier",
            "provider",
            "subject__merged_into",
        )
        .prefetch_related("item__fields", "regime__tiers")
        .annotate(is_copy=is_copy())
        .filter(pk=pk)
        .first()
    )


FIRST_RECORDS: Final = Frozen[CreditRecord](
    "portal_first_records",
    lambda subject, at: subject_records(Subject(pk=subject), at).order_by(*SUBJECT_ORDER)[: PAGE_SIZE + 1],
    subject="bigint",
    at="date",
)
SUBJECT_SHOWN: Final = Frozen[Subject](
    "portal_subject",
    lambda public_id, at: published_subjects(at).filter(public_id=public_id),
    public_id="text",
    at="date",
)


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the newest state of a record stands in the ledger; the block is None until it is sealed."""

    position: int
    block: int


def record_proof(record: CreditRecord) -> Proof | None:
    event = (
        Event.objects.filter(object_id=record.pk, tbl=_RECORD_TABLE)
        .order_by("-position")
        .values_list("position", flat=True)
        .first()
    )
    if event is None:
        return None
    block = (
        Block.objects.filter(last_position__gte=event)
        .order_by("last_position")
        .values_list("no", flat=True)
        .first()
    )
    return None if block is None else Proof(event, block)


# --- figures -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """Numbers of the front page; counts stop at COUNT_CAP. `day` is the day they were taken."""

    day: date
    penalties: int
    licences: int
    recent: int
    items: int
    schemes: int
    measures: int
    sealed: int


def site_figures(at: date) -> SiteFigures:
    """The front page's numbers, taken at most every ten minutes."""
    key = f"portal:figures:{at}"
    with suppress(RedisError):  # without the cache the page is slower, not gone
        known = cache.get(key)
        if isinstance(known, SiteFigures):
            return known
    figures = _take_figures(at)
    with suppress(RedisError):
        cache.set(key, figures, _FIGURES_SECONDS)
    return figures


def _take_figures(at: date) -> SiteFigures:
    recent = at - timedelta(days=_RECENT_DAYS)
    return SiteFigures(
        day=at,
        penalties=_capped(published(at).filter(item_code=PENALTIES.item_code)),
        licences=_capped(published(at).filter(item_code=LICENCES.item_code)),
        recent=_capped(
            published(at).filter(
                item_code__in=[PENALTIES.item_code, LICENCES.item_code], decision_date__gt=recent
            )
        ),
        items=catalog.items(at).count(),
        schemes=lists.schemes(at).count(),
        measures=sanctions.measures(at).count(),
        sealed=last_position(),
    )


def _capped(rows: QuerySet[CreditRecord]) -> int:
    return rows.order_by().values("pk")[:COUNT_CAP].count()


def grouped(records: Sequence[CreditRecord]) -> list[tuple[str, list[CreditRecord]]]:
    """Records of a page by item, what can be repaired first, otherwise in the catalog's order."""
    groups: dict[tuple[bool, int, str], list[CreditRecord]] = {}
    for record in records:
        item = record.item
        groups.setdefault((item.nature != Nature.DISHONEST, item.order, item.name), []).append(record)
    return [(name, groups[key]) for key in sorted(groups) for name in key[2:]]
