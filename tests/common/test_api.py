"""The base of the API views: JSON in and out, strict parameters, cursors over real rows, the public rate limit."""

import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import orjson
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.functional import lazystr
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisConnectionError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from common import api
from common.api import PublicAPIView, body_object, query_choice, query_date, query_int, query_limit
from common.json import MAX_DEPTH, json_bytes, parse_json
from common.models import CalendarDay
from common.pagination import decode_cursor, encode_cursor, keyset_page
from common.problems import Problem

factory = APIRequestFactory()


class Echo(PublicAPIView):
    query_parameters = frozenset({"on", "limit", "cursor", "format", "kind"})

    def get(self, request: Request) -> Response:
        kind = query_choice(request, "kind", frozenset({"法人", "自然人"}))
        small = query_int(request, "cursor", default=7, minimum=-2, maximum=9)
        return Response(
            {"on": query_date(request, "on"), "limit": query_limit(request), "kind": kind, "small": small}
        )

    def post(self, request: Request) -> Response:
        return Response(body_object(request), status=201)


def _get(query: str, **headers: str) -> HttpResponse:
    response = Echo.as_view()(factory.get(f"/api/v1/echo/{query}", headers=headers or None))
    if isinstance(response, Response):
        response.render()
    return response


def _post(body: bytes, content_type: str = "application/json") -> HttpResponse:
    response = Echo.as_view()(factory.generic("POST", "/api/v1/echo/", body, content_type))
    if isinstance(response, Response):
        response.render()
    return response


def _problem(response: HttpResponse) -> tuple[int, str]:
    return response.status_code, orjson.loads(response.content)["code"]


# --- query parameters ----------------------------------------------------------------------------------


def test_known_parameters_are_read() -> None:
    response = _get("?on=2026-03-01&limit=5&kind=法人&cursor=-2")
    assert response["Content-Type"] == "application/json"
    assert orjson.loads(response.content) == {"on": "2026-03-01", "limit": 5, "kind": "法人", "small": -2}
    assert orjson.loads(_get("").content) == {"on": None, "limit": 100, "kind": "", "small": 7}


def test_an_unknown_parameter_is_named() -> None:
    response = _get("?limits=5")
    body = orjson.loads(response.content)
    assert _problem(response) == (400, "query_unknown")
    assert "limits" in body["detail"] and body["errors"][0]["pointer"] == "?limits"


@pytest.mark.parametrize(
    "query",
    [
        "?on=2026-02-30",
        "?on=20260301",
        "?on=2026-3-1",
        "?on=",
        "?on=2026-W10-1",
        "?on=２０２６-03-01",
        "?limit=0",
        "?limit=1001",
        "?limit=5.0",
        "?limit=",
        "?limit=٣",
        "?limit=" + "9" * 5000,
        "?kind=其他",
        "?kind=a%00b",
        "?limit=1&limit=2",
    ],
)
def test_a_wrong_value_is_refused(query: str) -> None:
    assert _problem(_get(query)) == (400, "query_invalid")


def test_format_is_a_parameter_like_any_other_and_accept_decides() -> None:
    assert _get("?format=xlsx").status_code == 200
    assert _problem(_get("", Accept="text/csv")) == (406, "not_acceptable")


# --- bodies --------------------------------------------------------------------------------------------


def test_a_body_goes_through_unharmed() -> None:
    body = {"item": "xzcf", "fields": {"CF_SY": "无照经营\n第二行", "n": 1, "deep": [[["x"]]]}}
    response = _post(orjson.dumps(body))
    assert response.status_code == 201 and orjson.loads(response.content) == body


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"{", "application/json", (400, "body_malformed")),
        (b"\xff\xfe", "application/json", (400, "body_malformed")),
        (b"[1]", "application/json", (400, "body_malformed")),
        (b'{"a": NaN}', "application/json", (400, "body_malformed")),
        (rb'{"a": "x\u0000y"}', "application/json", (400, "body_malformed")),
        (rb'{"\u0000": 1}', "application/json", (400, "body_malformed")),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "application/json", (400, "body_malformed")),
        (b"[" * 100_000, "application/json", (400, "body_malformed")),
        (b"a=1", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
    ],
)
def test_a_body_that_cannot_be_used_is_a_problem(
    body: bytes, content_type: str, expected: tuple[int, str]
) -> None:
    assert _problem(_post(body, content_type)) == expected


def test_a_body_too_large_is_refused(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    response = _post(b'{"a": "' + b"x" * 1024 * 1024 + b'"}')
    assert _problem(response) == (413, "body_too_large")
    assert "1MB" in orjson.loads(response.content)["detail"]


def test_an_escaped_backslash_is_not_a_nul_and_repeated_keys_take_the_last() -> None:
    assert parse_json(rb'{"a": "\\u0000", "a": "C:\\u0000x"}') == {"a": r"C:\u0000x"}
    assert parse_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    assert parse_json(orjson.dumps([{"n": number} for number in range(200)]))
    with pytest.raises(Problem):
        parse_json(b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2))


def test_json_keeps_decimals_dates_and_ready_made_parts() -> None:
    moment = datetime(2026, 3, 1, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    value = {
        "amount": Decimal("0.200000"),
        "on": date(2026, 3, 1),
        "at": moment,
        "label": lazystr("罚款"),
        "set": frozenset({"b", "a"}),
        "part": orjson.Fragment(b'{"a":1}'),
        1: "number",
    }
    assert json_bytes(value).decode() == (
        '{"amount":"0.200000","on":"2026-03-01","at":"2026-03-01T08:30:00+08:00","label":"罚款",'
        '"set":["a","b"],"part":{"a":1},"1":"number"}'
    )

    class Row(Mapping[str, int]):
        def __getitem__(self, key: str) -> int:
            return {"a": 1}[key]

        def __iter__(self) -> object:  # type: ignore[override]
            return iter(["a"])

        def __len__(self) -> int:
            return 1

    assert json_bytes(Row()) == b'{"a":1}'
    with pytest.raises(TypeError, match="object"):
        json_bytes(object())
    renderer = api.StrictQuery().get_renderers()[0]
    assert renderer.render(None) == b"" and renderer.render(b'{"ready":1}') == b'{"ready":1}'


# --- cursors -------------------------------------------------------------------------------------------

scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)


@given(st.lists(scalars, min_size=1, max_size=4))
def test_a_cursor_gives_back_what_went_in(values: list[object]) -> None:
    cursor = encode_cursor(values)
    assert decode_cursor(cursor, len(values)) == values
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.text(max_size=40))
def test_no_invented_cursor_breaks_anything(cursor: str) -> None:
    try:
        assert len(decode_cursor(cursor, 1)) == 1
    except Problem as problem:
        assert (problem.status, problem.code) == (400, "cursor_invalid")


def _days(count: int) -> list[date]:
    CalendarDay.objects.all().delete()
    saturday = date(2030, 1, 5)
    days = [saturday + timedelta(weeks=week) for week in range(count)]
    CalendarDay.objects.bulk_create(
        [CalendarDay(date=day, is_workday=True, note=str(day.month)) for day in days]
    )
    return days


def _walk(order: tuple[str, ...], limit: int) -> list[object]:
    seen: list[object] = []
    cursor: str | None = None
    while True:
        page = keyset_page(
            CalendarDay.objects.all(), order=order, cursor=cursor, limit=limit, serialize=lambda row: row.date
        )
        assert isinstance(page["items"], list) and len(page["items"]) <= limit
        seen += page["items"]
        cursor = page["next_cursor"]  # type: ignore[assignment]
        if cursor is None:
            return seen


@pytest.mark.parametrize("limit", [1, 3, 23, 24, 25, 100])
@pytest.mark.parametrize("order", [("id",), ("-id",), ("pk",), ("date",), ("note", "date"), ("-note", "-id")])
def test_pages_give_every_row_once_and_in_order(db: None, order: tuple[str, ...], limit: int) -> None:
    days = _days(24)
    seen = _walk(order, limit)
    assert sorted(seen) == days
    assert seen == [row.date for row in CalendarDay.objects.order_by(*order)]


def test_rows_added_or_removed_meanwhile_shift_nothing(db: None) -> None:
    days = _days(10)
    first = keyset_page(
        CalendarDay.objects.all(), order=("date",), cursor=None, limit=4, serialize=lambda row: row.date
    )
    CalendarDay.objects.filter(date=days[1]).delete()
    CalendarDay.objects.create(date=date(2029, 1, 6), is_workday=True)
    cursor = first["next_cursor"]
    second = keyset_page(
        CalendarDay.objects.values("date"),
        order=("date",),
        cursor=str(cursor),
        limit=4,
        serialize=lambda row: row["date"],
    )
    assert second["items"] == days[4:8]


def test_a_page_is_one_statement_without_offset_or_count(db: None) -> None:
    _days(10)
    cursor = encode_cursor(["1", "2030-01-12"])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        keyset_page(CalendarDay.objects.all(), order=("note", "date"), cursor=cursor, limit=4, serialize=str)
    assert len(queries) == 1
    sql = queries[0]["sql"].upper()
    assert "OFFSET" not in sql and "COUNT(" not in sql and "ROW(" in sql


@pytest.mark.parametrize(
    "values",
    [["x"], [None], [2**70], ["1\0"], [[1]], [1, 2], [1.5e300], [{"a": 1}]],
)
def test_a_cursor_from_elsewhere_is_refused_before_it_reaches_the_database(
    db: None, values: list[object]
) -> None:
    raw = orjson.dumps(values) if values != [2**70] else b"[%d]" % 2**70
    from base64 import urlsafe_b64encode

    for order in ("id", "date", "note"):
        if (
            order == "note"
            and isinstance(values[0], str | int | float)
            and len(values) == 1
            and values != ["1\0"]
        ):
            continue
        with pytest.raises(Problem) as caught:
            keyset_page(
                CalendarDay.objects.all(),
                order=(order,),
                cursor=urlsafe_b64encode(raw).decode(),
                limit=5,
                serialize=str,
            )
        assert caught.value.code == "cursor_invalid"


def test_a_list_runs_in_one_direction(db: None) -> None:
    with pytest.raises(ValueError, match="direction"):
        keyset_page(CalendarDay.objects.all(), order=("-date", "id"), cursor=None, limit=5, serialize=str)


# --- rate limit ----------------------------------------------------------------------------------------


@pytest.fixture
def three_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.PublicThrottle, "get_rate", lambda self: "3/min")


def _from(address: str, forwarded: str = "") -> HttpResponse:
    extra = {"REMOTE_ADDR": address} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    return Echo.as_view()(factory.get("/api/v1/echo/", **extra))


def test_rules_and_block_heads_are_counted_apart(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        api.PublicThrottle, "get_rate", lambda self: f"{'3' if self.scope == 'public' else '99'}/min"
    )
    about_somebody = [client.get("/api/v1/public/subjects/", {"q": "煤业"}).status_code for _ in range(4)]
    assert about_somebody == [200, 200, 200, 429]
    for path in ("catalog/items/", "measures/", "list-schemes/", "ledger/blocks/"):
        assert client.get(f"/api/v1/{path}").status_code == 200, path


def test_the_fourth_request_of_a_minute_waits(three_a_minute: None) -> None:
    with time_machine.travel("2026-03-01T00:00:20Z", tick=False) as clock:
        assert [_from("10.1.2.3").status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = _from("10.1.2.3")
        assert _problem(refused) == (429, "throttled") and refused["Retry-After"] == "65"
        assert _from("10.1.2.4").status_code == 200
        clock.shift(59)
        assert _from("10.1.2.3").status_code == 429
        clock.shift(6)
        assert [_from("10.1.2.3").status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize("begin", [0, 23, 59])
def test_no_minute_passes_more_than_its_rate(three_a_minute: None, begin: int) -> None:
    """Wherever the minute begins: there is no edge at which twice as many get through."""
    passed: list[float] = []
    with time_machine.travel(f"2026-03-01T00:00:{begin:02d}Z", tick=False) as clock:
        for _ in range(180):
            passed += [time.time()] * sum(_from("10.1.2.3").status_code == 200 for _ in range(2))
            clock.shift(1)
    assert len(passed) >= 6
    assert all(sum(start <= moment < start + 60 for moment in passed) <= 3 for start in passed)


def test_who_waits_as_told_gets_through(three_a_minute: None) -> None:
    with time_machine.travel("2026-03-01T00:00:20Z", tick=False) as clock:
        _from("10.1.2.3")
        clock.shift(30)
        assert [_from("10.1.2.3").status_code for _ in range(3)] == [200, 200, 429]
        clock.shift(int(_from("10.1.2.3")["Retry-After"]))
        assert [_from("10.1.2.3").status_code for _ in range(2)] == [200, 429]


def test_an_invented_forwarding_header_does_not_help(three_a_minute: None) -> None:
    with time_machine.travel("2026-03-01T00:00:20Z", tick=False):
        answers = [_from("10.1.2.3", f"172.16.0.{number}").status_code for number in range(4)]
    assert answers[-1] == 429


def test_behind_a_proxy_the_client_counts_and_ipv6_by_household(
    three_a_minute: None, settings: Settings
) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    with time_machine.travel("2026-03-01T00:00:20Z", tick=False):
        assert [_from("10.0.0.1", f"spoof, 172.16.0.{n}").status_code for n in range(4)] == [200] * 4
        assert [_from("10.0.0.1", f"2001:db8:1:2::{n}").status_code for n in range(1, 5)][-1] == 429
        assert _from("10.0.0.1", "2001:db8:1:3::1").status_code == 200
        assert [_from("10.0.0.1", "nonsense").status_code for _ in range(4)][-1] == 429


def test_the_configured_rate_is_used(settings: Settings) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"public": "1/min"}}
    with time_machine.travel("2026-03-01T00:00:20Z", tick=False):
        assert [_from("10.1.2.3").status_code for _ in range(2)] == [200, 429]
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"public": None}}
    assert [_from("10.1.2.3").status_code for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("failure", [RedisConnectionError("gone"), ValueError("key not found")])
def test_without_a_cache_the_public_is_still_served(
    three_a_minute: None, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(key: str) -> int:
        raise failure

    monkeypatch.setattr(cache, "incr", fail)
    assert [_from("10.1.2.3").status_code for _ in range(5)] == [200] * 5
