"""Who may hand in for which agency. Whether an item may be handed in is asked of `catalog.access`, the room above."""

from typing import Final

from django.db import connection
from django.db.models import QuerySet
from guardian.shortcuts import get_objects_for_user

from agencies.models import Agency, Officer

# The same grants as `get_objects_for_user` reads. Asked by nearly every page of the workbench, and building that queryset
# costs several times what running it does.
_GRANTED: Final = """
select held.content_object_id from (
    select u.content_object_id, u.permission_id from agencies_agencyuserobjectpermission u where u.user_id = %(officer)s
    union
    select g.content_object_id, g.permission_id from agencies_agencygroupobjectpermission g
    join agencies_officer_groups m on m.group_id = g.group_id where m.officer_id = %(officer)s
) held
join auth_permission p on p.id = held.permission_id and p.codename = %(codename)s
join django_content_type t on t.id = p.content_type_id and t.app_label = 'agencies' and t.model = 'agency'
"""


def granted_agencies(officer: Officer, permission: str) -> list[int]:
    """Ids of the agencies, in use or not, for which the officer holds `permission`; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_GRANTED, {"officer": officer.pk, "codename": permission})
        return [int(number) for (number,) in cursor.fetchall()]


def agencies_for(officer: Officer, permission: str) -> QuerySet[Agency]:
    """Agencies in use for which the officer holds `permission` (submit_for, review_for, view_for)."""
    granted: QuerySet[Agency] = get_objects_for_user(
        officer, f"agencies.{permission}", klass=Agency, accept_global_perms=False, with_superuser=False
    )
    return granted.filter(active=True)


def agencies_submitting(officer: Officer) -> QuerySet[Agency]:
    """Agencies the officer may hand in for: the officer's own and those below it, if a submitter (方案第3条（1）)."""
    return agencies_for(officer, "submit_for")


def may_submit(officer: Officer, agency_id: int) -> bool:
    """Whether the officer may hand in for this agency."""
    return agencies_submitting(officer).filter(pk=agency_id).exists()
