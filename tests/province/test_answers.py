"""Answers that are no answers, and races that a worker loses: the batch stays undelivered and is tried again."""

from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest
from django.db import OperationalError, transaction
from django.utils import timezone
from prometheus_client import REGISTRY

from province import metrics, services, transport
from province.batches import take_next
from province.choices import DeliveryState
from province.models import Delivery, PushTarget
from province.tasks import push_pending
from province.transport import Attempt
from tests.province.conftest import Sandbox
from tests.province.samples import add_records, seal
from tests.province.test_push import send, send_until_done

Answer = Callable[[httpx2.Request], httpx2.Response]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """Puts a receiver of the test's own behind the client."""

    def put(answer: Answer) -> None:
        client = httpx2.Client(transport=httpx2.MockTransport(answer))
        monkeypatch.setattr(transport, "_client", lambda: client)

    return put


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>ok</html>", "不是正确的 JSON"),
        (b" " * (4 * 1024 * 1024 + 1), "过大"),
        (b'{"results": []}', "没有说明每一条"),
    ],
)
def test_what_does_not_answer_for_every_event_is_no_delivery(
    target: PushTarget, receiver: Callable[[Answer], None], content: bytes, words: str
) -> None:
    receiver(lambda request: httpx2.Response(200, content=content))
    add_records(1)
    seal()
    assert send(target) == 0
    waiting = Delivery.objects.get()
    assert waiting.state == DeliveryState.WAITING and words in waiting.last_error


def test_the_receivers_wish_to_wait_is_honoured(
    target: PushTarget, receiver: Callable[[Answer], None]
) -> None:
    receiver(lambda request: httpx2.Response(429, headers={"Retry-After": "600"}))
    add_records(1)
    seal()
    before = timezone.now()
    send(target)
    again = Delivery.objects.get().next_try
    assert again is not None and before + timedelta(seconds=600) <= again <= timezone.now() + timedelta(
        seconds=600
    )
    assert send(target) == 0 and Delivery.objects.get().attempts == 1  # not due, so not tried


def test_every_attempt_names_the_same_batch(target: PushTarget, receiver: Callable[[Answer], None]) -> None:
    seen: list[httpx2.Headers] = []

    def refuse(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers)
        return httpx2.Response(503)

    receiver(refuse)
    add_records(1)
    seal()
    for _ in range(3):
        send(target)
        Delivery.objects.update(next_try=timezone.now())
    assert {headers["Idempotency-Key"] for headers in seen} == {str(Delivery.objects.get().batch_id)}
    assert len({headers["X-Credit-Nonce"] for headers in seen}) == len(seen) == 3


def test_an_attempt_that_was_taken_over_notes_nothing(
    target: PushTarget, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our database connection was lost meanwhile, another worker began anew: its attempt counts, not ours."""
    real = transport.post
    add_records(2)
    seal()

    def overtaken(*args: object, **more: object) -> Attempt:
        Delivery.objects.update(attempts=7)
        return real(*args, **more)

    monkeypatch.setattr(transport, "post", overtaken)
    assert send(target) == 0
    assert (Delivery.objects.get().state, Delivery.objects.get().attempts) == (DeliveryState.SENDING, 7)
    monkeypatch.setattr(transport, "post", real)
    send_until_done(target)
    state = sandbox.state()
    assert (state["effects"], state["duplicates"]) == (2, 2)


def test_only_one_batch_is_in_flight(target: PushTarget) -> None:
    now = timezone.now()
    rows = [
        Delivery(target=target, first_position=n, last_position=n, event_count=1, oldest_at=now, state=state)
        for n, state in ((1, DeliveryState.SENDING), (2, DeliveryState.QUEUED))
    ]
    _, queued = Delivery.objects.bulk_create(rows)
    assert not services._claim(queued)
    queued.refresh_from_db()
    assert queued.state == DeliveryState.QUEUED


def test_an_inactive_target_takes_nothing(target: PushTarget) -> None:
    PushTarget.objects.update(active=False)
    add_records(1)
    seal()
    assert push_pending() == 0
    with transaction.atomic():
        assert take_next(target=target) is None
    PushTarget.objects.update(active=True)
    assert push_pending() == 1


def test_without_a_database_the_gauges_are_absent(
    target: PushTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(_: PushTarget) -> None:
        raise OperationalError("no route")

    monkeypatch.setattr(metrics, "backlog", unreachable)
    assert REGISTRY.get_sample_value("credit_push_parked_events", {"target": "province"}) is None
