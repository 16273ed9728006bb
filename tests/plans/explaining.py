"""How the database would answer what a request asks, as far as its plans tell: no table that grows is read whole.

Sequential scans, and joins that read one side whole, are forbidden to the planner, so that they appear only where no index
could serve; the size of the tables, statistics and chance play no part. What remains to be told apart is an index that bounds what is read from an
index that is read from end to end.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection

# Tables that grow with every hand-in: a request may never read one of them whole. Cases and clues, a few hundred a year,
# are none of them.
GROWING = frozenset(
    {
        "agencies_idempotentrequest", "blacklist_listentry", "django_session", "ledger_block", "ledger_context",
        "ledger_event", "oauth2_provider_accesstoken", "province_delivery", "province_deliveryrejection",
        "records_creditrecord", "records_intakebatch", "records_lookup", "records_recordversion", "records_rejectedrow",
        "records_subject", "records_subjectname",
    }
)  # fmt: skip
_SCANS = ("Index Scan", "Index Only Scan")
_BLOCKING = ("Sort", "Aggregate", "Hash", "HashAggregate", "Group", "WindowAgg", "Materialize")
_COUNT = re.compile(r"\bcount\(", re.IGNORECASE)
# OFFSET 0 is how a planner is told to keep two steps apart; it passes over nothing.
_OFFSET = re.compile(r"\boffset\s+(?!0\b)", re.IGNORECASE)


def faults(sql: str, plan: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a statement: OFFSET, an uncapped count, a table read whole."""
    if _OFFSET.search(sql):
        yield "OFFSET"
    tables = set(_tables(plan)) & GROWING
    if _COUNT.search(sql) and tables and not re.search(r"\blimit\b", sql, re.IGNORECASE):
        yield f"count without a cap over {', '.join(sorted(tables))}"
    yield from _read_whole(plan, stops=False)


def _tables(plan: dict[str, Any]) -> Iterator[str]:
    if "Relation Name" in plan:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _tables(part)


def _read_whole(plan: dict[str, Any], *, stops: bool) -> Iterator[str]:
    """`stops`: something above takes only the first rows, and nothing between wants all of them first."""
    kind, table = plan["Node Type"], plan.get("Relation Name", "")
    if table in GROWING:
        if kind == "Seq Scan":
            yield f"no index serves {table}"
        elif kind in _SCANS and "Index Cond" not in plan and not stops and not _partial(plan["Index Name"]):
            yield f"{table} is read to the end of {plan['Index Name']}"
    stops = kind == "Limit" or (stops and kind not in _BLOCKING)
    for part in plan.get("Plans", ()):
        yield from _read_whole(part, stops=stops)


@cache
def _partial(index: str) -> bool:
    """An index over the few rows that its own condition picks, open ones for instance, is small by itself."""
    with connection.connection.cursor() as cursor:
        cursor.execute("select indpred is not null from pg_index where indexrelid = %s::regclass", [index])
        return bool(cursor.fetchone()[0])


@contextmanager
def watched(known: set[bytes] | None = None) -> Iterator[list[tuple[str, str]]]:
    """Collects (fault, statement) of every SELECT that runs inside, prepared ones included; each of `known` was looked at."""
    known = set() if known is None else known
    found: list[tuple[str, str]] = []

    def explain(execute: Any, sql: str, params: Sequence[object] | None, many: bool, context: Any) -> Any:
        if not many and sql.lstrip(" (\n").upper().startswith(("SELECT", "WITH", "EXECUTE")):
            with connection.connection.cursor() as cursor:  # beside Django, which would watch this as well
                whole = cursor.mogrify(sql, params)
                if whole not in known:
                    known.add(whole)
                    cursor.execute(f"EXPLAIN (FORMAT JSON, COSTS OFF) {sql}", params)
                    found.extend((fault, sql) for fault in faults(sql, cursor.fetchone()[0][0]["Plan"]))
        return execute(sql, params, many, context)

    _forbid("off")
    with connection.execute_wrapper(explain):
        yield found
    _forbid("on")


def _forbid(switch: str) -> None:
    ways = (f"set local enable_{way} = {switch}" for way in ("seqscan", "hashjoin", "mergejoin"))
    with connection.cursor() as cursor:
        cursor.execute("; ".join(ways))
