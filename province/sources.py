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
from province import list_payloads, measure_payloads, payloads, repair_payloads
from province.choices import Action
from province.models import PushTarget
from province.naming import wire_id
from records import selectors as records

SCHEMA: Final = "2026-12"  # of the payloads; a new one is announced here before the first event carries it


@dataclass(frozen=True, slots=True)
class Source:
    """One table: what of it is shared on a day, what its rows are, what they say."""

    table: int
    shared: Callable[[date], QuerySet[Any]]
    told: Callable[[], QuerySet[Any]]  # its rows with `told_kind` and `told_agency`
    live: Callable[..., Iterator[payloads.Contents]]  # (rows, chunk=0)
    received: str  # the column that says since when the row is here
    silent: Callable[[Collection[int]], set[int]] = lambda ids: set()  # rows of which nothing is ever told
    digests: bool = False  # whether `ObjectDigest` keeps what its rows add to the figures

    def wire_id(self, object_id: int) -> int:
        return wire_id(self.table, object_id)

    def known(self, ids: Collection[int]) -> dict[int, tuple[str, int | None]]:
        """Kind and responsible agency of the objects that exist."""
        rows = self.told().filter(pk__in=ids).order_by().values_list("pk", "told_kind", "told_agency")
        return {pk: (kind, agency) for pk, kind, agency in rows}


_RECORDS: Final = tables.TABLES["records_creditrecord"]
SOURCES: Final = {
    source.table: source
    for source in (
        Source(_RECORDS, records.shared, payloads.told, payloads.live, "received_at", digests=True),
        Source(
            tables.TABLES["blacklist_listentry"],
            list_payloads.shared,
            list_payloads.told,
            list_payloads.live,
            "created_at",
        ),
        Source(
            tables.TABLES["repair_case"],
            repair_payloads.shared,
            repair_payloads.told,
            repair_payloads.live,
            "filed_at",
            silent=repair_payloads.silent,
        ),
        Source(
            tables.TABLES["sanctions_appliedmeasure"],
            measure_payloads.shared,
            measure_payloads.told,
            measure_payloads.live,
            "created_at",
        ),
    )
}
TABLES: Final = frozenset(SOURCES)
# kinds beside the items of the catalog, as people call them
KINDS: Final = {
    list_payloads.KIND: "名单条目",
    repair_payloads.KIND: "信用修复",
    measure_payloads.KIND: "奖惩措施",
}
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
    silent: set[tuple[int, int]] = set()
    for table, ids in by_table.items():
        source = SOURCES[table]
        kinds |= {(table, pk): kind for pk, (kind, _) in source.known(ids).items()}
        silent |= {(table, pk) for pk in source.silent(ids)}
        found = source.live(source.shared(day).filter(pk__in=ids))
        live |= {(table, one.object_id): one.json for one in found}
    wanted = None if items is None else {*items, None}
    return [
        _event(change, kind, live.get((change.tbl, change.object_id)))
        for change in changes
        if (change.tbl, change.object_id) not in silent
        and (kind := kinds.get((change.tbl, change.object_id))) in (wanted or {kind})
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
