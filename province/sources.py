"""What the exchange speaks of: which tables, and what their rows mean today. Push, pull, snapshot and reconciliation all ask here.

An object shared today goes out whole as an upsert; any other is a withdrawal without contents, whatever the event that led here once
meant. So a batch sent again after a week, or an old cursor read again, never carries anything past its end.

Object ids on the wire are unique across kinds: a record keeps its id, an object of another table gets its table's number in front.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypedDict

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet

from ledger import tables
from ledger.selectors import Change
from province import list_payloads, payloads
from province.choices import Action
from province.models import PushTarget
from records import selectors as records

SCHEMA: Final = "2026-11"  # of the payloads; a new one is announced here before the first event carries it
_SPAN: Final = 10**12  # ids of one table on the wire; a table number and an id stay below 2 ** 53


@dataclass(frozen=True, slots=True)
class Source:
    """One table: what of it is shared on a day, what its rows are, what they say."""

    table: int
    shared: Callable[[date], QuerySet[Any]]
    known: Callable[[Collection[int]], dict[int, tuple[str, int | None]]]
    live: Callable[..., Iterator[payloads.Contents]]  # (rows, chunk=0)
    received: str  # the column that says since when the row is here
    digests: bool = False  # whether `ObjectDigest` keeps what its rows add to the figures

    def wire_id(self, object_id: int) -> int:
        return wire_id(self.table, object_id)


_RECORDS: Final = tables.TABLES["records_creditrecord"]
SOURCES: Final = {
    source.table: source
    for source in (
        Source(_RECORDS, records.shared, payloads.known, payloads.live, "received_at", digests=True),
        Source(
            tables.TABLES["blacklist_listentry"],
            list_payloads.shared,
            list_payloads.known,
            list_payloads.live,
            "created_at",
        ),
    )
}
TABLES: Final = frozenset(SOURCES)
NOTICES: Final = tables.TABLES["sanctions_subscriptionnotice"]


def tables_of(target: PushTarget) -> frozenset[int]:
    """Which tables of the ledger a target is told of: a subscriber of notices, every other of what is shared."""
    return TABLES if target.client_id is None else frozenset({NOTICES})


class WireEvent(TypedDict):
    """One event of push and pull. `payload` is ready-made JSON, None for a withdrawal."""

    position: int
    event_id: int
    kind: str | None
    action: str
    object_id: int
    payload: orjson.Fragment | None


def wire_id(table: int, object_id: int) -> int:
    """How an object is called on the wire."""
    return object_id if table == _RECORDS else table * _SPAN + object_id


def record_id(on_the_wire: int) -> int | None:
    """The record of that name, None for an object of another table."""
    return on_the_wire if on_the_wire < _SPAN else None


def not_shared(day: date) -> Q:
    """Condition on ledger events: their object is not shared on `day` (or is gone)."""
    condition = Q()
    for source in SOURCES.values():
        alive = Exists(source.shared(day).filter(pk=OuterRef("object_id")))
        condition |= Q(~alive, tbl=source.table)
    return condition


def wire_events(
    changes: Iterable[Change], day: date, items: Collection[str] | None = None
) -> list[WireEvent]:
    """What each change means on `day`, in the order given; two queries a table, however many changes there are.

    Several changes of one object all carry its newest state. `kind` is None for an object that was erased: its item is
    no longer known, and the receiver withdraws by `object_id`. With `items` only events of these items and erased ones.
    """
    changes = list(changes)
    by_table: dict[int, set[int]] = defaultdict(set)
    for change in changes:
        by_table[change.tbl].add(change.object_id)
    kinds: dict[tuple[int, int], str] = {}
    live: dict[tuple[int, int], bytes | str] = {}
    for table, ids in by_table.items():
        source = SOURCES[table]
        kinds |= {(table, pk): kind for pk, (kind, _) in source.known(ids).items()}
        found = source.live(source.shared(day).filter(pk__in=ids))
        live |= {(table, one.object_id): one.json for one in found}
    wanted = None if items is None else {*items, None}
    return [
        _event(change, kind, live.get((change.tbl, change.object_id)))
        for change in changes
        if (kind := kinds.get((change.tbl, change.object_id))) in (wanted or {kind})
    ]


def _event(change: Change, kind: str | None, text: bytes | str | None) -> WireEvent:
    return WireEvent(
        position=change.position,
        event_id=change.position,
        kind=kind,
        action=Action.WITHDRAW.value if text is None else Action.UPSERT.value,
        object_id=wire_id(change.tbl, change.object_id),
        payload=None if text is None else orjson.Fragment(text),
    )
