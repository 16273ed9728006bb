"""Writes of the exchange: taking the next part of the ledger, sending it, and noting what came back.

How two workers never send the same batch: a session lock per target lets one worker work at a time and vanishes with
its connection, so a killed worker is followed at once, without waiting for a lease to run out. Should a connection be
lost under a living worker, conditional updates on (state, attempts) make it lose the race, and the receiver drops the
second copy by `event_id`.

Order per object: one batch of new positions is on its way at a time. A parked batch lets the next ones pass, because
every later event carries the newest state; when a person sends it again, events that a later one has overtaken are
left out.
"""

import time
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from agencies.models import Officer
from common.clock import today
from common.json import json_bytes
from common.locks import advisory_lock
from ledger import selectors as ledger
from ledger.models import Event
from ledger.selectors import Change
from province import rejections, rules
from province.choices import DeliveryState
from province.feed import ledger_head
from province.models import Delivery, PushTarget
from province.payloads import TABLES, wire_events
from province.transport import Attempt, post

_LOCK: Final = "province.push"
_ERROR_LENGTH: Final = 300
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
        _recover(target)
        while time.monotonic() < end:
            delivery = _next_due(target, timezone.now())
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
    """Whether the target is in use, has a secret, and an address that personal data may be sent to."""
    return bool(target.active and _secret(target) and rules.address_allowed(address(target)))


def _secret(target: PushTarget) -> str:
    return str(getattr(settings, target.secret_setting, ""))


# --- which batch is next -------------------------------------------------------------------------------


def _recover(target: PushTarget) -> None:
    """Batches left in flight belong to workers that are gone, for we hold the lock: they go out again now."""
    target.deliveries.filter(state=DeliveryState.SENDING).update(
        state=DeliveryState.WAITING, next_try=timezone.now(), last_error="发送中断，未收到答复"
    )


def _next_due(target: PushTarget, now: datetime) -> Delivery | None:
    """The oldest batch that is due; a new one when nothing is open; None when there is nothing to do yet."""
    waiting = target.deliveries.filter(state__in=[DeliveryState.QUEUED, DeliveryState.WAITING])
    due = (
        waiting.filter(Q(state=DeliveryState.QUEUED) | Q(next_try__lte=now))
        .order_by("first_position")
        .first()
    )
    if due is not None or waiting.exists():
        return due
    return take_next(target=target)


@transaction.atomic
def take_next(*, target: PushTarget) -> Delivery | None:
    """Make the next batch from the sealed positions behind the target's; None when there is none.

    The target's row is locked meanwhile (skipped if somebody else has it), so no position is taken twice.
    """
    locked = PushTarget.objects.select_for_update(skip_locked=True).filter(pk=target.pk, active=True).first()
    if locked is None:
        return None
    end = ledger.last_position()
    found = ledger.events_after(locked.position, TABLES, locked.batch_size)
    changes = [change for change in found if change.position <= end]
    position = changes[-1].position if len(changes) == locked.batch_size else end
    if position > locked.position:
        PushTarget.objects.filter(pk=locked.pk).update(position=position)
    if not changes:
        return None
    first = changes[0].position
    return Delivery.objects.create(
        target=locked,
        first_position=first,
        last_position=changes[-1].position,
        event_count=len(changes),
        oldest_at=Event.objects.filter(position=first).values_list("context__at", flat=True).get()
        or timezone.now(),
    )


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


# --- one attempt ---------------------------------------------------------------------------------------


def _deliver(target: PushTarget, delivery: Delivery) -> int:
    """Send one claimed batch and note the outcome; returns how many events were answered for."""
    changes = _events_of(delivery)
    if not changes:
        return _finish(delivery, [], [])
    batch_id = str(delivery.batch_id)
    body = json_bytes(
        {"batch_id": batch_id, "events": wire_events(changes, today()), "ledger_head": ledger_head()}
    )
    attempt = post(address(target), _secret(target), batch_id, body, timeout=target.timeout)
    results = None
    if attempt.status == 200 and not attempt.error:
        results = rules.read_answer(attempt.answer, [change.position for change in changes])
    if results is None:
        _put_off(delivery, attempt)
        return 0
    return _finish(delivery, changes, results)


def _events_of(delivery: Delivery) -> list[Change]:
    """The events of a batch. One that was parked leaves out what a later event has overtaken."""
    changes = ledger.events_after(delivery.first_position - 1, TABLES, delivery.event_count)
    if not delivery.was_parked:
        return changes
    newest = {change.object_id: change for change in changes}
    overtaken = Event.objects.filter(
        tbl__in=TABLES, object_id__in=newest, position__gt=delivery.last_position
    ).values_list("object_id", flat=True)
    for object_id in set(overtaken):
        del newest[object_id]
    return list(newest.values())


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
