"""Full verification: does the chain hold together, and do the tracked tables say what the ledger last recorded.

Four independent looks, all in one snapshot: `check_chain` recomputes every leaf, root and block hash; `check_witness`
compares with block hashes kept outside; `check_rows` compares the digest of every present row with its last event, the
inbox included; `check_guards` looks whether the triggers stand. A forger who re-hashes everything, or cuts off the tail
and undoes the rows, is caught by the witness alone, which is why block heads are published.
"""

from collections.abc import Iterator, Mapping

from django.apps import apps
from django.db import connections

from common.snapshot import snapshot
from ledger import merkle
from ledger.chain import GENESIS, NO_CONTEXT, BlockBody, SealedEvent
from ledger.findings import Finding, finding
from ledger.models import Block, Event
from ledger.selectors import sealed_events
from ledger.tables import TABLES

_LISTED = 100  # findings named one by one per table; beyond that a number

_ROWS = """
WITH entries AS (
    SELECT object_id, op, digest, 0 AS stage, position AS place FROM ledger_event WHERE tbl = %(number)s
    UNION ALL
    SELECT object_id, op, digest, 1, id FROM ledger_pending WHERE tbl = %(number)s),
latest AS (
    SELECT DISTINCT ON (object_id) object_id, op, digest FROM entries ORDER BY object_id, stage DESC, place DESC),
compared AS (
    SELECT CASE WHEN l.object_id IS NULL OR l.op = 'D' AND r.object_id IS NOT NULL THEN 'row_unrecorded'
                WHEN r.object_id IS NULL AND l.op <> 'D' THEN 'row_missing'
                WHEN r.digest <> l.digest THEN 'row_changed' END AS kind,
           coalesce(l.object_id, r.object_id) AS object_id
    FROM latest l FULL JOIN ledger_rows(%(table)s::regclass, %(ignoring)s::text[]) r ON r.object_id = l.object_id)
SELECT kind, object_id, count(*) OVER () FROM compared WHERE kind IS NOT NULL ORDER BY object_id LIMIT %(limit)s
"""
_TRACKED = """
SELECT t.id, t.name, t.ignoring, to_regclass(quote_ident(t.name)) IS NOT NULL,
       (SELECT count(*) FROM pg_trigger g
        WHERE g.tgrelid = to_regclass(quote_ident(t.name)) AND g.tgname LIKE 'ledger\\_capture\\_%%' AND g.tgenabled = 'A')
FROM ledger_table t ORDER BY t.id
"""
_GUARDED = """
SELECT name FROM unnest(array['ledger_event', 'ledger_block', 'ledger_context', 'ledger_pending']) name
WHERE NOT EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgrelid = name::regclass AND g.tgname = 'ledger_append_only'
                  AND g.tgenabled = 'A')
"""


def verify(*, witness: Mapping[int, str] | None = None, using: str = "default") -> list[Finding]:
    """Every contradiction found; an empty list means that ledger and tables hold together.

    `witness` maps block numbers to hashes (hexadecimal) that somebody outside has kept. Reads one snapshot, so writers
    and the sealer may go on meanwhile.
    """
    with snapshot(using):
        found = list(check_chain(using))
        found += check_witness(witness or {}, using)
        found += check_rows(using)
        found += check_guards(using)
    return found


def check_chain(using: str = "default") -> Iterator[Finding]:
    """Blocks, their links, their events, and events beyond the last block."""
    no, last, prev_hash = 0, 0, GENESIS
    for block in Block.objects.using(using).order_by("no").iterator(chunk_size=1000):
        if block.no != no + 1:
            yield finding("block_missing", no + 1, table="ledger_block")
        if block.first_position != last + 1:
            yield finding("block_range", block.no, table="ledger_block")
        if bytes(block.prev_hash) != prev_hash:
            yield finding("block_link", block.no, table="ledger_block")
        yield from _check_block(block, sealed_events(block.first_position, block.last_position, using))
        no, last, prev_hash = block.no, block.last_position, bytes(block.hash)
    outside = Event.objects.using(using).exclude(position__range=(1, last)).order_by("position")
    for position in outside.values_list("position", flat=True)[:_LISTED]:
        yield finding("event_outside", position)


def _check_block(block: Block, events: list[SealedEvent]) -> Iterator[Finding]:
    body = BlockBody(
        no=block.no,
        first_position=block.first_position,
        last_position=block.last_position,
        sealed_at=block.sealed_at,
        alg=block.alg,
        prev_hash=bytes(block.prev_hash),
        root=bytes(block.root),
    )
    if body.hash() != bytes(block.hash):
        yield finding("block_hash", block.no, table="ledger_block")
    if [event.position for event in events] != list(range(block.first_position, block.last_position + 1)):
        yield finding("position_gap", block.no)
    elif merkle.root([event.leaf() for event in events]) != body.root:
        yield finding("block_root", block.no)
    for event in events:
        if event.context_digest == NO_CONTEXT:
            yield finding("context_missing", event.position, table="ledger_context")


def check_witness(witness: Mapping[int, str], using: str = "default") -> Iterator[Finding]:
    """Blocks that differ from what an outside witness holds, or that are gone."""
    held = Block.objects.using(using).in_bulk(list(witness))
    for no, expected in sorted(witness.items()):
        if no not in held or bytes(held[no].hash).hex() != expected.lower():
            yield finding("witness_mismatch", no, table="ledger_block")


def check_rows(using: str = "default") -> Iterator[Finding]:
    """Tracked tables against the last event of each object; at most 100 objects a table are named one by one."""
    labels = _labels()
    with connections[using].cursor() as cursor:
        cursor.execute(_TRACKED)
        tracked = cursor.fetchall()
        for number, table, ignoring, exists, triggers in tracked:
            label = labels.get(table, table)
            if not exists:
                yield finding("table_missing", table=table, label=label)
                continue
            if triggers != 3:
                yield finding("capture_off", table=table, label=label)
            params = {"number": number, "table": table, "ignoring": ignoring, "limit": _LISTED}
            cursor.execute(_ROWS, params)
            differing = cursor.fetchall()
            for kind, object_id, _ in differing:
                yield finding(kind, object_id, table=table, label=label)
            if differing and differing[0][2] > _LISTED:
                yield finding("row_more", differing[0][2] - _LISTED, table=table, label=label)


def check_guards(using: str = "default") -> Iterator[Finding]:
    """Guards of the ledger's own tables, and registered tables that exist untracked."""
    labels = _labels()
    with connections[using].cursor() as cursor:
        cursor.execute(_GUARDED)
        for (table,) in cursor.fetchall():
            yield finding("guard_off", table=table)
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) name WHERE to_regclass(quote_ident(name)) IS NOT NULL "
            "AND name NOT IN (SELECT name FROM ledger_table) ORDER BY name",
            [list(TABLES)],
        )
        for (table,) in cursor.fetchall():
            yield finding("table_untracked", table=table, label=labels.get(table, table))


def _labels() -> dict[str, str]:
    return {model._meta.db_table: str(model._meta.verbose_name) for model in apps.get_models()}
