"""Proof that both sides hold the same: per item a count and a digest that does not depend on order.

For every record that the province should hold on a day: leaf = SM3(object id in decimal, newline, payload), the payload
without `provider` (an agency may be renamed without any record changing) as JSON with sorted keys, no spaces, UTF-8.
The digest of an item is the sum of its leaves modulo 2^256, 64 hexadecimal digits. A sum, unlike an exclusive or, also
shows a record held twice.
"""

from datetime import date, datetime, time, timedelta
from typing import TypedDict

import orjson
from django.core.cache import cache
from django.utils import timezone

from common.privacy import sm3
from ledger import selectors as ledger
from ledger.models import Pending
from province.feed import LedgerHead, ledger_head
from province.sources import SOURCES, TABLES

_MODULUS = 1 << 256
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


def leaf(object_id: int, payload: bytes | str) -> int:
    """The digest of one object as a number; `object_id` as it is called on the wire."""
    values = orjson.loads(payload)
    values.pop("provider", None)
    canonical = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    return int.from_bytes(sm3(b"%d\n%b" % (object_id, canonical)), "big")


def figures(on: date) -> list[ItemFigures]:
    """Counts and digests of the records received by the end of `on` whose sharing state holds on `on`.

    Contents are today's: a record corrected since then enters with what it says now, as it does in the feed.
    """
    received_before = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    sums: dict[str, tuple[int, int]] = {}
    for source in SOURCES.values():
        rows = source.shared(on).filter(**{f"{source.received}__lt": received_before}).order_by()
        for one in source.live(rows, _CHUNK):
            count, total = sums.get(one.kind, (0, 0))
            sums[one.kind] = count + 1, (total + leaf(source.wire_id(one.object_id), one.json)) % _MODULUS
    return [
        ItemFigures(item=item, count=count, digest=f"{total:064x}")
        for item, (count, total) in sorted(sums.items())
    ]


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
