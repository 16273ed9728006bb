"""One honour: withdrawn and put right by the body that evaluated, in every channel, with its history."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.choices import Role
from blacklist import services
from blacklist.imports import services as deliveries
from blacklist.models import HonourChange, HonourEntry
from blacklist.selectors_honours import in_force
from common.clock import today
from common.gates import Refused
from ledger import selectors as ledger
from ledger.tables import TABLES
from tests import people
from tests.factories import invented_uscc
from tests.imports.samples import approve, as_csv, authority, clerk, upload

pytestmark = pytest.mark.django_db
TAX = "hg-taxation"
ADDRESS = "/workbench/lists/honours/"
HEADER = (
    "纳税人名称",
    "纳税人识别号",
    "评定机关",
    "决定文书号",
    "评价日期",
    "评价结果",
    "列入日期",
    "列入期限至",
    "评价年度",
)


def hand_in(*numbers: int, **other: str) -> None:
    """The tax authority's list of those with an A, as it stands."""
    lines = [
        {
            "纳税人名称": f"鹤岗市松涛{number}号商贸有限公司",
            "纳税人识别号": invented_uscc(60_000 + number),
            "评定机关": people.agency(TAX).name,
            "决定文书号": f"2025年度公告第{number}号",
            "评价日期": "2026-04-20",
            "评价结果": "2025年度纳税信用A级",
            "列入日期": "2026-04-20",
            "列入期限至": "2027-04-19",
            "评价年度": "2025",
        }
        | other
        for number in numbers
    ]
    delivery = deliveries.receive(
        source_code="sw-najsnsr",
        agency=people.agency(TAX),
        officer=clerk(TAX),
        upload=upload(as_csv(lines, HEADER)),
    )
    deliveries.process(delivery.pk)
    delivery.refresh_from_db()
    if delivery.status == "held":
        approve(delivery)
    delivery.refresh_from_db()
    assert delivery.status == "applied"


def one() -> HonourEntry:
    hand_in(1)
    return HonourEntry.objects.select_related("subject").get()


def browser(officer: people.Officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def evaluator() -> Client:
    return browser(people.officer(Role.REVIEWER, code=TAX))


def test_who_evaluated_withdraws_it_and_no_later_delivery_brings_it_back(client: Client) -> None:
    honour, page = one(), evaluator()
    public = f"/lists/honours/{honour.public_id}/"
    assert client.get(public).status_code == 200
    assert "撤销或者退出" in page.get(f"{ADDRESS}{honour.public_id}/").content.decode()
    sent = {"on": today().isoformat(), "reason": "撤销评定结果", "basis": "鹤税撤〔2026〕1号"}
    other = page.post(f"{ADDRESS}{honour.public_id}/end/", sent | {"reason": "随意"}).content.decode()
    assert "主体申请退出" in other and client.get(public).status_code == 200, "the list lays down the reasons"
    assert page.post(f"{ADDRESS}{honour.public_id}/end/", sent).status_code == 302
    assert client.get(public).status_code == 404 and not in_force(today()).exists()
    assert client.get("/api/v1/public/honours/?scheme=najsnsr").json()["items"] == []
    assert client.get(f"/subjects/{honour.subject.public_id}/").status_code == 404
    hand_in(1)  # the source says the same again
    assert not in_force(today()).exists()
    # its history stays for those entitled: when, by whom, on which paper
    shown = page.get(f"{ADDRESS}{honour.public_id}/").content.decode()
    assert "鹤税撤〔2026〕1号" in shown and "周立秋" in shown and "/end/" not in shown
    assert in_force(today() - timedelta(days=1)).exists()
    assert ledger.history(TABLES["blacklist_honourentry"], honour.pk)


def test_it_is_put_right_and_may_end_earlier_but_not_later(client: Client) -> None:
    honour, page = one(), evaluator()
    sent = {
        "on": today().isoformat(),
        "reason": "评价结果写错",
        "basis": "鹤税更〔2026〕1号",
        "new_reason": "2025年度纳税信用A级（更正）",
        "ends_on": (today() + timedelta(days=9)).isoformat(),
    }
    assert page.post(f"{ADDRESS}{honour.public_id}/modify/", sent).status_code == 302
    shown = client.get(f"/lists/honours/{honour.public_id}/").content.decode()
    assert "2025年度纳税信用A级（更正）" in shown
    assert in_force(today() + timedelta(days=9)).exists()
    assert not in_force(today() + timedelta(days=10)).exists()
    later = page.post(f"{ADDRESS}{honour.public_id}/modify/", sent | {"ends_on": "2040-01-01"})
    assert later.status_code == 200 and "只能缩短" in later.content.decode()
    change = HonourChange.objects.get()
    assert (change.kind, change.before["reason"]) == ("modified", "2025年度纳税信用A级")


@pytest.mark.parametrize(
    ("role", "code", "status"), [("authority", "", 403), ("reviewer", "", 404), ("submitter", TAX, 403)]
)
def test_nobody_else_does(role: str, code: str, status: int) -> None:
    honour = one()
    other = authority() if role == "authority" else people.officer(Role(role), code=code, username="other")
    page = browser(other)
    assert page.get(f"{ADDRESS}{honour.public_id}/end/").status_code == status
    sent = {"on": today().isoformat(), "reason": "更正", "basis": "鹤税更〔2026〕1号"}
    assert page.post(f"{ADDRESS}{honour.public_id}/end/", sent).status_code == status
    assert in_force(today()).exists()


def test_what_was_withdrawn_stays_so_and_the_history_is_written_once() -> None:
    honour = one()
    services.end_honour(officer=None, honour_id=honour.pk, on=today(), reason="更正", basis="1号")
    services.end_honour(
        officer=None, honour_id=honour.pk, on=today() + timedelta(days=5), reason="更正", basis="2号"
    )
    assert HonourChange.objects.count() == 1
    with pytest.raises(Refused, match="entry_not_longer"):
        services.modify_honour(
            officer=None, honour_id=honour.pk, on=today(), text=services.EntryText(reason="又是"), reason="更正", basis="3号",
        )  # fmt: skip
    for statement in (
        "update blacklist_honourentry set ended_on = null, end_reason = ''",
        "update blacklist_honourentry set subject_id = subject_id + 1",
        "update blacklist_honourchange set reason = ''",
        "delete from blacklist_honourchange",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_a_delivery_changes_or_drops_is_in_the_history_too() -> None:
    hand_in(*range(1, 31))
    hand_in(*range(1, 30), 评价结果="2025年度纳税信用A级（调整）")
    kinds = list(HonourChange.objects.values_list("kind", flat=True))
    assert (kinds.count("modified"), kinds.count("ended")) == (29, 1)


@pytest.mark.parametrize("more", [1, 40])
def test_the_list_takes_the_same_statements_however_long(more: int) -> None:
    hand_in(*range(1, more + 1))
    page = evaluator()
    page.get(ADDRESS)
    with CaptureQueriesContext(connection) as queries:
        assert f"松涛{more}号" in page.get(ADDRESS).content.decode()
    assert len(queries) == 4


def test_until_when_it_holds_is_read_from_its_dates() -> None:
    honour = one()
    last = date(2027, 4, 19)
    assert (
        honour.ends_on == last and in_force(last).exists() and not in_force(last + timedelta(days=1)).exists()
    )
