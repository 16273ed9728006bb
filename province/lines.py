"""Ready-made lines of the feed: a page is one index range over them (docs/adr/0027).

Data flow: sealed events → `write` (a job, in ledger order) → one `FeedLine` an event, holding what its record says now →
`read` hands them out as they lie. A trigger empties the lines of a record in the transaction that changes it, so a line is
true or absent; what is absent, sealed or of another kind is said anew at the read by `sources.wire_events`.

Personal data is not copied: records with sealed values have no line, they are opened at every read. Days need no job either:
`ends` stands beside the line, and a line past it is read as a withdrawal.

Rejected: *writing lines in the transaction of the change* (an import would pay for every reader); *a body an object, joined to
the ledger* (a look-up a row, half as fast); *lines by position alone, never corrected* (old lines would go on saying what ended).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from struct import Struct
from types import SimpleNamespace
from typing import Final, NamedTuple

import orjson
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from common.clock import today
from common.locks import transaction_lock
from common.privacy import encrypt
from ledger import selectors as ledger
from ledger.selectors import Change
from ledger.tables import TABLES as NUMBERS
from province import payloads
from province.choices import Action
from province.digests import leaf, leaf_context
from province.models import FeedLine, FeedProgress, ObjectDigest
from province.sources import SCHEMA, SOURCES, TABLES, WireEvent, wire_events
from records import selectors as records
from records.models import CreditRecord

LOCK: Final = "province.lines"  # the triggers of migration 0006 wait for it
BATCH: Final = 2000
_RECORDS: Final = NUMBERS["records_creditrecord"]
_MADE_FOR: Final = f"{SCHEMA} {sorted(TABLES)}"


# --- writing -------------------------------------------------------------------------------------------


class _Said(NamedTuple):
    """What the lines of one record say; without a fragment they are said anew at every read."""

    kind: str | None
    ends: date | None
    fragment: str | None


@transaction.atomic
def write(limit: int = BATCH) -> int:
    """Write the lines of the next sealed events; returns how many positions the lines came further. 0 as well while
    another writer is at it."""
    if not transaction_lock(LOCK, wait=False):
        return 0
    progress = _progress()
    end = ledger.last_position()
    changes = [one for one in ledger.events_after(progress.position, TABLES, limit) if one.position <= end]
    reached = changes[-1].position if len(changes) == limit else end
    said = _say({change.object_id for change in changes if change.tbl == _RECORDS})
    FeedLine.objects.bulk_create(_line(change, said) for change in changes)
    further, progress.position = reached - progress.position, reached
    if further:
        progress.save()
    return further


@transaction.atomic
def mend(limit: int = BATCH) -> int:
    """Write again what a change of widely shared facts emptied; returns how many records still lacked their digest."""
    if not transaction_lock(LOCK, wait=False):
        return 0
    kept = Exists(ObjectDigest.objects.filter(object_id=OuterRef("pk")))
    missing = records.shared(today()).filter(~kept).order_by().values_list("pk", flat=True)
    return len(_say(set(missing[:limit])))


def _progress() -> FeedProgress:
    """The row of progress; the lines begin anew when they were made for other contents or other tables."""
    progress, _ = FeedProgress.objects.get_or_create(pk=1)
    if progress.made_for != _MADE_FOR:
        progress.position, progress.made_for = 0, _MADE_FOR
        progress.save()
        FeedLine.objects.all().delete()
        ObjectDigest.objects.all().delete()
    return progress


def _say(ids: set[int]) -> dict[int, _Said]:
    """What the records say now. Their rows are locked meanwhile; a row that somebody is changing is left out, for that
    change comes as an event of its own. Lines that were written before and the digests are brought up to date."""
    rows = CreditRecord.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=ids)
    held = {row[0]: row for row in rows.order_by("pk").values_list("pk", *_COLUMNS)}
    said, digests = {}, []
    for one in payloads.live(records.shared(today()).filter(pk__in=held).order_by("pk")):
        _, kind, provider_id, received_at, shared_until, ended_on, secret = held[one.object_id]
        ends = shared_until if ended_on is None else min(shared_until, ended_on - timedelta(days=1))
        digest = leaf(one.object_id, one.json).to_bytes(32, "big")
        digests.append(
            ObjectDigest(
                object_id=one.object_id,
                kind=kind,
                provider_id=provider_id,
                received_on=timezone.localdate(received_at),
                ends=ends,
                leaf=digest if secret is None else encrypt(digest, context=leaf_context(one.object_id)),
            )
        )
        text = None if secret is not None else _fragment(kind, Action.UPSERT, one.object_id, str(one.json))
        said[one.object_id] = _Said(kind, ends, text)
    gone = ids - held.keys() - SOURCES[_RECORDS].known(ids).keys()
    over = {pk: row[1] for pk, row in held.items() if pk not in said} | dict.fromkeys(gone)
    said |= {pk: _Said(kind, None, _fragment(kind, Action.WITHDRAW, pk, "null")) for pk, kind in over.items()}
    ObjectDigest.objects.filter(object_id__in=said).delete()
    ObjectDigest.objects.bulk_create(digests)
    _refill(said)
    return said


_COLUMNS: Final = ("item_code", "provider_id", "received_at", "shared_until", "ended_on", "secret")


def _fragment(kind: str | None, action: Action, object_id: int, payload: str) -> str:
    """A line behind its position and event id."""
    name = orjson.dumps(kind).decode()
    return f'"kind":{name},"action":"{action.value}","object_id":{object_id},"payload":{payload}}}'


_REFILL: Final = """
UPDATE province_feedline l SET kind = said.kind, ends = said.ends, fragment = said.fragment
FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::text[]) said (object_id, kind, ends, fragment)
WHERE l.object_id = said.object_id AND l.tbl = %s AND l.fragment IS NULL
"""


def _refill(said: dict[int, _Said]) -> None:
    """Lines of earlier events of these records say the same."""
    ready = {pk: one for pk, one in said.items() if one.fragment is not None}
    columns = [list(column) for column in zip(*ready.values(), strict=True)] or [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute(_REFILL, [list(ready), *columns, _RECORDS])


def _line(change: Change, said: dict[int, _Said]) -> FeedLine:
    kind, ends, fragment = (None, None, None)
    if change.tbl == _RECORDS and change.object_id in said:
        kind, ends, fragment = said[change.object_id]
    return FeedLine(
        position=change.position,
        tbl=change.tbl,
        object_id=change.object_id,
        kind=kind,
        ends=ends,
        fragment=fragment,
    )


# --- reading -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """Lines as they go out, each with its newline; how many; how many events were looked at; the position to go on behind."""

    text: bytes
    count: int
    scanned: int
    position: int


# One row a chunk, in the binary format: handed over as it lies, without a message, a quoting and a call for every line. A line
# not asked for is null and passed over. Contents hold no control characters.
_READ: Final = r"""
COPY (SELECT string_agg(line, E'\n' ORDER BY position), count(line), count(*), coalesce(max(position), 0) FROM (SELECT position, CASE
    WHEN %(item)s <> '' AND kind <> %(item)s THEN NULL
    WHEN %(last)s > 0 AND (fragment IS NOT NULL AND coalesce(ends < %(day)s, true)
        OR EXISTS (SELECT FROM ledger_event e WHERE e.object_id = l.object_id AND e.tbl = l.tbl AND e.position > l.position
                   AND e.position <= %(last)s AND e.op <> 'K')) THEN NULL
    WHEN fragment IS NULL THEN E'\x03' || position || ' ' || tbl || ' ' || object_id
    WHEN ends < %(day)s THEN '{"position":' || position || ',"event_id":' || position || ',"kind":"' || kind
        || '","action":"withdraw","object_id":' || object_id || ',"payload":null}'
    ELSE '{"position":' || position || ',"event_id":' || position || ',' || fragment END AS line
FROM province_feedline l WHERE position > %(after)s AND position <= %(end)s ORDER BY position LIMIT %(limit)s) AS lines)
TO STDOUT (FORMAT binary)
"""
_ROW: Final = 21  # bytes before the first field: signature, flags, no extension, the number of fields
_NUMBERS: Final = Struct(">iqiqiq")  # three numbers of eight bytes, each behind its length
_UNSAID: Final = (
    b"\x03"  # a single byte that no contents hold: looking for it costs nothing beside the copying
)


def written() -> int:
    """Up to which position the lines are complete."""
    found = FeedProgress.objects.filter(made_for=_MADE_FOR).values_list("position", flat=True).first()
    return found or 0


def read(after: int, limit: int, end: int, day: date, item: str = "", *, last: int = 0) -> Block:
    """The lines of up to `limit` events behind `after`, none beyond `end`, which must not lie beyond `written()`; nothing at all
    should the lines have begun anew meanwhile. With `last` only what is shared, each object at its newest event up to there."""
    row: list[bytes] = []
    values = {"day": day, "after": after, "end": end, "limit": limit, "item": item, "last": last}
    with connection.cursor() as cursor:
        cursor.copy_expert(cursor.mogrify(_READ, values).decode(), SimpleNamespace(write=row.append))
    text, count, scanned, reached = _fields(row[0])
    if scanned < limit and written() < end:
        return Block(b"", 0, 0, after)
    position = reached if scanned == limit else end
    if _UNSAID not in text:
        return Block(text, count, scanned, position)
    lines = _completed(text.splitlines(keepends=True), day, item, shared_only=last > 0)
    return Block(b"".join(lines), len(lines), scanned, position)


def _fields(row: bytes) -> tuple[bytes, int, int, int]:
    """The lines, how many, of how many events, and the position of the last; a length of -1 stands for no text at all.

    The text is copied once, with the newline that the last line lacks.
    """
    size = int.from_bytes(row[_ROW : _ROW + 4], signed=True)
    end = _ROW + 4 + max(size, 0)
    _, count, _, scanned, _, last = _NUMBERS.unpack_from(row, end)
    text = b"" if size < 0 else b"".join((memoryview(row)[_ROW + 4 : end], b"\n"))
    return text, count, scanned, last


def _completed(lines: list[bytes], day: date, item: str, *, shared_only: bool) -> list[bytes]:
    """Say what is not kept ready, leave out what was not asked for."""
    unready = {line: _change(line) for line in lines if line.startswith(_UNSAID)}
    events = wire_events(unready.values(), day, {item} if item else None)
    said = {event["position"]: line_of(event) for event in events if not shared_only or event["payload"]}
    whole = (said.get(unready[line].position) if line in unready else line for line in lines)
    return [line for line in whole if line is not None]


def line_of(event: WireEvent) -> bytes:
    return orjson.dumps(event) + b"\n"


def _change(line: bytes) -> Change:
    position, table, object_id = line[1:].split()
    return Change(int(position), int(table), int(object_id), "U")
