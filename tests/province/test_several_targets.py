"""Several targets side by side: what one of them rejects, stalls or cannot be sent does not concern the others."""

import threading
import time
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone
from prometheus_client import REGISTRY

from province.models import Delivery, DeliveryRejection, PushTarget
from province.tasks import push_pending
from tests.province.conftest import Sandbox, start_sandbox
from tests.province.samples import add_records, change, seal
from tests.province.test_push import send
from tests.province.test_workers import wait_for


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The system of an industry department."""
    other = start_sandbox(tmp_path_factory.mktemp("industry"))
    yield other
    other.process.kill()
    other.process.wait()


@pytest.fixture
def industry(target: PushTarget, receiver: Sandbox) -> PushTarget:
    receiver.reset()
    return add_target(target, receiver.push_url)


def add_target(beside: PushTarget, url: str) -> PushTarget:
    return PushTarget.objects.create(
        code="industry", name="行业主管部门系统", url=url, position=beside.position, timeout=5, active=True
    )


def test_what_one_rejects_stays_open_though_another_accepts_it(
    target: PushTarget, industry: PushTarget, sandbox: Sandbox
) -> None:
    row, _ = add_records(2)
    seal()
    sandbox.fault("reject", share=1)
    assert send(target) == 2
    sandbox.fault("none")
    assert send(industry) == 2
    assert _open_rejections() == [target.pk, target.pk]
    change(row, note="按退回意见更正")
    seal()
    assert send(industry) == 1
    assert _open_rejections() == [target.pk, target.pk]
    assert send(target) == 1
    assert _open_rejections() == [target.pk]


def _open_rejections() -> list[int]:
    return list(
        DeliveryRejection.objects.filter(resolved_at=None).values_list("delivery__target_id", flat=True)
    )


def test_one_that_cannot_be_sent_costs_the_others_nothing(target: PushTarget, industry: PushTarget) -> None:
    PushTarget.objects.filter(pk=target.pk).update(format="gone")
    add_records(3)
    seal()
    assert push_pending() == 3
    assert {one.target_id for one in Delivery.objects.all()} == {industry.pk}


def test_one_that_stalls_holds_up_nobody(
    committed_target: PushTarget, sandbox: Sandbox, receiver: Sandbox
) -> None:
    """Two workers' rounds at the same time: the second passes over the receiver that keeps the first waiting."""
    receiver.reset()
    add_target(committed_target, receiver.push_url)
    PushTarget.objects.update(timeout=60)
    add_records(2)
    seal()
    sandbox.fault("stall", seconds=60, times=1)
    first = threading.Thread(target=_round)
    first.start()
    wait_for(lambda: sandbox.state()["accepted"] == 2)
    assert push_pending() == 2
    assert receiver.state()["accepted"] == 2 and first.is_alive()
    sandbox.fault("none")
    first.join()


def test_one_that_answers_byte_by_byte_costs_its_time_limit_once(
    target: PushTarget, industry: PushTarget, sandbox: Sandbox, receiver: Sandbox
) -> None:
    """With a single worker too: the round goes on after the limit, and the next one begins with who answers."""
    PushTarget.objects.filter(pk=target.pk).update(timeout=1)
    add_records(2)
    seal()
    sandbox.fault("trickle", seconds=20)
    began = time.monotonic()
    assert push_pending() == 2
    assert time.monotonic() - began < 15  # of the twenty; the machine may have others to serve
    waiting = Delivery.objects.get(target=target)
    assert (waiting.state, waiting.last_error) == ("waiting", "对方在规定时间内没有答复")
    add_records(1)
    seal()
    Delivery.objects.filter(pk=waiting.pk).update(next_try=timezone.now())
    served = []
    with patch("province.tasks.push", lambda *, target, budget: served.append(target.code) or 0):
        push_pending()
    assert served == ["industry", "province"]
    sandbox.fault("none")
    assert push_pending() == 1 + 3


def _round() -> None:
    try:
        push_pending()
    finally:
        connection.close()


def test_the_gauges_tell_the_targets_apart(
    target: PushTarget, industry: PushTarget, sandbox: Sandbox
) -> None:
    add_records(4)
    seal()
    sandbox.fault("reject", share=1)
    send(target)
    sandbox.fault("none")
    send(industry)
    for name, of_target, of_industry in (("rejected_share", 1.0, 0.0), ("undelivered_events", 0.0, 0.0)):
        assert _gauge(name, target) == of_target and _gauge(name, industry) == of_industry
    for one in (target, industry):
        times = [_gauge(f"dwell_{name}_seconds", one) for name in ("p50", "p95", "max")]
        assert all(time is not None and time > 0 for time in times) and times == sorted(times, key=float)


def _gauge(name: str, target: PushTarget) -> float | None:
    return REGISTRY.get_sample_value(f"credit_push_{name}", {"target": target.code})
