"""Sources and deliveries as officers meet them, and by machine; silent and empty sources raise a clue."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY

from agencies.choices import Role, Scope
from blacklist.imports import services
from blacklist.imports.selectors import source_states
from blacklist.models import HonourEntry, ImportSource, ListDelivery, ListEntry
from blacklist.selectors import in_force
from blacklist.selectors_honours import in_force as honoured
from common.clock import today
from supervision.models import Clue
from supervision.services import refresh
from tests import people
from tests.clauses import STANDARD
from tests.imports.samples import (
    SOURCE,
    approve,
    as_csv,
    authority,
    clerk,
    deliver,
    row,
    rows,
    standing,
    upload,
)

pytestmark = pytest.mark.django_db
SOURCES = "/workbench/lists/sources/"


def signed_in(officer: people.Officer) -> Client:
    browser = Client()
    browser.force_login(officer)
    return browser


def test_the_provider_hands_in_and_the_authority_lets_it_through() -> None:
    court, boss = signed_in(clerk()), signed_in(authority())
    answer = court.post(f"{SOURCES}zy-sxbzxr/", {"file": upload(as_csv([*rows(12), row(13, 列入事由="")]))})
    address = answer.headers["Location"]
    delivery = ListDelivery.objects.get()
    services.process(delivery.pk)
    page = boss.get(address).content.decode()
    assert "首次来数12条" in page and "将新增 12 条" in page and "鹤岗市松涛1号商贸有限公司" in page
    assert STANDARD not in page and "第3条：如实采集信息并推送" in page, "a list is not double publicity"
    assert "核对结果" in page and "核对结果" not in court.get(address).content.decode()
    back = b"".join(boss.get(f"{address}refusals/").streaming_content).decode()  # type: ignore[attr-defined]
    assert "field_required" in back and "松涛13号" in back and STANDARD not in back
    assert "请写明核对意见" in boss.post(address, {"approve": "yes", "reason": ""}).content.decode()
    assert boss.post(address, {"approve": "yes", "reason": "已电话核对"}).status_code == 302
    services.process(delivery.pk)
    assert in_force(today()).count() == 12
    assert "已应用" in court.get(address).content.decode()


def test_what_is_wrong_with_a_file_is_said_beside_it() -> None:
    court = signed_in(clerk())
    answer = court.post(f"{SOURCES}zy-sxbzxr/", {"file": upload(b"%PDF-1.7", "x.csv")})
    assert "PDF" in answer.content.decode() and not ListDelivery.objects.exists()
    assert court.post("/workbench/lists/sources/rs-tqnmggz/", {}).status_code == 404


def test_the_authority_sets_how_a_source_is_watched() -> None:
    boss = signed_in(authority())
    asked = {"rhythm_days": "10", "hold_percent": "30", "hold_floor": "3", "active": "on"}
    assert "请写明办理依据" in boss.post(f"{SOURCES}zy-sxbzxr/", asked | {"reason": ""}).content.decode()
    assert boss.post(f"{SOURCES}zy-sxbzxr/", asked | {"reason": "与法院商定"}).status_code == 302
    assert ImportSource.objects.get(code="zy-sxbzxr").hold_percent == 30


def test_a_machine_hands_in_and_asks_what_became_of_it() -> None:
    court = people.client(Scope.RECORDS_SUBMIT, code="hg-zhongyuan")
    headers = people.bearer(court)
    answer = Client().post(
        "/api/v1/list-deliveries/", {"source": "zy-sxbzxr", "file": upload(as_csv(rows(3)))}, headers=headers
    )
    assert answer.status_code == 202
    delivery = ListDelivery.objects.get()
    services.process(delivery.pk)
    told = Client().get(f"/api/v1/list-deliveries/{answer.json()['id']}/", headers=headers).json()
    assert (told["status"], told["added"], told["source"]) == ("applied", 3, "zy-sxbzxr")
    stranger = people.bearer(people.client(Scope.RECORDS_SUBMIT))
    assert Client().get(f"/api/v1/list-deliveries/{delivery.public_id}/", headers=stranger).status_code == 404
    refused = Client().post(
        "/api/v1/list-deliveries/", {"source": "zy-sxbzxr", "file": upload(as_csv(rows(3)))}, headers=stranger
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "provider_not_authorised")


def test_a_silent_source_is_an_alarm_until_a_list_comes() -> None:
    ImportSource.objects.exclude(code="zy-sxbzxr").update(active=False)
    ImportSource.objects.update(expected_from=today() - timedelta(days=8), rhythm_days=7)
    (state,) = source_states(today())
    assert state.missing and state.alarm and state.due == today() - timedelta(days=1)
    refresh(on=today())
    clue = Clue.objects.get(kind="list_missing")
    assert clue.agency == people.agency("hg-zhongyuan")
    assert "至今没有采用新的名单" in signed_in(authority()).get(SOURCES).content.decode()
    assert Client().get("/readyz").json()["lists_fresh"] is False
    standing(12)
    refresh(on=today())
    refresh(on=today())
    clue.refresh_from_db()
    assert clue.state == "closed" and Clue.objects.filter(kind="list_missing").count() == 1
    assert Client().get("/readyz").json()["lists_fresh"] is True


def test_an_empty_list_raises_a_clue_and_an_alarm_on_the_page() -> None:
    standing(12)
    deliver([])
    refresh(on=today())
    clue = Clue.objects.get(kind="list_empty")
    assert "没有一行可用" in signed_in(authority()).get(SOURCES).content.decode()
    deliver(rows(12))
    refresh(on=today())
    clue.refresh_from_db()
    assert clue.state == "closed"
    assert in_force(today()).count() == 12


def test_an_honour_is_taken_in_by_the_same_engine_and_shown() -> None:
    lines = [
        {
            "主体名称": f"鹤岗市云杉{number}号科技有限公司", "统一社会信用代码": row(number)["统一社会信用代码"],
            "认定单位": "国家税务总局鹤岗市税务局", "决定文书号": "2025年度评价结果公告", "决定日期": "2026-04-28",
            "列入事由": "2025年度纳税信用A级", "评价年度": "2025",
        }
        for number in range(1, 31)
    ]  # fmt: skip
    officer = people.officer(Role.SUBMITTER, code="hg-taxation")
    delivery = services.receive(
        source_code="sw-najsnsr",
        agency=people.agency("hg-taxation"),
        officer=officer,
        upload=upload(as_csv(lines, tuple(lines[0]))),
    )
    services.process(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.status == "held"
    approve(delivery)
    assert honoured(today()).count() == 30 and not ListEntry.objects.exists()
    entry = HonourEntry.objects.first()
    assert entry is not None and entry.data == {"评价年度": "2025"}
    public = Client()
    assert "云杉" in public.get("/lists/honours/").content.decode()
    shown = public.get(f"/lists/honours/{entry.public_id}/").content.decode()
    assert "2025年度纳税信用A级" in shown and "国发〔2016〕33号" in shown
    subject = public.get(f"/subjects/{entry.subject.public_id}/").content.decode()
    assert "诚实守信名单" in subject and "没有在列" in subject
    HonourEntry.objects.update(ended_on=today(), end_reason="降级")
    assert public.get(f"/lists/honours/{entry.public_id}/").status_code == 404
    assert public.get(f"/subjects/{entry.subject.public_id}/").status_code == 404


def test_metrics_tell_of_a_silent_and_of_an_emptied_source() -> None:
    def gauge(name: str, source: str = SOURCE) -> float | None:
        return REGISTRY.get_sample_value(f"credit_list_source_{name}", {"source": source})

    assert gauge("alarm") == 0 and gauge("age_days") is None
    standing(30)
    assert (gauge("alarm"), gauge("age_days"), gauge("held")) == (0, 0, 0)
    source = ImportSource.objects.get(code=SOURCE)
    with time_machine.travel(timezone.now() + timedelta(days=source.rhythm_days + 1), tick=False):
        assert (gauge("alarm"), gauge("missing"), gauge("empty")) == (1, 1, 0)
    deliver([])
    assert (gauge("alarm"), gauge("missing"), gauge("empty")) == (1, 0, 1)
    assert ListEntry.objects.count() == 30, "an alarm, never an empty list"
    deliver(rows(10))
    assert gauge("held") == 1
    assert REGISTRY.get_sample_value("credit_list_deliveries", {"state": "held"}) == 1
    assert "credit_list_source_alarm" in Client().get("/metrics").content.decode()
