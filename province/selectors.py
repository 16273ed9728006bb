"""Reads for people and for monitoring: what is on its way, what is parked, what came back, how long it took."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from agencies.models import Officer
from ledger.choices import Operation
from ledger.models import Pending
from ledger.selectors import telling
from province.choices import OPEN_STATES, DeliveryState
from province.models import Delivery, DeliveryRejection, PushTarget
from province.sources import tables_of
from records.selectors import agencies_of

COUNT_CAP = 100_000  # beyond this "more than" says enough, and counting on would cost a scan
_UNDELIVERED = (*OPEN_STATES, DeliveryState.PARKED)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a target has not got yet. `events` stops at COUNT_CAP; unsealed changes count too."""

    events: int
    oldest_at: datetime | None
    parked: int

    def age(self, now: datetime) -> timedelta:
        return timedelta(0) if self.oldest_at is None else max(timedelta(0), now - self.oldest_at)


@dataclass(frozen=True, slots=True)
class Dwell:
    """Time from change to delivery over a period, batch by batch, by the oldest change of each; None of nothing."""

    batches: int
    p50: timedelta | None
    p95: timedelta | None
    longest: timedelta | None = None
    rejected: int = 0
    events: int = 0


class _Percentile(Aggregate):
    """percentile_disc(share) WITHIN GROUP (ORDER BY expression)."""

    template = "percentile_disc(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def can_see_deliveries(officer: Officer) -> bool:
    return officer.has_perm("province.view_all_deliveries")


def deliveries_visible_to(officer: Officer) -> QuerySet[Delivery]:
    """Batches mix the records of all agencies, so only the credit authority and auditors see them."""
    rows = Delivery.objects.select_related("target", "retried_by")
    return rows if can_see_deliveries(officer) else rows.none()


def parked_visible_to(officer: Officer) -> QuerySet[Delivery]:
    """Batches that wait for a person, oldest first."""
    return deliveries_visible_to(officer).filter(state=DeliveryState.PARKED).order_by("id")


def rejections_visible_to(officer: Officer) -> QuerySet[DeliveryRejection]:
    """Unresolved rejections: an officer sees those of the agencies acted for, the authority and auditors all."""
    rows = DeliveryRejection.objects.filter(resolved_at__isnull=True).select_related("provider")
    return rows if can_see_deliveries(officer) else rows.filter(provider_id__in=agencies_of(officer))


def backlog(target: PushTarget) -> Backlog:
    """Four short reads; none grows with what was delivered."""
    tables = tables_of(target)
    behind = telling().filter(position__gt=target.position, tbl__in=tables).order_by("position")
    unsealed = Pending.objects.filter(tbl__in=tables).exclude(op=Operation.SEALED_ANEW).order_by("id")
    made = Delivery.objects.filter(target=target, state__in=_UNDELIVERED).aggregate(
        events=Sum("event_count"),
        oldest=Min("oldest_at"),
        parked=Sum("event_count", filter=Q(state=DeliveryState.PARKED)),
    )
    moments = [
        made["oldest"],
        behind.values_list("context__at", flat=True).first(),
        unsealed.values_list("context__at", flat=True).first(),
    ]
    events = behind[:COUNT_CAP].count() + unsealed[:COUNT_CAP].count() + (made["events"] or 0)
    return Backlog(
        events=min(events, COUNT_CAP),
        oldest_at=min((moment for moment in moments if moment is not None), default=None),
        parked=made["parked"] or 0,
    )


def sent_within(target: PushTarget, period: timedelta) -> int:
    """How many events the target has answered for in the last `period`."""
    done = target.deliveries.filter(state=DeliveryState.DONE, finished_at__gte=timezone.now() - period)
    return int(done.aggregate(sum=Sum("event_count"))["sum"] or 0)


def dwell(target: PushTarget, *, hours: int = 24) -> Dwell:
    """Median and 95th percentile over the batches delivered in the last `hours`."""
    took = ExpressionWrapper(F("finished_at") - F("oldest_at"), output_field=DurationField())
    since = timezone.now() - timedelta(hours=hours)
    done = Delivery.objects.filter(target=target, state=DeliveryState.DONE, finished_at__gte=since)
    found = done.aggregate(
        batches=Count("pk"),
        events=Sum("event_count"),
        longest=Max(took),
        p50=_Percentile(took, share=0.5),
        p95=_Percentile(took, share=0.95),
    )
    rejected = DeliveryRejection.objects.filter(delivery__in=done).count()
    return Dwell(**{**found, "events": found["events"] or 0}, rejected=rejected)
