"""What every change of this room needs: who acts, on which basis, and whether the unit may hand in at all."""

from datetime import date

from agencies.models import Agency, ApiClient, Officer
from catalog import selectors as catalog
from catalog.models import CatalogItem
from common.gates import Refused, refuse


def actor_number(officer: Officer | None, client: ApiClient | None = None) -> int | None:
    """How the ledger names who acts: an officer's id, minus the id of a machine client, None for a job."""
    if officer is not None:
        return officer.pk
    return None if client is None else -client.pk


def basis_of(item: CatalogItem) -> str:
    """The legal basis an item is collected on, as it stands in the ledger."""
    return f"{item.basis}{item.basis_clause}"


def check_route(agency: Agency, item: CatalogItem, on: date) -> None:
    """G4: the agency has a route for the item on the day of hand-in (方案第3条); raises Refused."""
    if not agency.active or not catalog.providers(item.code, on).filter(agency=agency).exists():
        detail = f"“{agency.name}”不是“{item.name}”的提供单位，请由提供单位按规定渠道报送"
        raise Refused(refuse("provider_not_authorised", detail, pointer="/item"))
