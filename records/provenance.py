"""Whether a record is the platform's own or a copy: administrative acts reach the province through its own reporting
system, and the city platform receives copies of them (plan, item 3 (3)).

Derived from the routes, which are dated data: a record came in by the route its provider had for the item that day.
"""

from datetime import timedelta

from django.db.models import DateField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone

from catalog.choices import Route
from catalog.models import ProviderRoute
from records.models import CreditRecord

COPY = "副本（经省填报系统推送）"
# A file handed in on the last day of a route may still be at work for some days; the database's gate grants as many.
_GRACE = timedelta(days=7)


def route_of(record: CreditRecord) -> str:
    """The route by which the record came in; "" where none fits any more."""
    day = timezone.localdate(record.received_at)
    rows = ProviderRoute.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gte=day - _GRACE),
        item_code=record.item_code,
        agency=record.provider_id,
        effective_from__lte=day,
    )
    return rows.order_by("-effective_from").values_list("route", flat=True).first() or ""


def is_copy() -> Exists:
    """Condition on records: it came in as a copy. For queries that read many; the same dates as `route_of`."""
    received = Cast(OuterRef("received_at"), DateField())
    routes = ProviderRoute.objects.filter(
        item_code=OuterRef("item_code"),
        agency=OuterRef("provider"),
        route=Route.PROVINCIAL_SYSTEM,
        effective_from__lte=received,
    )
    return Exists(routes.filter(Q(effective_until__isnull=True) | Q(effective_until__gte=received - _GRACE)))


def received_as(record: CreditRecord) -> str:
    """In words, that a record is a copy; "" for the platform's own."""
    return COPY if route_of(record) == Route.PROVINCIAL_SYSTEM else ""
