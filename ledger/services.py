"""Who acts (`acting`), and how the ledger is closed (`seal`). The only writes of this room; events come from triggers.

Sealing moves what is committed from the inbox into consecutive positions, in the order of the inbox ids, and closes the
lot with one block. There is no commit horizon: a slow transaction is simply sealed later, and the order of every object
holds because its inbox id is drawn under its row lock.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import connections, transaction

from ledger import merkle
from ledger.chain import ALGORITHM, GENESIS, BlockBody, SealedEvent
from ledger.selectors import BlockHead, head

__all__ = ["BLOCK_LIMIT", "BlockHead", "acting", "bound_request_id", "head", "seal", "seal_all"]

BLOCK_LIMIT: Final = 4096
SEALER: Final = "sealer"
_LOCK: Final = 0x4352_4544_4954  # one sealer at a time, database-wide

# The CTE is read before the projection sets anything, so the row holds the values of the action around this one.
_ENTER = """
WITH before AS MATERIALIZED (
    SELECT current_setting('ledger.actor', true) AS actor, current_setting('ledger.action', true) AS action,
           current_setting('ledger.basis', true) AS basis, current_setting('ledger.request_id', true) AS request_id,
           current_setting('ledger.context_id', true) AS context_id)
SELECT actor, action, basis, request_id, context_id,
       set_config('ledger.actor', %s, true), set_config('ledger.action', %s, true),
       set_config('ledger.basis', %s, true), set_config('ledger.request_id', coalesce(%s, request_id, ''), true),
       set_config('ledger.context_id', '', true)
FROM before
"""
_LEAVE = """
SELECT set_config('ledger.actor', coalesce(%s, ''), true), set_config('ledger.action', coalesce(%s, ''), true),
       set_config('ledger.basis', coalesce(%s, ''), true), set_config('ledger.request_id', coalesce(%s, ''), true),
       set_config('ledger.context_id', coalesce(%s, ''), true)
"""
# The end of the lot is looked up once. The inbox is empty most of the time, so that the planner expects next to nothing in it: asked
# for `id IN (… LIMIT)`, it began the list anew for every one of two million rows.
_MOVE = """
WITH moved AS (
    DELETE FROM ledger_pending
    WHERE id <= (SELECT max(id) FROM (SELECT id FROM ledger_pending ORDER BY id LIMIT %s) due)
    RETURNING id, context_id, object_id, tbl, op, digest),
sealed AS (
    INSERT INTO ledger_event (position, pending_id, context_id, object_id, tbl, op, digest)
    SELECT %s + row_number() OVER (ORDER BY id), id, context_id, object_id, tbl, op, digest FROM moved
    RETURNING *)
SELECT s.position, s.pending_id, s.object_id, s.tbl, s.op, s.digest,
       CASE WHEN c.id IS NULL THEN decode(repeat('00', 32), 'hex') ELSE ledger_context_digest(c) END
FROM sealed s LEFT JOIN ledger_context c ON c.id = s.context_id ORDER BY s.position
"""
_LAST = """
SELECT clock_timestamp(), b.no, b.last_position, b.hash
FROM (SELECT 1) one LEFT JOIN LATERAL (SELECT no, last_position, hash FROM ledger_block ORDER BY no DESC LIMIT 1) b ON true
"""
_INSERT_BLOCK = """
INSERT INTO ledger_block (no, first_position, last_position, sealed_at, alg, prev_hash, root, hash)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


@contextmanager
def acting(
    *, actor: int | None, action: str, basis: str = "", request_id: UUID | None = None, using: str = "default"
) -> Iterator[None]:
    """Put a name to every change made inside: who (officer id, None for a job), what for, on which legal basis.

    Opens a transaction, or a savepoint inside a running one: the action happens whole or not at all, and an exception
    takes the settings back with it. Nested actions speak for themselves and give the outer one back on exit. Without
    `request_id` the id that the request middleware has bound applies, else that of the enclosing action. The context
    row is written by the first change, so an action that changes nothing leaves no trace. ValueError when `action` is
    empty, for that marks changes made outside any service.
    """
    if not action:
        raise ValueError("an action needs a name")
    connection = connections[using]
    wanted = request_id or bound_request_id()
    values = ["" if actor is None else str(actor), action, basis, None if wanted is None else str(wanted)]
    nested = connection.in_atomic_block
    with transaction.atomic(using=using):
        with connection.cursor() as cursor:
            cursor.execute(_ENTER, values)
            before = cursor.fetchone()[:5]
        yield
        if nested:  # else the settings end with the transaction
            with connection.cursor() as cursor:
                cursor.execute(_LEAVE, before)


def bound_request_id() -> UUID | None:
    bound = structlog.contextvars.get_contextvars().get("request_id")
    try:
        return UUID(str(bound)) if bound else None
    except ValueError:
        return None


def seal(limit: int = BLOCK_LIMIT, *, using: str = SEALER) -> int:
    """Close up to `limit` committed events with one block, in one transaction; returns how many.

    0 means that nothing waits or that another sealer is at work. Needs READ COMMITTED and says so: the lock is taken in a
    statement of its own, so that the snapshot which reads the last block is younger than the lock.
    """
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_LAST)
        sealed_at, no, last, prev_hash = cursor.fetchone()
        cursor.execute(_MOVE, [limit, last or 0])
        events = [SealedEvent.from_row(row) for row in cursor.fetchall()]
        if not events:
            return 0
        body = BlockBody(
            no=(no or 0) + 1,
            first_position=events[0].position,
            last_position=events[-1].position,
            sealed_at=sealed_at,
            alg=ALGORITHM,
            prev_hash=GENESIS if prev_hash is None else bytes(prev_hash),
            root=merkle.root([event.leaf() for event in events]),
        )
        cursor.execute(_INSERT_BLOCK, [*body, body.hash()])
    return len(events)


def seal_all(*, budget: timedelta | None = None, using: str = SEALER) -> int:
    """Seal block after block until nothing waits or `budget` is used up; returns the number of events."""
    end = None if budget is None else time.monotonic() + budget.total_seconds()
    total = 0
    while count := seal(using=using):
        total += count
        if end is not None and time.monotonic() >= end:
            break
    return total
