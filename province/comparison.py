"""Do both sides hold the same? Asked daily and by a button; what differs is explained, and sent again by another button.

Data flow: our figures (`reconciliation.reconcile`) and the target's own (GET reconciliation_url) → differences per item → each with
what is still on its way and what was turned down. What neither explains has to be sent again: a receiver that kept an event
answers "duplicate", one that lost it takes it again, so sending too much does no harm.

Rejected: *comparing objects one by one* (a transfer of everything to find what a digest tells); *repairing by itself* (a receiver that
differs for a reason nobody understands is a matter for a person).
"""

from collections import Counter
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from agencies.models import Officer
from common.clock import today
from ledger import selectors as ledger
from ledger.selectors import Change
from province import batches, transport
from province.choices import DeliveryState
from province.models import Comparison, DeliveryRejection, ExpeditedEvent, PushTarget
from province.reconciliation import AgencyFigures, ItemFigures, reconcile
from province.services import secret_of
from province.sources import SOURCES


def address(target: PushTarget) -> str:
    if target.client_id is not None:  # a subscriber holds nothing of ours
        return ""
    url: str = target.reconciliation_url or settings.PROVINCE_RECONCILIATION_URL
    return url


def compare(*, target: PushTarget, on: date | None = None) -> Comparison:
    """Ask the target for its figures of `on` (default today) and note what differs; never raises for what it answers."""
    on = on or today()
    target.refresh_from_db()  # its position moves with every batch
    ours = reconcile(on)
    wanted = [one for one in ours["items"] if not target.items or one["item"] in target.items]
    url = f"{address(target)}?date={on.isoformat()}"
    attempt = transport.get(url, secret_of(target), timeout=target.timeout)
    theirs = _figures(attempt.answer) if attempt.status == 200 and not attempt.error else None
    found = [] if theirs is None else _differences(target, wanted, theirs)
    parts = _by_agency(attempt.answer, ours["agencies"])
    return Comparison.objects.create(
        target=target,
        day=on,
        settled=ours["settled"],
        items=len(wanted),
        objects_held=sum(one["count"] for one in wanted),
        differences=[{**one, "agencies": parts.get(one["item"], [])} for one in found],
        error="" if theirs is not None else attempt.error or "对方的对账答复无法读取",
    )


def _figures(answer: object) -> dict[str, tuple[int, str]] | None:
    """Count and digest by item as the other side says; None when it does not say so."""
    rows = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        return None
    try:
        return {str(row["item"]): (int(row["count"]), str(row["digest"])) for row in rows}
    except (KeyError, TypeError, ValueError):
        return None


def _by_agency(answer: object, ours: list[AgencyFigures]) -> dict[str, list[dict[str, Any]]]:
    """By item the agencies whose figures differ; nothing when the other side does not count by agency."""
    rows = answer.get("agencies") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        return {}
    try:
        theirs = {
            (str(row["item"]), str(row["agency"])): (int(row["count"]), str(row["digest"])) for row in rows
        }
    except (KeyError, TypeError, ValueError):
        return {}
    mine = {(one["item"], one["agency"]): (one["count"], one["digest"]) for one in ours}
    found: dict[str, list[dict[str, Any]]] = {}
    for item, agency in sorted(one for one in {*mine, *theirs} if mine.get(one) != theirs.get(one)):
        counts = [side.get((item, agency), (0, ""))[0] for side in (mine, theirs)]
        found.setdefault(item, []).append({"agency": agency, "ours": counts[0], "theirs": counts[1]})
    return found


def _differences(
    target: PushTarget, ours: list[ItemFigures], theirs: dict[str, tuple[int, str]]
) -> list[dict[str, Any]]:
    mine = {one["item"]: (one["count"], one["digest"]) for one in ours}
    differing = sorted(item for item in {*mine, *theirs} if mine.get(item) != theirs.get(item))
    if not differing:
        return []
    waiting, rejected = _on_its_way(target), _turned_down(target)
    return [
        {
            "item": item,
            "ours": mine.get(item, (0, ""))[0],
            "theirs": theirs.get(item, (0, ""))[0],
            "waiting": waiting.get(item, 0),
            "rejected": rejected.get(item, 0),
        }
        for item in differing
    ]


def _on_its_way(target: PushTarget) -> dict[str, int]:
    """Objects by item of which the target has not answered for every event: not taken yet, or of an open batch; without those whose end
    went ahead and was acknowledged."""
    open_ones = target.deliveries.exclude(state=DeliveryState.DONE)
    around = open_ones.filter(
        expedited=False, first_position__lte=OuterRef("position"), last_position__gte=OuterRef("position")
    )
    sent = ExpeditedEvent.objects.filter(delivery__target=target)
    ahead = sent.filter(
        delivery__state=DeliveryState.DONE, tbl=OuterRef("tbl"), object_id=OuterRef("object_id"),
        position__gte=OuterRef("position"),
    )  # fmt: skip
    oldest = open_ones.filter(expedited=False).aggregate(first=Min("first_position"))["first"]
    after = target.position if oldest is None else min(target.position, oldest - 1)
    late = ledger.telling().filter(
        Q(position__gt=target.position) | Exists(around), ~Exists(ahead), position__gt=after
    )
    again = sent.exclude(delivery__state=DeliveryState.DONE)
    counts: Counter[str] = Counter()
    for table, source in SOURCES.items():
        ids = late.filter(tbl=table).values("object_id").union(again.filter(tbl=table).values("object_id"))
        rows = source.told().filter(pk__in=ids).order_by().values_list("told_kind")
        counts.update(dict(rows.annotate(Count("pk"))))
    return dict(+counts)


def _turned_down(target: PushTarget) -> dict[str, int]:
    rows = DeliveryRejection.objects.filter(delivery__target=target, resolved_at__isnull=True).order_by()
    return dict(rows.values_list("item_code").annotate(Count("object_id", distinct=True)))


def resend(*, target: PushTarget, item: str, officer: Officer) -> int:
    """Send the newest event of every object of `item` to the target once more; returns how many.

    Receivers drop what they already have by `event_id`. PermissionDenied but for the credit authority.
    """
    if not officer.has_perm("province.retry_delivery"):
        raise PermissionDenied("只有社会信用主管部门可以重新推送")
    changes = [change for table in SOURCES for change in _newest(table, item, target.position)]
    for start in range(0, len(changes), target.batch_size):
        batches.make_expedited(target, changes[start : start + target.batch_size])
    return len(changes)


def _newest(table: int, item: str, end: int) -> list[Change]:
    """The newest event of each object of `item`, in order; what changed behind `end` goes out by itself."""
    mine = SOURCES[table].told().filter(told_kind=item).order_by().values("pk")
    rows = ledger.telling().filter(tbl=table, position__lte=end, object_id__in=mine).order_by()
    newest = rows.values_list("object_id").annotate(Max("position"))
    return sorted(Change(position, table, pk, "U") for pk, position in newest)


def open_resends(target: PushTarget) -> int:
    """Batches of events sent ahead or again that are still on their way."""
    return target.deliveries.filter(expedited=True).exclude(state=DeliveryState.DONE).count()
