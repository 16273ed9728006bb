"""Which items an officer may hand in. Grants are by item code: they outlive a change of edition."""

from datetime import date
from typing import Final

from agencies.models import Officer
from catalog import selectors
from catalog.models import CatalogItem
from common.prepared import Prepared

# What `get_objects_for_user` finds, without building its querysets (as in agencies.access).
_SUBMITTABLE: Final = Prepared(
    "items_submittable",
    ["bigint"],
    """
select distinct i.code from (
    select u.content_object_id, u.permission_id from catalog_catalogitemuserobjectpermission u where u.user_id = $1
    union
    select g.content_object_id, g.permission_id from catalog_catalogitemgroupobjectpermission g
    join agencies_officer_groups m on m.group_id = g.group_id where m.officer_id = $1
) held
join auth_permission p on p.id = held.permission_id and p.codename = 'submit_item'
join django_content_type t on t.id = p.content_type_id and t.app_label = 'catalog' and t.model = 'catalogitem'
join catalog_catalogitem i on i.id = held.content_object_id
""",
)


def items_submittable(officer: Officer) -> set[str]:
    """Codes of the items the officer may hand in; one query."""
    return {str(code) for (code,) in _SUBMITTABLE.rows([officer.pk])}


def may_submit_item(officer: Officer, item_code: str) -> bool:
    """Whether the officer may hand in this item; whether the agency may is a matter of its routes (G4)."""
    return item_code in items_submittable(officer)


def items_submitting(officer: Officer, on: date) -> list[CatalogItem]:
    """The items in force on `on` that the officer may hand in, in the order of the catalog."""
    return list(selectors.items(on).filter(code__in=items_submittable(officer)))
