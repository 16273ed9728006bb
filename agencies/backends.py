"""Who is signed in, read for every request of the workbench: the officer's row anew each time, by a statement compiled once, and
what roles and own grants let the officer do, by one statement where Django asks two and builds both anew.
"""

from typing import Final

from django.contrib.auth.backends import ModelBackend
from django.db.models import Model

from agencies.models import Officer
from common.frozen import Frozen
from common.prepared import Prepared

_BY_NUMBER: Final = Frozen[Officer](
    "officer_by_number", lambda number: Officer.objects.filter(pk=number), number="bigint"
)
_PERMISSIONS: Final = Prepared(
    "officer_permissions",
    ["bigint"],
    """
select t.app_label || '.' || p.codename from (
    select u.permission_id from agencies_officer_user_permissions u where u.officer_id = $1
    union
    select g.permission_id from auth_group_permissions g join agencies_officer_groups m on m.group_id = g.group_id
    where m.officer_id = $1
) held
join auth_permission p on p.id = held.permission_id
join django_content_type t on t.id = p.content_type_id
""",
)


class OfficerBackend(ModelBackend):
    """Passwords, roles and their permissions as Django's own; only reading them costs less."""

    def get_user(self, user_id: int) -> Officer | None:
        found = _BY_NUMBER.rows(number=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None

    def get_all_permissions(self, user_obj: Officer, obj: Model | None = None) -> set[str]:  # type: ignore[override]
        """As Django's, kept for as long as the officer is: to the end of the request."""
        if not user_obj.is_active or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            user_obj._perm_cache = {str(name) for (name,) in _PERMISSIONS.rows([user_obj.pk])}  # type: ignore[attr-defined]
        held: set[str] = user_obj._perm_cache  # type: ignore[attr-defined]
        return held
