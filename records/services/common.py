"""What every change of this room needs: who acts, on which basis, and whether the unit may hand in at all."""

from datetime import date
from typing import Final

from agencies.models import Agency, ApiClient, Officer
from catalog import selectors as catalog
from catalog.clauses import basis_of as basis_of
from catalog.models import CatalogItem
from catalog.rules.routes import Address, right_address
from common.gates import Refusal, Refused, refuse


def actor_number(officer: Officer | None, client: ApiClient | None = None) -> int | None:
    """How the ledger names who acts: an officer's id, minus the id of a machine client, None for a job."""
    if officer is not None:
        return officer.pk
    return None if client is None else -client.pk


NOT_GRANTED: Final = "本单位有该事项的报送渠道，但您的账号没有这个事项，请联系本单位的系统管理员"


def route_refusal(agency: Agency, item: CatalogItem, on: date) -> Refusal | None:
    """G4: the agency has a route for the item on the day of hand-in (方案第3条); otherwise who has, and by which."""
    routes = list(catalog.providers(item.code, on))
    if agency.active and any(one.agency_id == agency.pk for one in routes):
        return None
    addresses = [
        Address(one.route, one.agency.name, one.agency.region == agency.region)
        for one in routes
        if one.agency.active
    ]
    detail = f"“{agency.name}”不是“{item.name}”的提供单位。{right_address(item.code, addresses)}"
    return refuse("provider_not_authorised", detail, pointer="/item")


def check_route(agency: Agency, item: CatalogItem, on: date) -> None:
    """Raise Refused where `route_refusal` finds one."""
    if refusal := route_refusal(agency, item, on):
        raise Refused(refusal)
