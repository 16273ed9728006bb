"""What the walk through the permission table opens beyond it, whose statements it explains, and what is accepted of them."""

from tests.permissions.visitors import SUBJECT, Row

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
    *(
        Row(route, "GET", {"submitter": 200, "authority": 200}, query=query)
        for routes, queries in (
            (
                ("workbench:record-list", "workbench:record-list-file"),
                ("?sort=decided", "?sort=decided&item=xzcf"),
            ),
            (
                ("workbench:batch-list", "workbench:batch-list-file"),
                (
                    "?sort=handed",
                    "?item=xzcf&status=done&file=处罚",
                    "?since=2026-01-01&until=2026-11-20",
                ),
            ),
        )
        for route in routes
        for query in queries
    ),
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


_WAYS = ("public", "submitter", "authority", "client:records", "client:screening", "client:province")


def explained(row: Row, visitor: str) -> bool:
    """The public, an agency's officer, one who sees everything, and each machine: of those who may, every statement is explained."""
    return row.method == "GET" and visitor in _WAYS and row.expected[visitor] == 200
