"""Both sides count for themselves; equal figures mean equal contents, and a lost record shows."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from common.clock import today
from province import lines
from province.models import Delivery, ObjectDigest, PushTarget
from province.reconciliation import figures, reconcile
from tests.province.conftest import RECONCILIATION, Get, Sandbox
from tests.province.samples import add_records, agency, change, end, seal
from tests.province.test_push import send


def test_both_sides_agree_and_a_lost_record_shows(target: PushTarget, sandbox: Sandbox) -> None:
    penal = add_records(4, secret=True)
    licences = add_records(3, item="xzxk")
    seal()
    send(target)
    change(penal[0], note='更正，含 "引号"、\u2028 和 emoji 🏛')
    end(licences[2])
    seal()
    send(target)
    ours = reconcile(today())
    assert ours["settled"] and ours["items"] == sandbox.reconciliation()
    assert [(item["item"], item["count"]) for item in ours["items"]] == [("xzcf", 4), ("xzxk", 2)]

    sandbox.reset()  # the province loses everything, and gets all but one back
    target.refresh_from_db()
    Delivery.objects.all().delete()
    PushTarget.objects.update(position=target.position - 4)  # two changes, each with the version it replaced
    send(target)
    lost = sandbox.reconciliation()
    assert lost != ours["items"] and sum(int(item["count"]) for item in lost) == 1


def test_changed_contents_show_although_the_count_is_right(target: PushTarget, sandbox: Sandbox) -> None:
    rows = add_records(2)
    seal()
    send(target)
    before = figures(today())
    assert before == sandbox.reconciliation()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_creditrecord SET data = data || %s WHERE id = %s",
            [json.dumps({"CF_NR": "私下改动"}), rows[0].pk],
        )
    after = figures(today())
    assert after[0]["count"] == before[0]["count"] and after[0]["digest"] != before[0]["digest"]
    assert after != sandbox.reconciliation()


def test_a_renamed_agency_changes_no_figure(target: PushTarget) -> None:
    unit = agency(4)
    add_records(1, provider=unit)
    before = figures(today())
    unit.name = "鹤岗市更名后的局"
    unit.save()
    assert figures(today()) == before


def test_figures_are_unsettled_while_something_waits_to_be_sealed(target: PushTarget) -> None:
    add_records(1)
    assert not reconcile(today())["settled"]
    seal()
    settled = reconcile(today())
    assert settled["settled"] and settled["items"][0]["count"] == 1
    assert reconcile(today()) == settled
    add_records(1)  # kept figures must not answer for changed contents
    assert reconcile(today())["items"][0]["count"] == 2
    seal()
    assert reconcile(today())["items"][0]["count"] == 2
    cache.clear()
    assert reconcile(today())["items"][0]["count"] == 2


def test_digests_written_while_counting_neither_hide_nor_double_a_record(
    committed_target: PushTarget,
) -> None:
    add_records(2)
    seal()
    lines.write()
    assert ObjectDigest.objects.count() == 2
    add_records(3)
    seal()
    others: list[int] = []

    def meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if "province_objectdigest" in sql and not others:
            others.append(0)
            with ThreadPoolExecutor(1) as other:
                others[0] = other.submit(_in_its_own_connection, lines.write).result()
        return answer

    with connection.execute_wrapper(meanwhile):
        found = reconcile(today())
    assert others[0] >= 3 and ObjectDigest.objects.count() == 5  # the digests were written in between
    assert [item["count"] for item in found["items"]] == [5] and found["settled"]


def _in_its_own_connection(work: Callable[[], int]) -> int:
    try:
        return work()
    finally:
        connection.close()


@pytest.mark.parametrize(("days", "count"), [(-1, 0), (0, 1), (400, 1), (401, 0)])
def test_a_day_has_what_came_in_by_then_and_was_not_over(target: PushTarget, days: int, count: int) -> None:
    add_records(1)
    found = figures(today() + timedelta(days=days))
    assert sum(item["count"] for item in found) == count


def test_the_interface_answers_for_days_until_today(get: Get) -> None:
    answer = get(RECONCILIATION, date=today().isoformat())
    assert answer.json()["date"] == today().isoformat() == get(RECONCILIATION).json()["date"]
    for wrong in ((today() + timedelta(days=1)).isoformat(), "2026-13-01"):
        refused = get(RECONCILIATION, date=wrong)
        assert (refused.status_code, refused.json()["code"]) == (400, "query_invalid")
