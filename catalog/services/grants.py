"""Which officers may hand in an item: granted by item code, so that it outlives a change of edition."""

from django.utils import timezone

from agencies.access import granted_agencies
from agencies.models import Agency, Officer
from agencies.services import grant_missing
from catalog.models import CatalogItem, CatalogItemUserObjectPermission, ProviderRoute
from catalog.selectors import in_force
from ledger.services import acting


def grant_items(
    *, officer: Officer, actor: Officer | None = None, basis: str = "鹤信用发〔2022〕1号 第3条"
) -> None:
    """Grant the items that the officer's agencies have a route for today; repeatable, takes nothing away."""
    routes = ProviderRoute.objects.filter(
        in_force(timezone.localdate()),
        agency__in=granted_agencies(officer, "submit_for"),
        agency__active=True,
    )
    with acting(actor=actor.pk if actor else None, action="catalog.grant_items", basis=basis):
        rows = CatalogItem.objects.filter(code__in=routes.values("item_code"))
        grant_missing(CatalogItemUserObjectPermission, [officer], ["submit_item"], rows)


def grant_item(*, item_code: str, agency: Agency) -> None:
    """Grant one item to everybody who may submit for the agency; part of the action that gives the agency its route."""
    rows = CatalogItem.objects.filter(code=item_code)
    submitters = Officer.objects.filter(
        agencyuserobjectpermission__content_object=agency,
        agencyuserobjectpermission__permission__codename="submit_for",
    )
    grant_missing(CatalogItemUserObjectPermission, submitters, ["submit_item"], rows)
