"""Events the receiver turned down: noted for the agency that can correct them, resolved by a later accepted event."""

from typing import Final

from django.utils import timezone

from ledger.selectors import Change
from province.choices import ResultStatus
from province.models import Delivery, DeliveryRejection
from province.naming import wire_id
from province.notices import known
from province.rules import Result
from province.sources import NOTICES, SOURCES

KNOWN: Final = {**{source.table: source.known for source in SOURCES.values()}, NOTICES: known}


def note(*, delivery: Delivery, changes: list[Change], results: list[Result]) -> None:
    """Write down the rejected events of an answered batch and close earlier rejections that it settles."""
    objects = {change.position: (change.tbl, change.object_id) for change in changes}
    refused = [result for result in results if result.status == ResultStatus.REJECTED]
    if refused:
        _write(delivery, objects, refused)
    accepted: dict[int, int] = {}
    for result in results:
        if result.status != ResultStatus.REJECTED:
            object_id = wire_id(*objects[result.event_id])
            accepted[object_id] = max(result.event_id, accepted.get(object_id, 0))
    _resolve(delivery.target_id, accepted)


def _write(delivery: Delivery, objects: dict[int, tuple[int, int]], refused: list[Result]) -> None:
    refused_ids = {objects[one.event_id][1] for one in refused}
    found_of = {
        (table, pk): found for table, read in KNOWN.items() for pk, found in read(refused_ids).items()
    }
    rows = []
    for result in refused:
        item_code, provider_id = found_of.get(objects[result.event_id], ("", None))
        rows.append(
            DeliveryRejection(
                delivery=delivery,
                position=result.event_id,
                object_id=wire_id(*objects[result.event_id]),
                item_code=item_code,
                provider_id=provider_id,
                code=result.code,
                reason=result.reason or "对方没有说明原因",
            )
        )
    DeliveryRejection.objects.bulk_create(rows)


def _resolve(target_id: int, accepted: dict[int, int]) -> None:
    """`accepted`: newest position by object that this target accepted; what it rejected before no longer matters.

    What another target rejected stays open: that one still lacks it.
    """
    unresolved = DeliveryRejection.objects.filter(
        delivery__target=target_id, object_id__in=accepted, resolved_at__isnull=True
    )
    settled = [
        pk
        for pk, object_id, position in unresolved.values_list("pk", "object_id", "position")
        if position <= accepted[object_id]
    ]
    if settled:
        DeliveryRejection.objects.filter(pk__in=settled).update(resolved_at=timezone.now())
