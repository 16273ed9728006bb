"""Which batch a target gets next, and which events it holds.

A batch is the next range of sealed positions. When more waits than one batch takes, events that end something go first in a
batch of their own: somebody who is free must not wait behind a hundred thousand new rows (plan, items 14 and 15).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from common.clock import today
from ledger import selectors as ledger
from ledger.models import Event
from ledger.selectors import Change
from province.choices import DeliveryState
from province.models import Delivery, ExpeditedEvent, PushTarget
from province.sources import not_shared, tables_of


def recover(target: PushTarget) -> None:
    """Batches left in flight belong to workers that are gone, for we hold the lock: they go out again now."""
    target.deliveries.filter(state=DeliveryState.SENDING).update(
        state=DeliveryState.WAITING, next_try=timezone.now(), last_error="发送中断，未收到答复"
    )


def next_due(target: PushTarget, now: datetime) -> Delivery | None:
    """The oldest batch that is due; a new one when nothing is open; None when there is nothing to do yet."""
    waiting = target.deliveries.filter(state__in=[DeliveryState.QUEUED, DeliveryState.WAITING])
    due = (
        waiting.filter(Q(state=DeliveryState.QUEUED) | Q(next_try__lte=now))
        .order_by("-expedited", "first_position")
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
    found = ledger.events_after(locked.position, tables_of(locked), locked.batch_size)
    changes = [change for change in found if change.position <= end]
    full = len(changes) == locked.batch_size
    if full and locked.client_id is None and (ending := _ending(locked, changes[-1].position, end)):
        return make_expedited(locked, ending)
    position = changes[-1].position if full else end
    if position > locked.position:
        PushTarget.objects.filter(pk=locked.pk).update(position=position)
    return _made(locked, changes, expedited=False) if changes else None


def _ending(target: PushTarget, after: int, end: int) -> list[Change]:
    """Events behind the next batch that end what the target may hold, as many as a batch takes."""
    behind = max(after, target.expedited_to)
    events = (
        ledger.telling()
        .filter(position__gt=behind, position__lte=end, tbl__in=tables_of(target))
        .exclude(op="I")
    )
    rows = events.filter(not_shared(today())).order_by("position")
    found = [
        Change(*row) for row in rows.values_list("position", "tbl", "object_id", "op")[: target.batch_size]
    ]
    seen = found[-1].position if len(found) == target.batch_size else end
    PushTarget.objects.filter(pk=target.pk).update(expedited_to=seen)
    return found


def make_expedited(target: PushTarget, changes: list[Change]) -> Delivery:
    """A batch of just these events, sent before what waits; `changes` in rising position."""
    delivery = _made(target, changes, expedited=True)
    ExpeditedEvent.objects.bulk_create(
        ExpeditedEvent(delivery=delivery, position=one.position, tbl=one.tbl, object_id=one.object_id)
        for one in changes
    )
    return delivery


def _made(target: PushTarget, changes: list[Change], *, expedited: bool) -> Delivery:
    first = changes[0].position
    oldest = Event.objects.filter(position=first).values_list("context__at", flat=True).get()
    return Delivery.objects.create(
        target=target,
        first_position=first,
        last_position=changes[-1].position,
        event_count=len(changes),
        oldest_at=oldest or timezone.now(),
        expedited=expedited,
    )


def events_of(delivery: Delivery) -> list[Change]:
    """The events of a batch, without what a later delivered event of the same object has overtaken."""
    if delivery.expedited:
        rows = delivery.expedited_events.order_by("position").values_list("position", "tbl", "object_id")
        changes = [Change(*row, "U") for row in rows]
    else:
        tables = tables_of(delivery.target)
        changes = ledger.events_after(delivery.first_position - 1, tables, delivery.event_count)
        changes = _without_expedited(delivery, changes)
    return _newest_only(delivery, changes) if delivery.was_parked else changes


def _without_expedited(delivery: Delivery, changes: list[Change]) -> list[Change]:
    gone_ahead = ExpeditedEvent.objects.filter(
        delivery__target_id=delivery.target_id,
        delivery__state=DeliveryState.DONE,
        position__gte=delivery.first_position,
        object_id__in={change.object_id for change in changes},
    ).order_by("position")
    reached = {
        (tbl, object_id): position
        for tbl, object_id, position in gone_ahead.values_list("tbl", "object_id", "position")
    }
    return [change for change in changes if change.position > reached.get((change.tbl, change.object_id), 0)]


def _newest_only(delivery: Delivery, changes: list[Change]) -> list[Change]:
    """A batch that was parked let later ones pass: what those have told is not told again."""
    newest = {(change.tbl, change.object_id): change for change in changes}
    overtaken = (
        ledger.telling()
        .filter(
            tbl__in=tables_of(delivery.target),
            object_id__in={object_id for _, object_id in newest},
            position__gt=delivery.last_position,
        )
        .values_list("tbl", "object_id")
    )
    for key in set(overtaken):
        newest.pop(key, None)
    return list(newest.values())
