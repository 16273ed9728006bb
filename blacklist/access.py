"""Who may work cases, decide them, see them. One question each, asked by services, selectors and pages alike."""

from agencies.access import agencies_for
from agencies.models import Agency, Officer

HANDLE, DECIDE = "blacklist.handle_case", "blacklist.decide_case"
SEE_ALL, SCHEMES = "blacklist.view_all_cases", "blacklist.manage_schemes"
_GRANT = {HANDLE: "submit_for", DECIDE: "review_for"}


def may(officer: Officer, agency_id: int, *, deciding: bool) -> bool:
    """Whether the officer takes steps in cases of this agency. Whoever decides may also do what prepares a decision."""
    permissions = (DECIDE,) if deciding else (HANDLE, DECIDE)
    return any(
        officer.has_perm(permission)
        and agencies_for(officer, _GRANT[permission]).filter(pk=agency_id).exists()
        for permission in permissions
    )


def agencies_handling(officer: Officer) -> list[Agency]:
    """Agencies for which the officer may open a case."""
    found = {
        agency.pk: agency
        for permission in (HANDLE, DECIDE)
        if officer.has_perm(permission)
        for agency in agencies_for(officer, _GRANT[permission])
    }
    return [found[key] for key in sorted(found)]
