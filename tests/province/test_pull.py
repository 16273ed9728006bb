"""The change feed: complete, in order, with today's contents, at a constant number of queries."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from ledger.selectors import head, last_position
from province import feed
from tests.province.conftest import CHANGES, RECONCILIATION, Get, token
from tests.province.samples import add_records, agency, change, end, seal


def test_pages_follow_each_other_to_the_end(get: Get) -> None:
    start = last_position()
    rows = add_records(5, secret=True)
    change(rows[0], note="更正")
    end(rows[1])
    seal()
    cursor, seen = str(start), []
    for _ in range(4):
        body = get(cursor=cursor, limit=2).json()
        seen += body["items"]
        cursor = body["next_cursor"]
    assert [item["object_id"] for item in seen] == [*(row.pk for row in rows), rows[0].pk, rows[1].pk]
    positions = [item["position"] for item in seen]
    assert positions == sorted(set(positions)) and all(item["event_id"] == item["position"] for item in seen)
    assert [item["action"] for item in seen] == [
        "upsert",
        "withdraw",
        "upsert",
        "upsert",
        "upsert",
        "upsert",
        "withdraw",
    ]
    assert seen[0]["payload"] == seen[5]["payload"] and seen[0]["payload"]["CF_NR"] == "更正"  # newest state
    assert seen[2]["payload"]["CF_FRDB_ZJHM"].startswith("23040119800101")
    assert all((item["payload"] is None) == (item["action"] == "withdraw") for item in seen)
    newest = head()
    assert newest is not None
    final = get(cursor=cursor).json()
    assert final["items"] == [] and final["next_cursor"] == cursor == str(last_position())
    assert final["ledger_head"]["hash"] == newest.hash


def test_changes_of_other_tables_only_move_the_cursor(get: Get) -> None:
    start = last_position()
    unit = agency(3)
    unit.sectors = ["市场监管"]
    unit.save()
    seal()
    body = get(cursor=start).json()
    assert body["items"] == [] and int(body["next_cursor"]) == last_position() > start


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"cursor": "abc"}, "cursor_invalid"),
        ({"cursor": "-1"}, "cursor_invalid"),
        ({"cursor": "999999999"}, "cursor_invalid"),  # of another ledger: going on would miss everything
        ({"cursor": "9" * 30}, "cursor_invalid"),
        ({"limit": "0"}, "query_invalid"),
        ({"limit": "5001"}, "query_invalid"),
        ({"page": "2"}, "query_unknown"),
    ],
)
def test_queries_that_make_no_sense_are_refused(get: Get, query: dict[str, str], code: str) -> None:
    answer = get(**query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_only_the_provinces_scope_may_read(get: Get, client: Client) -> None:
    other = {"Authorization": f"Bearer {token('records:submit')}"}
    for path in (CHANGES, RECONCILIATION):
        assert client.get(path).status_code == 401
        assert client.get(path, headers=other).status_code == 403
        assert get(path).status_code == 200


def test_nothing_new_costs_a_304(get: Get) -> None:
    rows = add_records(1)
    seal()
    first = get()
    tag = {"If-None-Match": first["ETag"]}
    assert first["ETag"].startswith('W/"') and "Authorization" in first["Vary"]
    again = get(headers=tag)
    assert again.status_code == 304 and not again.content
    assert get(headers=tag, limit=7).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert get(headers=tag).status_code == 304
    change(rows[0], note="更正")
    seal()
    assert get(headers=tag).status_code == 200


def test_a_page_costs_the_same_queries_whatever_its_size(
    get: Get, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    start = last_position()
    add_records(60, secret=True)
    seal()
    get(limit=1)  # warm: content types and the like
    for limit in (2, 60):
        # token, agency; last position; events, kinds, contents; ledger head
        with django_assert_num_queries(7):
            assert len(get(cursor=start, limit=limit).json()["items"]) == limit


def stream(get: Get, **query: object) -> list[dict[str, Any]]:
    answer: Any = get(headers={"Accept": "application/x-ndjson"}, **query)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/x-ndjson"
    return [orjson.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def test_lines_say_the_same_as_pages(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "CHUNK", 3)
    start = last_position()
    rows = add_records(8, secret=True)
    end(rows[2])
    seal()
    page = get(cursor=start).json()
    *items, last = stream(get, cursor=start)
    assert items == page["items"]
    assert last == {"next_cursor": page["next_cursor"], "ledger_head": page["ledger_head"]}
    *items, last = stream(get, cursor=start, limit=4)
    assert items == page["items"][:4] and last["next_cursor"] == str(items[-1]["position"])
    assert stream(get, cursor=last["next_cursor"], limit=100_000)[:-1] == page["items"][4:]
    refused = get(headers={"Accept": "application/x-ndjson"}, limit=100_001)
    assert (refused.status_code, refused.json()["code"]) == (400, "query_invalid")


def test_what_is_sealed_during_a_stream_belongs_to_the_next(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "CHUNK", 2)
    start = last_position()
    add_records(4)
    seal()
    lines = feed.lines(start, 100, last_position())
    chunks = [next(lines)]
    later = add_records(3)
    seal()
    chunks += lines
    *items, last = [orjson.loads(line) for line in b"".join(chunks).splitlines()]
    assert len(items) == 4
    assert [item["object_id"] for item in get(cursor=last["next_cursor"]).json()["items"]] == [
        row.pk for row in later
    ]
