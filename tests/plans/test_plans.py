"""Lists walk an index, numbers are found by theirs, and what counts as reading a table whole (P20).

That no address does is asked on the walk through the permission table (tests/permissions/test_table.py).
"""

import pytest
from django.db import connection

from agencies.choices import Role
from common.clock import today
from portal.selectors import PENALTIES, Filters, listed
from records import selectors
from tests import people
from tests.factories import make_penalty
from tests.permissions.test_table import objects, status, visitors  # noqa: F401 - a fixture
from tests.plans.explaining import watched


def test_lists_walk_an_index_in_their_order(town: None) -> None:
    """Page by page, narrowed or not, for the public and for officers: in the order of an index, never sorted whole."""
    at = today()
    officer = people.officer(Role.SUBMITTER)
    everything = people.officer(Role.AUTHORITY)
    order = ("-decision_date", "-id")
    lists = {
        "public": listed(PENALTIES, at, Filters()),
        "public, one region": listed(PENALTIES, at, Filters(region="230402")),
        "public, one kind": listed(PENALTIES, at, Filters(kind="警告")),
        "one agency": selectors.visible_to(officer),
        "everything": selectors.visible_to(everything),
        "everything, one item": selectors.filter_records(selectors.visible_to(everything), item="xzcf"),
    }
    with connection.cursor() as cursor:
        cursor.execute("set local enable_hashjoin = off; set local enable_seqscan = off")
    plans = {name: rows.order_by(*order)[:51].explain() for name, rows in lists.items()}
    for name, plan in plans.items():
        assert any(index in plan for index in ("record_item_date", "record_provider", "record_date")), (
            name,
            plan,
        )
        assert "Seq Scan" not in plan, (name, plan)


def test_a_document_number_is_found_by_its_index(db: None) -> None:
    make_penalty()
    with connection.cursor() as cursor:
        # Nobody analyses the table meanwhile: the server's own housekeeping would bring back what is deleted here.
        cursor.execute("lock table records_creditrecord in share update exclusive mode")
        cursor.execute("set local enable_seqscan = off")
        # The planner is told of a large table in which hardly two rows share a number: without knowing that it expects
        # thousands of them, and whether another index looks better depends on what tests before this one left in the pages.
        cursor.execute("delete from pg_statistic where starelid = 'records_creditrecord'::regclass")
        cursor.execute(
            "select pg_restore_relation_stats('schemaname', 'public', 'relname', 'records_creditrecord',"
            " 'reltuples', 1000000::real, 'relpages', 100000),"
            " pg_restore_attribute_stats('schemaname', 'public', 'relname', 'records_creditrecord', 'attname',"
            " 'document_number', 'inherited', false, 'null_frac', 0::real, 'avg_width', 30, 'n_distinct', -1::real)"
        )
    everything = selectors.visible_to(people.officer(Role.AUTHORITY))
    plan = (
        selectors.filter_records(everything, number="鹤罚〔2024〕7号")
        .order_by("-decision_date", "-id")[:51]
        .explain()
    )
    assert "record_number" in plan, plan


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("select id from records_subject where shown_name = 'x'", "no index serves records_subject"),
        ("select count(*) from records_creditrecord", "count without a cap over records_creditrecord"),
        ("select id from records_subject order by id offset 40 limit 20", "OFFSET"),
        (
            "select max(salt::text) from records_subject where id is not null",
            "no index serves records_subject",
        ),
        ("select id from records_subject order by id limit 20", ""),
        ("select id from records_subject where id = 5", ""),
        ("select count(*) from (select 1 from records_creditrecord where subject_id = 1 limit 9) few", ""),
    ],
)
def test_what_counts_as_a_fault(db: None, sql: str, fault: str) -> None:
    with watched() as found, connection.cursor() as cursor:
        cursor.execute(sql)
    assert fault in {one for one, _ in found} if fault else not found, found
