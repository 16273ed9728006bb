"""Connections lent from thread to thread: as few as are needed at once, none that is broken."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from common.lent import Lent


def number_of(link: object) -> int:
    with link.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("select pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_the_last_one_given_back_is_lent_next(committed_db: str) -> None:
    lent, meet = Lent(), Barrier(2)

    def alone(_: int) -> int:
        with lent.connection() as link:
            return number_of(link)

    def at_once(_: int) -> int:
        with lent.connection() as link:
            meet.wait(20)
            return number_of(link)

    with ThreadPoolExecutor(4) as pool:
        first = alone(0)
        assert set(pool.map(alone, range(1))) == {first}
        both = set(pool.map(at_once, range(2)))
        assert len(both) == 2 and first in both
        assert {alone(0), *pool.map(alone, range(1))} <= both
    assert first != number_of(connection), "not the thread's own"


def test_a_connection_that_broke_is_replaced(committed_db: str) -> None:
    lent = Lent()
    with lent.connection() as link:
        first = number_of(link)
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [first])
    with lent.connection() as link:
        assert number_of(link) != first
