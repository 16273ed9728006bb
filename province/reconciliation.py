"""Proof that both sides hold the same: per item a count and a digest that does not depend on order.

For every object that the province should hold on a day a leaf (`province.digests`); those of records are kept ready. The digest of an item is the sum of its leaves modulo 2^256, 64 hexadecimal digits. A sum, unlike an exclusive or, also
shows a record held twice.
"""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import TypedDict

from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils import timezone

from ledger import selectors as ledger
from ledger.models import Pending
from province.digests import MODULUS, NOTHING, Total, kept_leaf, leaf
from province.feed import LedgerHead, ledger_head
from province.models import ObjectDigest
from province.sources import SOURCES, TABLES

_CHUNK = 2000
_KEEP_SECONDS = 3600


class ItemFigures(TypedDict):
    item: str
    count: int
    digest: str


class Reconciliation(TypedDict):
    """`settled`: nothing moved while counting and nothing waits to be sealed, so the figures describe exactly what the
    feed has told up to `position`."""

    date: str
    position: int
    settled: bool
    items: list[ItemFigures]
    ledger_head: LedgerHead | None


def figures(on: date) -> list[ItemFigures]:
    """Counts and digests of the records received by the end of `on` whose sharing state holds on `on`.

    Contents are today's: a record corrected since then enters with what it says now, as it does in the feed.
    """
    totals: dict[str, Total] = {}
    for (kind, _), total in totals_by_agency(on).items():
        totals[kind] = totals.get(kind, NOTHING) + total
    return [
        ItemFigures(item=item, count=total.count, digest=total.digest)
        for item, total in sorted(totals.items())
    ]


def totals_by_agency(on: date) -> dict[tuple[str, int | None], Total]:
    """The same by kind and responsible agency. Digests kept ready are added up; only what has none is read and opened."""
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
    position = ledger.last_position()
    key = f"province:reconciliation:{on.isoformat()}:{position}"
    waiting = Pending.objects.filter(tbl__in=TABLES)
    kept: list[ItemFigures] | None = None if waiting.exists() else cache.get(key)
    items = figures(on) if kept is None else kept
    settled = not waiting.exists() and ledger.last_position() == position
    if settled and kept is None:
        cache.set(key, items, _KEEP_SECONDS)
    return Reconciliation(
        date=on.isoformat(), position=position, settled=settled, items=items, ledger_head=ledger_head()
    )
