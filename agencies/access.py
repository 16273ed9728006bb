"""Who may hand in for which agency. Whether an item may be handed in is asked of `catalog.access`, the room above."""

from typing import Final

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from agencies.models import Agency, Officer
from common.prepared import Prepared

# The same grants as `get_objects_for_user` and `has_perm` read. Asked by nearly every page of the workbench, and building
# those querysets costs several times what running them does.
_HELD: Final = """
select held.content_object_id from (
    select u.content_object_id, u.permission_id from agencies_agencyuserobjectpermission u where u.user_id = $1
    union
    select g.content_object_id, g.permission_id from agencies_agencygroupobjectpermission g
    join agencies_officer_groups m on m.group_id = g.group_id where m.officer_id = $1
) held
join auth_permission p on p.id = held.permission_id and p.codename = $2
join django_content_type t on t.id = p.content_type_id and t.app_label = 'agencies' and t.model = 'agency'
"""
_HELD_INSIDE: Final = _HELD.replace("$1", "%s").replace("$2", "%s")  # officer, officer, permission
_EVERYTHING: Final = 0  # no agency has this id
_GRANTED: Final = Prepared("agencies_granted", ["bigint", "text"], _HELD)
_IN_SIGHT: Final = Prepared(
    "agencies_in_sight",
    ["bigint", "text", "text", "text"],
    f"""
select {_EVERYTHING} from auth_permission p
join django_content_type t on t.id = p.content_type_id and t.app_label = $3 and p.codename = $4
where exists (select from agencies_officer_user_permissions u where u.permission_id = p.id and u.officer_id = $1)
   or exists (select from auth_group_permissions g join agencies_officer_groups m on m.group_id = g.group_id
              where g.permission_id = p.id and m.officer_id = $1)
union all {_HELD}""",  # noqa: S608  # constants of this module
)


def granted_agencies(officer: Officer, permission: str) -> list[int]:
    """Ids of the agencies, in use or not, for which the officer holds `permission`; one query."""
    return [int(str(number)) for (number,) in _GRANTED.rows([officer.pk, permission])]


def agencies_in_sight(officer: Officer, permission: str, *, everything: str) -> list[int] | None:
    """The same, or None for an officer whose role holds `everything` and thus needs no grants; one query for both."""
    if officer.is_superuser and officer.is_active:
        return None
    rows = _IN_SIGHT.rows([officer.pk, permission, *everything.split(".")])
    found = [int(str(number)) for (number,) in rows]
    return None if _EVERYTHING in found and officer.is_active else [one for one in found if one]


def agencies_for(officer: Officer, permission: str) -> QuerySet[Agency]:
    """Agencies in use for which the officer holds `permission` (submit_for, review_for, view_for)."""
    granted = RawSQL(_HELD_INSIDE, [officer.pk, officer.pk, permission])  # noqa: S611  # a constant
    return Agency.objects.filter(active=True, pk__in=granted)


def agencies_submitting(officer: Officer) -> QuerySet[Agency]:
    """Agencies the officer may hand in for: the officer's own and those below it, if a submitter (方案第3条（1）)."""
    return agencies_for(officer, "submit_for")


def may_submit(officer: Officer, agency_id: int) -> bool:
    """Whether the officer may hand in for this agency."""
    return agencies_submitting(officer).filter(pk=agency_id).exists()
