"""Which items an officer may hand in. Grants are by item code: they outlive a change of edition."""

from datetime import date

from guardian.shortcuts import get_objects_for_user

from agencies.models import Officer
from catalog import selectors
from catalog.models import CatalogItem


def items_submittable(officer: Officer) -> set[str]:
    """Codes of the items the officer may hand in; one query."""
    granted = get_objects_for_user(
        officer, "catalog.submit_item", klass=CatalogItem, accept_global_perms=False, with_superuser=False
    )
    return set(granted.order_by().values_list("code", flat=True).distinct())


def may_submit_item(officer: Officer, item_code: str) -> bool:
    """Whether the officer may hand in this item; whether the agency may is a matter of its routes (G4)."""
    return item_code in items_submittable(officer)


def items_submitting(officer: Officer, on: date) -> list[CatalogItem]:
    """The items in force on `on` that the officer may hand in, in the order of the catalog."""
    return list(selectors.items(on).filter(code__in=items_submittable(officer)))
