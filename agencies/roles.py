"""What each role may do everywhere (model permissions) and for which agencies (object permissions).

A role is a Django group of the same name. Its model permissions are named by text, for some belong to rooms above this
one; the groups are therefore filled by `load_reference`, after all tables and permissions exist.
"""

from typing import Final

from django.contrib.auth.models import Group, Permission

from agencies.choices import Role

MODEL_PERMISSIONS: Final[dict[Role, tuple[str, ...]]] = {
    Role.SUBMITTER: (
        "records.add_intakebatch",
        "records.add_creditrecord",
        "records.look_up",
        "records.register_consent",
        "blacklist.handle_case",
        "repair.handle_case",
        "repair.enter_case",
        "sanctions.screen",
        "blacklist.deliver_list",
        "records.correct_record",
        "records.mark_proceeding",
        "records.look_up",
    ),
    Role.REVIEWER: (
        "records.change_creditrecord",
        "records.correct_record",
        "records.mark_proceeding",
        "records.look_up",
        "records.register_purpose",
        "records.view_lookups",
        "records.approve_export",
        "records.register_consent",
        "records.compare_publication",
        "blacklist.decide_case",
        "blacklist.change_entry",
        "records.propose_identity",
        "supervision.explain_clue",
        "repair.handle_case",
        "repair.decide_case",
        "repair.enter_case",
        "sanctions.apply_measure",
        "sanctions.screen",
    ),
    Role.AUTHORITY: (
        "catalog.manage_catalog",
        "sanctions.manage_measures",
        "sanctions.apply_measure",
        "sanctions.screen",
        "sanctions.view_all_measures",
        "records.view_all_records",
        "records.mark_proceeding",
        "records.look_up",
        "records.register_purpose",
        "records.approve_purpose",
        "records.view_lookups",
        "records.approve_export",
        "records.register_consent",
        "records.serve_person",
        "records.decide_erasure",
        "records.compare_publication",
        "blacklist.manage_schemes",
        "blacklist.view_scheme_attempts",
        "blacklist.view_all_cases",
        "blacklist.view_all_entries",
        "records.propose_identity",
        "records.decide_identity",
        "blacklist.decide_delivery",
        "blacklist.view_all_deliveries",
        "province.view_all_deliveries",
        "province.retry_delivery",
        "province.manage_targets",
        "supervision.view_all_clues",
        "supervision.close_clue",
        "common.change_calendarday",
        "repair.handle_case",
        "repair.decide_case",
        "repair.enter_case",
        "repair.view_all_cases",
        "repair.route_case",
        "repair.manage_repair_rules",
        "portal.write_article",
        "portal.review_article",
        "portal.change_figurerule",
        "portal.change_newscolumn",
        "portal.change_openterm",
    ),
    Role.AUDITOR: (
        "records.view_all_records",
        "sanctions.view_all_measures",
        "records.view_lookups",
        "blacklist.view_scheme_attempts",
        "blacklist.view_all_cases",
        "blacklist.view_all_entries",
        "blacklist.view_all_deliveries",
        "province.view_all_deliveries",
        "supervision.view_all_clues",
        "repair.view_all_cases",
    ),
    Role.ADMINISTRATOR: (
        "agencies.add_officer",
        "agencies.change_officer",
        "agencies.add_apiclient",
        "agencies.change_apiclient",
    ),
}

# For the officer's own agency and the units below it. Everybody sees what the agency handed in.
AGENCY_PERMISSIONS: Final[dict[Role, tuple[str, ...]]] = {
    Role.SUBMITTER: ("submit_for", "view_for"),
    Role.REVIEWER: ("review_for", "view_for"),
    Role.AUTHORITY: ("view_for",),
    Role.AUDITOR: ("view_for",),
    Role.ADMINISTRATOR: ("view_for",),
}


def load_roles() -> int:
    """Make the groups hold exactly their permissions; returns the number of roles. LookupError for a permission that
    no room defines."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in MODEL_PERMISSIONS.items():
        if missing := [name for name in names if name not in known]:
            raise LookupError(f"no room defines {', '.join(missing)}")
        group, _ = Group.objects.get_or_create(name=role.value)
        wanted = {known[name].pk for name in names}
        if set(group.permissions.values_list("pk", flat=True)) != wanted:
            group.permissions.set(wanted)
    return len(MODEL_PERMISSIONS)
