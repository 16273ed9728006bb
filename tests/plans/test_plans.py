"""No request reads a table whole, counts without end or passes over rows with OFFSET (P20), at every address there is.

The permission table names every address and who may open it; each is opened here by those who may, and every statement
it runs is explained. An address added there is held to this at once.
"""

import pytest
from django.core.cache import cache
from django.db import connection

from agencies.choices import Role
from bench import population
from common.clock import today
from portal.selectors import PENALTIES, Filters, listed
from records import selectors
from tests import people
from tests.factories import make_penalty
from tests.permissions.table import TABLE
from tests.permissions.test_table import objects, status, visitors  # noqa: F401 - a fixture
from tests.permissions.visitors import SUBJECT, Row
from tests.plans.explaining import GROWING, watched

# Filters and further ways into the lists of the table.
MORE = [
    Row("portal:search", "GET", {"public": 200}, query="?q=鹤岗"),
    Row("portal:penalties", "GET", {"public": 200}, query="?kind=罚款&region=230402&since=2026-01-01"),
    Row("portal:penalties", "GET", {"public": 200}, query="?until=2024-01-01"),
    Row("portal:licences", "GET", {"public": 200}, query="?kind=普通"),
    Row("api:public-records", "GET", {"public": 200}, query="?item=xzcf"),
    Row("api:public-records", "GET", {"public": 200}, query=f"?subject={SUBJECT}"),
    Row(
        "workbench:record-list",
        "GET",
        {"submitter": 200, "authority": 200},
        query="?item=xzcf&since=2026-01-01",
    ),
    Row(
        "workbench:record-list",
        "GET",
        {"submitter": 200, "authority": 200},
        query="?number=鹤执罚〔2026〕1号",
    ),
    Row("workbench:record-list", "GET", {"submitter": 200, "authority": 200}, query="?until=2024-01-01"),
]
_OF_A_DAY = "what was delivered within the last hours, by the index of that moment"
_OF_A_PERIOD = "a report over a period, for the few who supervise; nobody's page waits for it"
_BY_DESIGN = "a digest over everything the province should hold; asked for once a day and kept an hour"
# Counts that are bounded otherwise than by a cap; each with its reason.
ACCEPTED = {
    ("metrics", "count without a cap over province_delivery"): _OF_A_DAY,
    ("metrics", "count without a cap over province_delivery, province_deliveryrejection"): _OF_A_DAY,
    ("workbench:exchange", "count without a cap over province_delivery"): _OF_A_DAY,
    (
        "workbench:exchange",
        "count without a cap over province_delivery, province_deliveryrejection",
    ): _OF_A_DAY,
    ("workbench:batch", "count without a cap over records_rejectedrow"): "the rows of one file",
    ("workbench:supervision-figures", "count without a cap over records_creditrecord"): _OF_A_PERIOD,
    (
        "workbench:supervision-figures",
        "count without a cap over records_intakebatch, records_rejectedrow",
    ): _OF_A_PERIOD,
    **{
        (page, f"count without a cap over {tables}"): _OF_A_PERIOD
        for page in ("workbench:supervision-errors", "workbench:supervision-figures")
        for tables in (
            "province_deliveryrejection",
            "records_creditrecord",
            "blacklist_listentry, records_creditrecord",
        )
    },
    ("workbench:reconciliation", "count without a cap over province_delivery"): "batches still on their way",
    ("workbench:measure-list", "count without a cap over blacklist_listentry, records_creditrecord"): (
        "measures that wait for somebody to lift them"
    ),
    (
        "workbench:consent",
        "count without a cap over records_creditrecord, records_subject",
    ): "one person's records",
    ("api:province-reconciliation", "records_subject is read to the end of records_subject_pkey"): _BY_DESIGN,
    ("api:province-reconciliation", "records_creditrecord is read to the end of record_provider"): _BY_DESIGN,
    ("api:province-reconciliation", "no index serves records_creditrecord"): _BY_DESIGN,
    ("portal:penalties", "records_subject is read to the end of records_subject_pkey"): (
        "with a region, a small town's plan begins at its subjects; tests below look at a large one's"
    ),
}


def _who(row: Row) -> list[str]:
    """The public, an agency's officer, one who sees everything, and each machine: those among them who may."""
    ways = ("public", "submitter", "authority", "client:records", "client:screening", "client:province")
    return [visitor for visitor in ways if row.expected.get(visitor) == 200]


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


@pytest.mark.long
def test_no_address_reads_a_table_whole(town: None, objects: dict[str, str]) -> None:  # noqa: F811
    everybody = visitors(objects)
    found, known = set(), set[bytes]()
    for row in (one for one in [*TABLE, *MORE] if one.method == "GET"):
        for visitor in _who(row):
            cache.clear()
            with watched(known) as wrong:
                assert status(row, *everybody[visitor], objects) == 200, row.name
            found |= {(row.route, fault, sql) for fault, sql in wrong}
    unknown = sorted(one for one in found if one[:2] not in ACCEPTED)
    assert not unknown, "\n".join(f"{route}: {fault}\n    {sql[:600]}" for route, fault, sql in unknown)


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
        cursor.execute("set local enable_seqscan = off")
        # The planner is told of a large table: while it knows of next to no rows, every index looks as good as the other.
        cursor.execute("delete from pg_statistic where starelid = 'records_creditrecord'::regclass")
        cursor.execute(
            "update pg_class set reltuples = 1000000, relpages = 1 where relname = 'records_creditrecord'"
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
