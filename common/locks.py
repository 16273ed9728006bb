"""PostgreSQL advisory locks by name: one worker at a time, without a row to lock and without a second service.

The lock number is the first 64 bits of SHA-256 over namespace and key, so rooms need not share a list of numbers.
Session locks outlive transactions and vanish with the connection; behind a pooler in transaction mode only
`transaction_lock` is safe.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError


def lock_number(namespace: str, key: int) -> int:
    """The signed 64-bit number PostgreSQL locks for a namespace ("records.batch") and a key (a primary key)."""
    digest = hashlib.sha256(f"{namespace}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _ask(connection: BaseDatabaseWrapper, function: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [number])
        answer = cursor.fetchone()[0]
    return answer is not False  # the waiting variants answer void


@contextmanager
def advisory_lock(namespace: str, key: int = 0, *, wait: bool, using: str = "default") -> Iterator[bool]:
    """Hold a lock of this database session; yields whether it was obtained (always True with `wait`).

    Re-entrant within the session. If the transaction inside has failed, the connection is closed, because only
    that still releases the lock.
    """
    connection, number = connections[using], lock_number(namespace, key)
    obtained = _ask(connection, "pg_advisory_lock" if wait else "pg_try_advisory_lock", number)
    try:
        yield obtained
    finally:
        if obtained:
            _release(connection, number)


def _release(connection: BaseDatabaseWrapper, number: int) -> None:
    if connection.in_atomic_block and connection.needs_rollback:
        connection.close()
    elif connection.connection is not None:  # a closed connection took its locks along
        _ask(connection, "pg_advisory_unlock", number)


def transaction_lock(namespace: str, key: int = 0, *, wait: bool = True, using: str = "default") -> bool:
    """Lock until the current transaction ends; returns whether it was obtained. Needs an open transaction."""
    connection = connections[using]
    if not connection.in_atomic_block:
        raise TransactionManagementError("a transaction lock without a transaction would be gone at once")
    return _ask(
        connection,
        "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock",
        lock_number(namespace, key),
    )
