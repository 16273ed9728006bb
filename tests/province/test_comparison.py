"""Both sides are compared; a difference is explained by what is on its way or turned down, and repaired by a button."""

import json
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from agencies.choices import Role
from common.clock import today
from ledger.tables import TABLES
from province import comparison
from province.comparison import compare
from province.models import Comparison, DailyFigure, Delivery, PushTarget
from province.naming import wire_id
from province.selectors import sent_within
from province.tasks import compare_holdings, keep_figures
from tests import people
from tests.blacklist.samples import listed
from tests.province.conftest import Sandbox
from tests.province.samples import add_records, agency, applied, change, end, seal
from tests.province.test_push import send
from tests.repair import samples as repairs


@pytest.fixture
def asked(target: PushTarget, sandbox: Sandbox, settings: Settings) -> PushTarget:
    settings.PROVINCE_RECONCILIATION_URL = f"{sandbox.url}/reconciliation"
    return target


def forget(sandbox: Sandbox, *object_ids: int) -> None:
    answer = sandbox.http.post(f"{sandbox.url}/forget", content=json.dumps({"object_ids": object_ids}))
    assert answer.json() == {"forgotten": len(object_ids)}


def test_records_and_entries_agree_on_both_sides(asked: PushTarget, sandbox: Sandbox) -> None:
    add_records(3, secret=True)
    listed()
    seal()
    send(asked)
    run = compare(target=asked)
    assert (run.error, run.differences, run.settled) == ("", [], True)
    assert run.objects_held >= 4
    assert compare_holdings() == 0


def test_a_difference_is_explained(asked: PushTarget, sandbox: Sandbox) -> None:
    rows = add_records(3)
    seal()
    sandbox.fault("reject", share=1)
    send(asked)
    sandbox.fault("none")
    change(rows[0], note="更正尚未送出")
    seal()
    found = compare(target=asked).differences
    whose = [{"agency": rows[0].provider.uscc, "ours": 3, "theirs": 0}]
    assert found == [{"item": "xzcf", "ours": 3, "theirs": 0, "waiting": 1, "rejected": 3, "agencies": whose}]


def test_what_is_late_is_counted_exactly(asked: PushTarget, sandbox: Sandbox) -> None:
    """Every object once, however long the backlog; nothing acknowledged, nothing whose end went ahead."""
    gone, kept = add_records(2)
    entry = repairs.listed()
    seal()
    send(asked)
    PushTarget.objects.filter(pk=asked.pk).update(batch_size=2)
    change(*add_records(8), note="又一次")
    change(gone, note="更正")
    applied(entry)
    end(gone)
    seal()
    sandbox.fault("refuse", times=1)
    send(asked)  # the end, which goes ahead, fails once
    assert _late(asked) == {"xzcf": 9, "measure": 1}
    Delivery.objects.filter(state="waiting").update(next_try=timezone.now())
    PushTarget.objects.filter(pk=asked.pk).update(pace=sent_within(asked, timedelta(minutes=1)) + 1)
    assert send(asked) == 2  # acknowledged: what the backlog still holds of it is left out
    assert _late(asked) == {"xzcf": 8, "measure": 1}
    PushTarget.objects.filter(pk=asked.pk).update(pace=None)
    send(asked)
    change(kept, note="还在路上")
    seal()
    forgotten = Delivery.objects.filter(target=asked).order_by("pk")[0]
    Delivery.objects.filter(pk=forgotten.pk).update(state="parked", finished_at=None)
    # of a batch set aside long ago its own objects, each once, and nothing that was acknowledged behind it
    assert _late(asked) == {"xzcf": 1, "list_entry": 1}


def _late(target: PushTarget) -> dict[str, int]:
    target.refresh_from_db()
    return comparison._on_its_way(target)


def test_what_the_other_side_lost_is_sent_again_by_a_button(
    asked: PushTarget, sandbox: Sandbox, client: Client
) -> None:
    rows = add_records(4) + add_records(1, item="xzxk")
    entry = listed()
    seal()
    send(asked)
    name = wire_id(TABLES["blacklist_listentry"], entry.pk)
    forget(sandbox, rows[1].pk, name)
    boss = people.officer(Role.AUTHORITY, username="exchange-keeper")
    client.force_login(boss)
    page = "/workbench/exchange/reconciliation/province/"
    assert client.post(page, {"compare": "1"}).status_code == 302
    text = client.get(page).content.decode()
    assert "补送这个事项" in text and "名单条目" in text and "请补送后再对账" in text
    for one in Comparison.objects.latest("id").differences:
        client.post(page, {"resend": one["item"]})
    send(asked)
    assert compare(target=asked).differences == []
    assert sandbox.state()["order_violations"] == 0
    assert "一致" in client.get(page).content.decode()
    auditor = people.officer(Role.AUDITOR)
    client.force_login(auditor)
    assert client.post(page, {"resend": "xzcf"}).status_code == 403


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://credit.example/r", "没有可用"),
        ("http://127.0.0.1:9/r", "连接失败"),
        ("{sandbox}/healthz", "无法读取"),
        ("{sandbox}/none", "404"),
    ],
)
def test_a_side_that_cannot_be_asked_is_said_so(
    asked: PushTarget, sandbox: Sandbox, settings: Settings, url: str, word: str
) -> None:
    settings.PROVINCE_RECONCILIATION_URL = url.format(sandbox=sandbox.url)
    run = compare(target=asked, on=today())
    assert word in run.error and run.differences == []


def test_a_granted_repair_is_told_and_what_led_to_it_is_not(asked: PushTarget, sandbox: Sandbox) -> None:
    record, entry = repairs.ripe_penalty(), repairs.listed()
    other = repairs.ripe_penalty()
    seal()
    send(asked)
    repairs.accepted(other)  # under way: nobody else's business
    cases = [repairs.decided(repairs.accepted(one)) for one in (record, entry)]
    seal()
    send(asked)
    held = sandbox.state(full=True)["objects"]
    told = {int(key): one for key, one in held.items() if one["kind"] == "repair"}
    assert told.keys() == {wire_id(TABLES["repair_case"], case.pk) for case in cases}
    payloads = sorted((one["payload"] for one in told.values()), key=lambda one: one["repaired"])
    assert [one["repaired"] for one in payloads] == [
        record.pk,
        wire_id(TABLES["blacklist_listentry"], entry.pk),
    ]
    assert payloads[0]["ends"] == record.shared_until.isoformat()
    assert record.document_number not in json.dumps(payloads, ensure_ascii=False)
    assert held[str(record.pk)]["action"] == "withdraw"
    assert compare(target=asked).differences == []


def test_a_difference_names_the_agency_and_the_figures_of_a_day_are_kept(
    asked: PushTarget, sandbox: Sandbox, client: Client
) -> None:
    units = [agency(0), agency(1)]
    rows = [row for unit in units for row in add_records(2, provider=unit)]
    seal()
    send(asked)
    forget(sandbox, rows[0].pk)
    [found] = compare(target=asked).differences
    assert found["agencies"] == [{"agency": units[0].uscc, "ours": 2, "theirs": 1}]
    tomorrow = today() + timedelta(days=1)
    with time_machine.travel(datetime.combine(tomorrow, time(0, 20), tzinfo=timezone.get_current_timezone())):
        assert keep_figures() == len({*units}) and keep_figures() == 0
        change(rows[0], note="次日更正")  # what was kept stays
    kept = {
        row.agency: (row.day, row.kind, row.count) for row in DailyFigure.objects.select_related("agency")
    }
    assert kept == dict.fromkeys(units, (today(), "xzcf", 2))
    client.force_login(people.officer(Role.AUTHORITY))
    page = client.get(f"/workbench/exchange/reconciliation/{asked.code}/").content.decode()
    assert f"{units[0].name}：我方应有 2 个，对方有 1 个" in page and "每日数字" in page
