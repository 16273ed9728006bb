"""One view of the database for several reads that have to fit together."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction


@contextmanager
def snapshot(using: str = "default") -> Iterator[None]:
    """One view of the database throughout, for reading only; inside a running transaction that transaction's view has to do."""
    connection = connections[using]
    running = connection.in_atomic_block
    with transaction.atomic(using=using):
        if not running:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
