"""Writes of the exchange: sending the next part of the ledger, and noting what came back.

How two workers never send the same batch: a session lock per target lets one worker work at a time and vanishes with
its connection, so a killed worker is followed at once, without waiting for a lease to run out. Should a connection be
lost under a living worker, conditional updates on (state, attempts) make it lose the race, and the receiver drops the
second copy by `event_id`.

Order per object: one batch is on its way at a time. Which one is decided in `province.batches`; how it is handed over in
`province.formats`. While a target fails, its open batch waits with growing pauses and nothing else is sent there: that is
its circuit, and no other target notices.
"""

import time
from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from agencies.models import Officer
from common.clock import today
from common.locks import advisory_lock
from ledger.selectors import Change
from province import batches, notices, rejections, rules, selectors
from province.choices import DeliveryState
from province.feed import ledger_head
from province.formats import Format, Parcel, formats
from province.models import Delivery, PushTarget
from province.sources import SCHEMA, WireEvent, wire_events
from province.transport import Attempt

_LOCK: Final = "province.push"
_ERROR_LENGTH: Final = 300
_PACE_PERIOD: Final = timedelta(minutes=1)
log = structlog.get_logger(__name__)


def push(*, target: PushTarget, budget: timedelta) -> int:
    """Send what waits for `target` until nothing is due, something fails, or `budget` is used up.

    Returns the number of events the receiver answered for. 0 as well while another worker is at it, and while the target
    has no usable address or no secret (the exchange page says so).
    """
    if not is_ready(target):
        return 0
    end = time.monotonic() + budget.total_seconds()
    acknowledged = 0
    with advisory_lock(_LOCK, target.pk, wait=False) as mine:
        if not mine:
            return 0
        batches.recover(target)
        while time.monotonic() < end:
            now = timezone.now()
            if not rules.may_send(timezone.localtime(now).time(), target.send_from, target.send_until):
                break
            if target.pace and selectors.sent_within(target, _PACE_PERIOD) >= target.pace:
                break
            delivery = batches.next_due(target, now)
            if delivery is None or not _claim(delivery):
                break
            acknowledged += _deliver(target, delivery)
    return acknowledged


def retry_parked(*, delivery: Delivery, officer: Officer) -> bool:
    """Let a parked batch be sent once more (plan, item 3(6)); False when it is no longer parked.

    One attempt, parked again if it fails: a batch that a person takes up must not hold up the others for days.
    PermissionDenied for officers other than the credit authority's.
    """
    if not officer.has_perm("province.retry_delivery"):
        raise PermissionDenied("只有社会信用主管部门可以重新推送被搁置的批次")
    taken = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.PARKED).update(
        state=DeliveryState.QUEUED, was_parked=True, retried_by=officer, next_try=None
    )
    if taken:
        log.info("province_delivery_retried", batch_id=str(delivery.batch_id), officer=officer.pk)
    return bool(taken)


def address(target: PushTarget) -> str:
    url: str = target.url or settings.PROVINCE_PUSH_URL
    return url


def is_ready(target: PushTarget) -> bool:
    """Whether the target is in use and its format can work with its address and secret."""
    return target.active and _format(target).usable(address(target), secret_of(target))


def _format(target: PushTarget) -> Format:
    return formats()[target.format]


def secret_of(target: PushTarget) -> str:
    """The secret of a target: a subscriber's own, every other's from the settings; empty when there is none."""
    if target.client_id is not None:
        return notices.secret_of(target)
    return str(getattr(settings, target.secret_setting, ""))


# --- one attempt ---------------------------------------------------------------------------------------


def _claim(delivery: Delivery) -> bool:
    """Mark the batch as being sent by us; False when somebody else was quicker."""
    try:
        with transaction.atomic():
            claimed = Delivery.objects.filter(
                pk=delivery.pk, state=delivery.state, attempts=delivery.attempts
            ).update(
                state=DeliveryState.SENDING,
                attempts=F("attempts") + 1,
                first_tried_at=Coalesce("first_tried_at", timezone.now()),
                next_try=None,
            )
    except IntegrityError:  # another batch of this target is in flight
        return False
    delivery.refresh_from_db()
    return bool(claimed)


def _deliver(target: PushTarget, delivery: Delivery) -> int:
    """Send one claimed batch and note the outcome; returns how many events were answered for."""
    changes = batches.events_of(delivery)
    events = _events(target, changes)
    if not events:
        return _finish(delivery, [], [])
    parcel = Parcel(str(delivery.batch_id), events, ledger_head(), SCHEMA)
    attempt = _format(target).deliver(target, parcel, address=address(target), secret=secret_of(target))
    results = None
    if attempt.status == 200 and not attempt.error:
        results = rules.read_answer(attempt.answer, [event["event_id"] for event in events])
    if results is None:
        _put_off(delivery, attempt)
        return 0
    return _finish(delivery, changes, results)


def _events(target: PushTarget, changes: list[Change]) -> list[WireEvent]:
    if target.client_id is not None:
        return notices.events(target.client_id, changes, today())
    return wire_events(changes, today(), set(target.items) or None)


@transaction.atomic
def _finish(delivery: Delivery, changes: list[Change], results: list[rules.Result]) -> int:
    """The receiver has answered for every event. Nothing is noted when another worker has taken the batch over."""
    done = _mine(delivery).update(
        state=DeliveryState.DONE, finished_at=timezone.now(), next_try=None, last_error="", last_status=200
    )
    if not done:
        return 0
    rejections.note(delivery=delivery, changes=changes, results=results)
    return len(results)


def _put_off(delivery: Delivery, attempt: Attempt) -> None:
    """Not acknowledged: try again later, or park it where a person sees it."""
    now = timezone.now()
    again = None
    if not delivery.was_parked:
        again = rules.next_try(
            now=now,
            first_tried_at=delivery.first_tried_at or now,
            attempts=delivery.attempts,
            status=attempt.status,
            wish=attempt.wish,
        )
    _mine(delivery).update(
        state=DeliveryState.PARKED if again is None else DeliveryState.WAITING,
        next_try=again,
        last_status=attempt.status,
        last_error=(attempt.error or "对方的答复没有说明每一条变更的结果")[:_ERROR_LENGTH],
    )
    log.warning(
        "province_delivery_put_off",
        batch_id=str(delivery.batch_id),
        attempts=delivery.attempts,
        status=attempt.status,
        parked=again is None,
    )


def _mine(delivery: Delivery) -> QuerySet[Delivery]:
    """The batch as long as it is in flight under the attempt we began."""
    return Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING, attempts=delivery.attempts)
