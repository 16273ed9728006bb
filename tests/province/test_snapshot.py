"""The snapshot and the feed together are exact; list entries travel like records; filters narrow, and never lose."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blacklist import selectors
from blacklist.services import end_entry
from common.clock import today
from ledger.tables import TABLES
from province import lines
from province.models import PushTarget
from province.naming import wire_id
from tests.blacklist.samples import listed
from tests.province.conftest import CHANGES, Get, Sandbox
from tests.province.samples import add_records, applied, change, end, seal
from tests.province.test_push import send
from tests.repair import samples as repairs

SNAPSHOT = "/api/v1/province/snapshot/"


def apply(state: dict[int, Any], items: list[dict[str, Any]]) -> None:
    for item in items:
        if item["action"] == "upsert":
            state[item["object_id"]] = item["payload"]
        else:
            state.pop(item["object_id"], None)


def feed_from(get: Get, cursor: str, state: dict[int, Any]) -> None:
    while items := (page := get(cursor=cursor, limit=3).json())["items"]:
        apply(state, items)
        cursor = page["next_cursor"]


def test_snapshot_and_feed_together_are_exact(get: Get) -> None:
    rows = add_records(7, secret=True)
    seal()
    first = get(SNAPSHOT, limit=3).json()
    state = {item["object_id"]: item["payload"] for item in first["items"]}
    change(rows[1], note="快照开始之后的更正")  # already handed out
    end(rows[6])  # not yet handed out
    late = add_records(1)[0]
    seal()
    cursor = first["next_cursor"]
    while cursor:
        page = get(SNAPSHOT, limit=3, cursor=cursor).json()
        state |= {item["object_id"]: item["payload"] for item in page["items"]}
        cursor = page["next_cursor"]
    assert page["changes_cursor"] == first["changes_cursor"]
    feed_from(get, first["changes_cursor"], state)
    whole: dict[int, Any] = {}
    feed_from(get, "0", whole)
    assert state == whole
    assert state[rows[1].pk]["CF_NR"] == "快照开始之后的更正"
    assert rows[6].pk not in state and late.pk in state


def test_a_stream_that_was_cut_goes_on_from_its_last_mark(get: Get) -> None:
    rows = add_records(4)
    seal()
    answer = get(SNAPSHOT, headers={"Accept": "application/x-ndjson"})
    *items, last = [orjson.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    held = {item["object_id"] for item in items if "object_id" in item}
    assert {row.pk for row in rows} <= held
    assert last["next_cursor"] is None and int(last["changes_cursor"]) > 0


@pytest.mark.parametrize("cursor", ["1", "2.1", "1.999999999", "a.b", "1.2.3"])
def test_a_cursor_from_elsewhere_is_refused(get: Get, cursor: str) -> None:
    answer = get(SNAPSHOT, cursor=cursor)
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


def test_the_feed_narrowed_by_item_and_day(get: Get, target: PushTarget) -> None:
    penalty, licence = add_records(1)[0], add_records(1, item="xzxk")[0]
    seal()
    only = get(item="xzxk", cursor=target.position).json()
    assert [item["object_id"] for item in only["items"]] == [licence.pk]
    assert int(only["next_cursor"]) > target.position
    recent = {item["object_id"] for item in get(since=today().isoformat()).json()["items"]}
    assert {penalty.pk, licence.pk} <= recent
    assert get(since=(today() + timedelta(days=1)).isoformat()).json()["items"] == []
    assert get(item="no-such-item").status_code == 400
    assert get(CHANGES, since="gestern").status_code == 400


def test_a_list_entry_goes_out_and_is_withdrawn(target: PushTarget, sandbox: Sandbox, get: Get) -> None:
    entry = listed()
    seal()
    send(target)
    name = wire_id(TABLES["blacklist_listentry"], entry.pk)
    held = sandbox.state(full=True)["objects"][str(name)]
    assert held["kind"] == "list_entry"
    assert held["payload"]["decision_number"] == entry.decision_number
    assert held["payload"]["subject_code"] == entry.subject.uscc
    assert name in {item["object_id"] for item in get(SNAPSHOT).json()["items"]}
    end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repair", basis="第15条")
    seal()
    assert send(target) == 1
    assert sandbox.state()["objects"][str(name)]["action"] == "withdraw"
    assert name not in {item["object_id"] for item in get(SNAPSHOT).json()["items"]}


def test_an_entry_that_begins_later_is_told_from_its_decision(target: PushTarget, sandbox: Sandbox) -> None:
    entry = repairs.listed(days=-5)
    assert entry not in selectors.listed(today())  # nor does it stand on the list here
    seal()
    send(target)
    name = wire_id(TABLES["blacklist_listentry"], entry.pk)
    payload = sandbox.state(full=True)["objects"][str(name)]["payload"]
    assert payload["effective_from"] == (today() + timedelta(days=5)).isoformat()


def test_each_object_is_told_once_ready_or_not(get: Get, target: PushTarget) -> None:
    rows = add_records(5) + add_records(2, secret=True)
    entry = repairs.listed()
    measure = applied(entry)
    change(rows[0], note="第二次")
    end(rows[1])
    seal()
    while lines.write(limit=5):
        pass
    change(rows[2], note="还没有写成现成内容")
    late = add_records(1)
    seal()
    wanted: dict[int, Any] = {}
    feed_from(get, "0", wanted)
    for size in (2, 3, 5000):
        cursor, told = "", []
        while cursor is not None:
            body = get(SNAPSHOT, limit=size, **({"cursor": cursor} if cursor else {})).json()
            told += body["items"]
            cursor = body["next_cursor"]
        assert {item["object_id"]: item["payload"] for item in told} == wanted
        assert len(told) == len(wanted) and {item["action"] for item in told} == {"upsert"}
    assert wanted.keys() >= {late[0].pk, wire_id(TABLES["sanctions_appliedmeasure"], measure.pk)}


def test_a_page_costs_the_same_queries_whatever_its_size(get: Get) -> None:
    add_records(30, secret=True)
    for _ in range(3):
        applied(repairs.listed())
    seal()
    while lines.write():
        pass
    get(SNAPSHOT)  # warm
    counts = []
    for size in (60, 5000):
        with CaptureQueriesContext(connection) as queries:
            assert len(get(SNAPSHOT, limit=size).json()["items"]) >= 30
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14
