"""A kept connection is looked at without asking the server; one that was hung up on is noticed all the same."""

from contextlib import closing, suppress

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext


def test_a_connection_in_order_costs_no_statement(committed_db: str) -> None:
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as queries:
        assert connection.is_usable()
    assert len(queries) == 0


def test_a_connection_that_was_hung_up_on_is_no_longer_used(committed_db: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with closing(psycopg2.connect(committed_db)) as other, other.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [pid])
    assert not connection.is_usable()
    connection.close()
    assert not connection.is_usable()
    connection.ensure_connection()
    assert connection.is_usable()


def test_news_from_the_server_is_no_hanging_up(committed_db: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("listen here")
    with closing(psycopg2.connect(committed_db)) as other, other.cursor() as cursor:
        cursor.execute("notify here")
        other.commit()
    assert connection.is_usable()
    connection.close()


def test_a_connection_whose_transaction_failed_is_not_usable(committed_db: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("select from nowhere")
        assert not connection.is_usable()
        connection.cursor().execute("select 1")
    assert connection.is_usable()


@pytest.mark.django_db
def test_the_database_is_postgresql_to_everybody() -> None:
    assert connection.vendor == "postgresql"
