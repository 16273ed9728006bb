"""No request reads a table whole, counts without end or passes over rows with OFFSET (P20), at every address there is.

The permission table names every address and who may open it; each is opened here by those who may, and every statement
it runs is explained. An address added there is held to this at once.
"""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from bench import population
from portal.selectors import PENALTIES, Filters, listed
from records import search, selectors
from tests.permissions.table import SUBJECT, TABLE, Row
from tests.permissions.test_table import objects, status, visitors  # noqa: F401 - a fixture
from tests.plans.explaining import faults, watched

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
# Reads of something that grows but slowly and is wanted whole; each with its reason.
ACCEPTED: dict[tuple[str, str], str] = {}


def _who(row: Row) -> list[str]:
    """The public, an agency's officer, one who sees everything, and each machine: those among them who may."""
    ways = ("public", "submitter", "authority", "client:records", "client:screening", "client:province")
    return [visitor for visitor in ways if row.expected.get(visitor) == 200]


@pytest.fixture
def town(db: None) -> None:
    """Enough rows for the order of an index to be worth more than a sort."""
    population.fill(subjects=2_000, records=20_000)


def test_no_address_reads_a_table_whole(town: None, objects: dict[str, str]) -> None:  # noqa: F811
    everybody = visitors(objects)
    found = set()
    for row in (one for one in [*TABLE, *MORE] if one.method == "GET"):
        for visitor in _who(row):
            cache.clear()
            with watched() as wrong:
                assert status(row, *everybody[visitor], objects) == 200, row.name
            found |= {(row.route, fault, sql) for fault, sql in wrong}
    unknown = sorted(one for one in found if one[:2] not in ACCEPTED)
    assert not unknown, "\n".join(f"{route}: {fault}\n    {sql[:600]}" for route, fault, sql in unknown)
