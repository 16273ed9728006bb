"""Which officers may hand in an item: granted by item code, so that it outlives a change of edition."""

from django.utils import timezone
from guardian.shortcuts import get_users_with_perms

from agencies.access import agencies_submitting
from agencies.models import Agency, Officer
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


def grant_item(*, item_code: str, agency: Agency) -> None:
    """Grant one item to everybody who may submit for the agency; part of the action that gives the agency its route."""
    rows = CatalogItem.objects.filter(code=item_code)
    submitters = get_users_with_perms(agency, only_with_perms_in=["submit_for"], with_group_users=False)
    for officer in submitters:
        grant_missing(officer, "catalog.submit_item", rows)  # type: ignore[arg-type]  # officers are our users
