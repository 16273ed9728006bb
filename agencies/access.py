"""Who may hand in for which agency. Whether an item may be handed in is asked of `catalog.access`, the room above."""

from django.db.models import QuerySet
from guardian.shortcuts import get_objects_for_user

from agencies.models import Agency, Officer


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
