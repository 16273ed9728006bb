"""Writes of the catalog room."""

from django.utils import timezone

from agencies.access import agencies_submitting
from agencies.models import Officer
from agencies.services import grant_missing
from catalog.models import CatalogItem, ProviderRoute
from catalog.selectors import in_force
from ledger.services import acting


def grant_items(
    *, officer: Officer, actor: Officer | None = None, basis: str = "鹤信用发〔2022〕1号 第3条"
) -> None:
    """Grant the items that the officer's agencies have a route for today; repeatable, takes nothing away."""
    routes = ProviderRoute.objects.filter(
        in_force(timezone.localdate()), agency__in=agencies_submitting(officer)
    )
    with acting(actor=actor.pk if actor else None, action="catalog.grant_items", basis=basis):
        grant_missing(
            officer, "catalog.submit_item", CatalogItem.objects.filter(code__in=routes.values("item_code"))
        )
