"""The change feed: pages of what happened to records, in ledger order, for the pull.

A cursor is the last ledger position a client has read. Sealed positions only rise and never come in late, so going on
behind the last one misses nothing; positions of other tables are passed over, hence rising but not consecutive.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import NamedTuple, TypedDict

from django.utils import timezone

from common.clock import today
from common.json import json_bytes
from ledger import selectors as ledger
from province import lines as stored
from province.lines import Block
from province.sources import TABLES, WireEvent, wire_events

CHUNK = 5000


class LedgerHead(TypedDict):
    """The newest block, for the receiver to keep as an outside witness."""

    no: int
    hash: str
    last_position: int
    sealed_at: str


class Page(NamedTuple):
    """Events and where to go on; `next_position` moves even when nothing in between concerned the province."""

    items: list[WireEvent]
    next_position: int


def ledger_head() -> LedgerHead | None:
    head = ledger.head()
    if head is None:
        return None
    return LedgerHead(
        no=head.no, hash=head.hash, last_position=head.last_position, sealed_at=head.sealed_at.isoformat()
    )


def page(after: int, limit: int, end: int, day: date, item: str = "", *, last: int = 0) -> Page:
    """Up to `limit` events behind position `after`, none beyond `end`.

    `end` is a sealed position read before: what is sealed later belongs to a later page, and a page that is not full
    has seen everything up to it. With `item` only its events (and those of erased objects) are told; with `last` only what is
    shared, each object at its newest event up to there. A page may then be short without being the last.
    """
    changes = [change for change in ledger.events_after(after, TABLES, limit) if change.position <= end]
    full = len(changes) == limit
    next_position = changes[-1].position if full else max(after, end)
    if last:
        newest = ledger.newest(changes, last)
        changes = [change for change in changes if change.position == newest[change.tbl, change.object_id]]
    events = wire_events(changes, day, {item} if item else None)
    return Page([event for event in events if event["payload"]] if last else events, next_position)


def position_before(day: date) -> int:
    """A position behind which every change of `day` and later lies: the end of the last block sealed before that day."""
    return ledger.sealed_before(timezone.make_aware(datetime.combine(day, time.min)))


def block(after: int, limit: int, end: int, day: date, item: str = "", *, last: int = 0) -> Block:
    """The same as lines ready to go out: those kept ready as long as they reach, the rest said now."""
    ready = min(end, stored.written())
    found = (
        stored.read(after, limit, ready, day, item, last=last) if after < ready else Block(b"", 0, 0, after)
    )
    if found.position >= end or found.scanned == limit:
        return found
    rest = page(found.position, limit - found.scanned, end, day, item, last=last)
    said = b"".join(map(stored.line_of, rest.items))
    return Block(found.text + said, found.count + len(rest.items), limit, rest.next_position)


def lines(after: int, limit: int, end: int, item: str = "") -> Iterator[bytes]:
    """The same as newline-delimited JSON: up to `limit` events in chunks, then {"next_cursor", "ledger_head"}.

    Only that last line says that the stream is whole; a client that was cut off goes on from the `position` of the last
    whole line. The day is asked for chunk by chunk, so a stream that runs past midnight does not carry yesterday's state.
    """
    while limit > 0:
        found = block(after, min(limit, CHUNK), end, today(), item)
        if found.text:
            yield found.text
        after, limit = found.position, limit - found.count
        if after >= end:
            break
    yield json_bytes({"next_cursor": str(after), "ledger_head": ledger_head()}) + b"\n"
