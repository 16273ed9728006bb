"""Connections that the threads of a process lend one another.

Django gives each thread a connection of its own, and each connection is a process of the database with memory of its own. Where many
threads run the same large prepared statement in turn, these processes push each other out of the processor's caches: with sixteen of them
a look-up cost the database twice what it costs with one or two. Whoever needs a connection for one statement outside of any
transaction borrows the one that was given back last; there are as many as were ever needed at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


class Lent:
    """The connections to one database."""

    def __init__(self, using: str = "default") -> None:
        self._using = using
        self._free: Final[list[BaseDatabaseWrapper]] = []

    @contextmanager
    def connection(self) -> Iterator[BaseDatabaseWrapper]:
        """A connection in autocommit, looked after as Django does at the beginning of a request; for this thread until it is left."""
        try:
            one = self._free.pop()
        except IndexError:
            one = connections.create_connection(self._using)
            one.inc_thread_sharing()
        try:
            one.close_if_unusable_or_obsolete()
            yield one
        finally:
            self._free.append(one)
