"""Both sides are compared; a difference is explained by what is on its way or turned down, and repaired by a button."""

import json

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from agencies.choices import Role
from common.clock import today
from ledger.tables import TABLES
from province.comparison import compare
from province.models import Comparison, PushTarget
from province.sources import wire_id
from province.tasks import compare_holdings
from tests import people
from tests.blacklist.samples import listed
from tests.province.conftest import Sandbox
from tests.province.samples import add_records, change, seal
from tests.province.test_push import send


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
    assert found == [{"item": "xzcf", "ours": 3, "theirs": 0, "waiting": 1, "rejected": 3}]


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
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
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
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
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
