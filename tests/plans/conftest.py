"""A town large enough for plans to say something."""

import pytest
from django.db import connection

from bench import population
from tests.plans.explaining import GROWING


@pytest.fixture
def town(db: None) -> None:
    """Enough rows for the order of an index to be worth more than a sort.

    Of the other tables the planner is told nothing, as if they had never been analysed: whether autovacuum came by while the
    suite ran must not decide whether reading a table whole looks cheaper than looking one row up. Only of contexts, which
    tests write few of, it is told that there are many.

    The tables are first written anew, for the planner also looks at how large they are, and what tests before this one
    took back still lies in them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select indrelid::regclass::text, relname from pg_index join pg_class on oid = indexrelid"
            " where indisprimary and relnamespace = 'public'::regnamespace"
        )
        for table, key in cursor.fetchall():
            cursor.execute(f"cluster {table} using {key}")
    population.fill(subjects=1_000, records=8_000)
    unknown = sorted(GROWING - {"records_creditrecord", "records_subject"})
    with connection.cursor() as cursor:
        cursor.execute("delete from pg_statistic where starelid = any(%s::text[]::regclass[])", [unknown])
        cursor.execute("update pg_class set reltuples = -1, relpages = 0 where relname = any(%s)", [unknown])
        cursor.execute(
            "update pg_class set reltuples = 1000000, relpages = 1 where relname = 'ledger_context'"
        )
