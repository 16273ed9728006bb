"""What officers and monitoring see."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from guardian.shortcuts import assign_perm
from prometheus_client import REGISTRY

from agencies.models import Agency, Officer
from province import selectors
from province.choices import DeliveryState
from province.models import Delivery, PushTarget
from province.views import spoken
from tests.province.conftest import Sandbox
from tests.province.samples import add_records, agency, change, seal
from tests.province.test_push import park, send

PAGE = "/workbench/exchange/"


def officer(name: str, unit: Agency, *permissions: str) -> Officer:
    found = Officer.objects.create(username=name, full_name=name, agency=unit)
    found.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    assign_perm("agencies.view_for", found, unit)
    return Officer.objects.get(pk=found.pk)


def page(client: Client, who: Officer) -> str:
    client.force_login(who)
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_agency_sees_its_own_rejections_and_no_batches(
    target: PushTarget, sandbox: Sandbox, client: Client
) -> None:
    ours, theirs = agency(1), agency(2)
    mine, other = add_records(1, provider=ours)[0], add_records(1, provider=theirs)[0]
    seal()
    sandbox.fault("reject", share=1)
    send(target)
    text = page(client, officer("录入员", ours))
    assert f"第 {mine.pk} 号" in text and f"第 {other.pk} 号" not in text
    assert "未通过省平台校验" in text and "推送批次" not in text
    everything = page(client, officer("审计员", agency(), "view_all_deliveries"))
    assert f"第 {other.pk} 号" in everything and "推送批次" in everything


def test_the_authority_sends_a_parked_batch_again(
    target: PushTarget, sandbox: Sandbox, client: Client
) -> None:
    add_records(1)
    seal()
    parked = park(target, sandbox)
    boss = officer("主管", agency(), "view_all_deliveries", "retry_delivery")
    assert "再发送一次<" in page(client, boss)
    answer = client.post(PAGE, {"retry": parked.pk}, follow=True)
    assert "已排入发送" in answer.content.decode()
    assert send(target) == 1
    assert "不需要重试" in client.post(PAGE, {"retry": parked.pk}, follow=True).content.decode()
    assert client.post(PAGE, {"retry": "x"}).status_code == 404


def test_others_cannot_retry(target: PushTarget, sandbox: Sandbox, client: Client) -> None:
    add_records(1)
    seal()
    parked = park(target, sandbox)
    auditor = officer("审计员", agency(), "view_all_deliveries")
    assert "再发送一次<" not in page(client, auditor)
    assert client.post(PAGE, {"retry": parked.pk}).status_code == 403
    page(client, officer("录入员", agency(1)))
    assert client.post(PAGE, {"retry": parked.pk}).status_code == 403
    parked.refresh_from_db()
    assert parked.state == DeliveryState.PARKED


def test_a_push_that_cannot_start_says_why(target: PushTarget, client: Client) -> None:
    PushTarget.objects.update(url="http://credit.example/push")
    text = page(client, officer("审计员", agency(), "view_all_deliveries"))
    assert "推送没有开始" in text and "https" in text


def gauge(name: str) -> float | None:
    return REGISTRY.get_sample_value(f"credit_push_{name}", {"target": "province"})


def test_backlog_counts_everything_not_acknowledged(target: PushTarget, sandbox: Sandbox) -> None:
    assert selectors.backlog(target) == selectors.Backlog(events=0, oldest_at=None, parked=0)
    rows = add_records(2)
    assert gauge("undelivered_events") == 2  # not even sealed
    seal()
    park(target, sandbox)
    change(rows[0], note="更正")
    seal()
    add_records(1)
    target.refresh_from_db()
    found = selectors.backlog(target)
    assert (found.events, found.parked) == (4, 2)
    assert found.oldest_at == Delivery.objects.get().oldest_at
    assert (gauge("undelivered_events"), gauge("parked_events")) == (4, 2)
    age = gauge("oldest_undelivered_seconds")
    assert age is not None and age == pytest.approx(found.age(timezone.now()).total_seconds(), abs=5)


def test_dwell_is_measured_from_the_oldest_change(target: PushTarget) -> None:
    assert selectors.dwell(target) == selectors.Dwell(batches=0, p50=None, p95=None)
    now = timezone.now()
    for number in range(1, 101):
        Delivery.objects.create(
            target=target,
            first_position=number,
            last_position=number,
            event_count=1,
            state=DeliveryState.DONE,
            oldest_at=now - timedelta(seconds=number),
            finished_at=now,
        )
    found = selectors.dwell(target)
    assert (found.batches, found.p50, found.p95) == (100, timedelta(seconds=50), timedelta(seconds=95))


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 秒"), (119, "119 秒"), (120, "2 分钟"), (7200, "2 小时"), (200000, "2 天")]
)
def test_lengths_of_time_are_said_in_words(seconds: int, text: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == text
    assert spoken(None) == "暂无"
