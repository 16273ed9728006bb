"""Clues about lists decided elsewhere: a source that has fallen silent, a delivery that was empty.

A list that is not renewed goes stale and nobody sees it; an empty one would let everybody go. Both ask the providing unit.
"""

from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone

from blacklist.choices import DeliveryStatus
from blacklist.imports.selectors import source_states
from blacklist.models import ListDelivery
from common.gates import PLAN
from supervision.choices import ClueKind, ClueState
from supervision.models import Clue

LIST_BASIS: Final = f"{PLAN} 第3条（4）、第8条：谁认定、谁负责"
_COME: Final = "新的名单已经来数并采用"


def raise_import_clues(*, on: date) -> int:
    """A clue for every due date that passed without a list, and for every empty delivery; inside the caller's action."""
    wanted = [
        Clue(
            kind=ClueKind.LIST_MISSING,
            agency_id=state.source.provider_id,
            object_key=f"list:{state.source.code}:{state.due}",
            label=state.source.name,
            due=state.due,
            basis=LIST_BASIS,
        )
        for state in source_states(on)
        if state.missing and state.due is not None
    ]
    wanted += [
        Clue(
            kind=ClueKind.LIST_EMPTY,
            agency_id=delivery.source.provider_id,
            object_key=f"delivery:{delivery.public_id}",
            label=delivery.source.name,
            due=timezone.localdate(delivery.created_at),
            basis=LIST_BASIS,
        )
        for delivery in _empty()
    ]
    known = Clue.objects.filter(object_key__in=[clue.object_key for clue in wanted])
    seen = set(known.values_list("kind", "object_key"))
    new = [clue for clue in wanted if (clue.kind, clue.object_key) not in seen]
    Clue.objects.bulk_create(new)
    return len(new)


def _empty() -> list[ListDelivery]:
    rows = ListDelivery.objects.filter(status=DeliveryStatus.EMPTY).select_related("source")
    return list(rows.order_by("-pk")[:200])


def close_lists_come(*, on: date) -> int:
    """Close open clues whose source has delivered since."""
    silent = {f"list:{state.source.code}:{state.due}" for state in source_states(on) if state.missing}
    empty = {f"delivery:{state_id}" for state_id in _still_empty(on)}
    kinds = Q(kind__in=[ClueKind.LIST_MISSING, ClueKind.LIST_EMPTY])
    gone = Clue.objects.filter(kinds, state=ClueState.OPEN).exclude(object_key__in=silent | empty)
    return gone.update(state=ClueState.CLOSED, closed_at=timezone.now(), outcome=_COME)


def _still_empty(on: date) -> list[str]:
    """Empty deliveries that no applied one has followed."""
    sources = [state.source.pk for state in source_states(on) if state.empty]
    rows = ListDelivery.objects.filter(source__in=sources, status=DeliveryStatus.EMPTY)
    return list(rows.values_list("public_id", flat=True))
