"""Proof that both sides hold the same: per item a count and a digest that does not depend on order.

For every object that the province should hold on a day a leaf (`province.digests`); those of records are kept ready. The digest of an item is the sum of its leaves modulo 2^256, 64 hexadecimal digits. A sum, unlike an exclusive or, also
shows a record held twice.
"""

from collections import defaultdict
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import TypedDict

from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils import timezone
from redis.exceptions import RedisError

from agencies.models import Agency
from common.snapshot import snapshot
from ledger import selectors as ledger
from ledger.models import Pending
from province.digests import MODULUS, NOTHING, Total, kept_leaf, leaf
from province.feed import LedgerHead, ledger_head
from province.models import DailyFigure, ObjectDigest
from province.sources import SOURCES, TABLES

_CHUNK = 2000
Totals = dict[tuple[str, int | None], Total]  # by kind and id of the agency
_KEEP_SECONDS = 3600


class ItemFigures(TypedDict):
    item: str
    count: int
    digest: str


class AgencyFigures(ItemFigures):
    agency: str  # unified social credit code


class Reconciliation(TypedDict):
    """`settled`: nothing waits to be sealed, so the figures describe exactly what the feed has told up to `position`."""

    date: str
    position: int
    settled: bool
    items: list[ItemFigures]
    agencies: list[AgencyFigures]
    ledger_head: LedgerHead | None


def figures(on: date) -> list[ItemFigures]:
    """Counts and digests of the records received by the end of `on` whose sharing state holds on `on`.

    Contents are today's: a record corrected since then enters with what it says now, as it does in the feed.
    """
    return _by_item(totals_by_agency(on))


def _by_item(found: Totals) -> list[ItemFigures]:
    totals: dict[str, Total] = {}
    for (kind, _), total in found.items():
        totals[kind] = totals.get(kind, NOTHING) + total
    return [
        ItemFigures(item=item, count=total.count, digest=total.digest)
        for item, total in sorted(totals.items())
    ]


def _by_agency(found: Totals) -> list[AgencyFigures]:
    agencies = Agency.objects.filter(pk__in={agency for _, agency in found})
    codes: dict[int | None, str] = dict(agencies.values_list("pk", "uscc"))
    rows = sorted((kind, codes.get(agency, ""), total) for (kind, agency), total in found.items())
    return [
        AgencyFigures(item=kind, agency=code, count=total.count, digest=total.digest)
        for kind, code, total in rows
    ]


def keep(day: date) -> int:
    """Write down the figures of a day that is over; once: what was kept stays. Returns how many."""
    if DailyFigure.objects.filter(day=day).exists():
        return 0
    found = totals_by_agency(day)
    rows = DailyFigure.objects.bulk_create(
        DailyFigure(day=day, kind=kind, agency_id=agency, count=total.count, digest=total.digest)
        for (kind, agency), total in sorted(found.items(), key=str)
    )
    return len(rows)


@snapshot()
def totals_by_agency(on: date) -> Totals:
    """The same by kind and responsible agency. Digests kept ready are added up; only what has none is read and opened.

    Digests are written while this runs: in two views of the database a record could be in neither part, or in both.
    """
    sums: dict[tuple[str, int | None], list[int]] = defaultdict(lambda: [0, 0])
    kept = ObjectDigest.objects.filter(ends__gte=on, received_on__lte=on).order_by()
    for object_id, kind, provider, digest in kept.values_list(
        "object_id", "kind", "provider_id", "leaf"
    ).iterator(chunk_size=_CHUNK):
        _add(sums[kind, provider], kept_leaf(object_id, digest))
    received_before = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    for source in SOURCES.values():
        rows = source.shared(on).filter(**{f"{source.received}__lt": received_before}).order_by()
        if source.digests:
            rows = rows.filter(~Exists(ObjectDigest.objects.filter(object_id=OuterRef("pk"))))
        for one in source.live(rows, _CHUNK):
            _add(sums[one.kind, one.provider_id], leaf(source.wire_id(one.object_id), one.json))
    return {key: Total(count, total) for key, (count, total) in sums.items()}


def _add(sums: list[int], digest: int) -> None:
    sums[0] += 1
    sums[1] = (sums[1] + digest) % MODULUS


def reconcile(on: date) -> Reconciliation:
    """The figures with the position they belong to. Settled figures are kept an hour: they cannot change."""
    with snapshot():
        position = ledger.last_position()
        key = f"province:reconciliation:{on.isoformat()}:{position}"
        settled = not Pending.objects.filter(tbl__in=TABLES).exists()
        kept = _remembered(key) if settled else None
        found = totals_by_agency(on) if kept is None else kept
    if settled and kept is None:
        with suppress(RedisError):
            cache.set(key, found, _KEEP_SECONDS)
    return Reconciliation(
        date=on.isoformat(),
        position=position,
        settled=settled,
        items=_by_item(found),
        agencies=_by_agency(found),
        ledger_head=ledger_head(),
    )


def _remembered(key: str) -> Totals | None:
    with suppress(RedisError):  # without the cache the answer is slower, not gone
        found: Totals | None = cache.get(key)
        return found
    return None
