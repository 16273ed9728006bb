"""Reads of the ledger: the change feed for rooms above, the history of an object for pages, blocks and proofs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from django.db import connections
from django.db.models import Max, QuerySet

from common.pagination import keyset_page
from ledger import merkle
from ledger.chain import SealedEvent
from ledger.choices import Operation
from ledger.models import Block, Event, Pending

# The action under which values are sealed anew with another key; the database enters their rows as SEALED_ANEW.
RESEALING = "keys.rotate"
_SEALED = """
SELECT e.position, e.pending_id, e.object_id, e.tbl, e.op, e.digest,
       CASE WHEN c.id IS NULL THEN decode(repeat('00', 32), 'hex') ELSE ledger_context_digest(c) END
FROM ledger_event e LEFT JOIN ledger_context c ON c.id = e.context_id
WHERE e.position BETWEEN %s AND %s ORDER BY e.position
"""


class Change(NamedTuple):
    """One sealed change; `position` is its id towards other systems."""

    position: int
    tbl: int
    object_id: int
    op: str


class HistoryEntry(NamedTuple):
    """One change with its context. `position` is None until sealed; an empty `action` marks a change made outside any
    service, directly in the database."""

    position: int | None
    op: str
    at: datetime
    actor: int | None
    action: str
    basis: str
    request_id: UUID | None
    db_user: str


class BlockHead(NamedTuple):
    """What an outside witness keeps: with it, nothing up to `last_position` can be changed unseen."""

    no: int
    hash: str  # hexadecimal
    last_position: int
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """That an event stands in a block: hashing from its leaf along `path` gives the block's root."""

    event: SealedEvent
    index: int  # of the leaf in its block, from 0
    size: int  # leaves of the block
    leaf: bytes
    path: list[bytes]
    block: Block


def telling() -> QuerySet[Event]:
    """Events that may say something new of their object."""
    return Event.objects.exclude(op=Operation.SEALED_ANEW)


def events_after(position: int, tables: Collection[int], limit: int) -> list[Change]:
    """Up to `limit` sealed changes of the given tables behind `position`, in order.

    Sealed positions appear in ascending order and without gaps, so a reader that goes on from the last position it has
    seen misses nothing. What was only sealed anew is left out.
    """
    rows = telling().filter(position__gt=position, tbl__in=tables).order_by("position")
    return [Change(*row) for row in rows.values_list("position", "tbl", "object_id", "op")[:limit]]


def newest(changes: Collection[Change], end: int) -> dict[tuple[int, int], int]:
    """By table and object the position of its newest change up to `end`, for the objects of `changes`."""
    ids = {change.object_id for change in changes}
    rows = telling().filter(object_id__in=ids, tbl__in={change.tbl for change in changes}, position__lte=end)
    found = rows.order_by().values_list("tbl", "object_id").annotate(Max("position"))
    return {(table, object_id): position for table, object_id, position in found}


def last_position() -> int:
    """The position of the newest sealed change, 0 before the first."""
    return Event.objects.order_by("-position").values_list("position", flat=True).first() or 0


def sealed_before(moment: datetime) -> int:
    """The last position of the newest block sealed before `moment`, 0 when there is none."""
    rows = Block.objects.filter(sealed_at__lt=moment).order_by("-no")
    return rows.values_list("last_position", flat=True).first() or 0


def history(table: int, object_id: int, limit: int = 200) -> list[HistoryEntry]:
    """What happened to one object, newest first; changes not yet sealed come first of all."""
    pending = (
        Pending.objects.filter(tbl=table, object_id=object_id)
        .select_related("context")
        .order_by("-id")[:limit]
    )
    entries = [_entry(None, change) for change in pending]
    events = (
        Event.objects.filter(tbl=table, object_id=object_id).select_related("context").order_by("-position")
    )
    entries += [_entry(event.position, event) for event in events[: limit - len(entries)]]
    return entries


def _entry(position: int | None, change: Event | Pending) -> HistoryEntry:
    context = change.context
    return HistoryEntry(
        position=position,
        op=change.op,
        at=context.at,
        actor=context.actor,
        action=context.action,
        basis=context.basis,
        request_id=context.request_id,
        db_user=context.db_user,
    )


def head(*, using: str = "default") -> BlockHead | None:
    """The newest block, or None before the first."""
    newest = Block.objects.using(using).order_by("-no").first()
    if newest is None:
        return None
    return BlockHead(newest.no, bytes(newest.hash).hex(), newest.last_position, newest.sealed_at)


def blocks(
    cursor: str = "", limit: int = 100, *, newest_first: bool = True
) -> tuple[list[Block], str | None]:
    """One page of blocks and the cursor of the next one, None at the end.

    People read the newest first; a witness reads on from where it stopped. Raises the `cursor_invalid` problem.
    """
    order = ["-no" if newest_first else "no"]
    page = keyset_page(
        Block.objects.all(), order=order, cursor=cursor or None, limit=limit, serialize=lambda row: row
    )
    return cast(list[Block], page["items"]), cast(str | None, page["next_cursor"])


def block(no: int) -> Block | None:
    """One block, None when there is none of that number."""
    return Block.objects.filter(no=no).first()


def sealed_events(first: int, last: int, using: str = "default") -> list[SealedEvent]:
    """The events of positions `first` to `last`, both included, as they enter the tree."""
    with connections[using].cursor() as cursor:
        cursor.execute(_SEALED, [first, last])
        return [SealedEvent.from_row(row) for row in cursor.fetchall()]


def proof(position: int) -> Proof | None:
    """The inclusion proof of one event; None while it is not sealed or when there is no such event."""
    found = Block.objects.filter(last_position__gte=position).order_by("last_position").first()
    if found is None:
        return None
    events = sealed_events(found.first_position, found.last_position)
    index = next((i for i, event in enumerate(events) if event.position == position), None)
    if index is None:
        return None
    leaves = [event.leaf() for event in events]
    return Proof(
        events[index], index, len(leaves), leaves[index], merkle.inclusion_proof(leaves, index), found
    )
