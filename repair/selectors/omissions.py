"""What was handed in since somebody objected that it was missing."""

from django.db.models import QuerySet

from agencies.models import Officer
from records.identity.groups import groups_by_key
from records.models import CreditRecord
from records.selectors import visible_to
from repair.choices import Kind
from repair.models import Omission


def handed_in(omission: Omission, officer: Officer) -> QuerySet[CreditRecord]:
    """Records of the item about the party that came in since the objection and stand, as far as the officer may see them."""
    group = groups_by_key([omission.key]).get(omission.key)
    case = omission.case
    since = case.previous.filed_at if case.kind == Kind.REVIEW and case.previous else case.filed_at
    return (
        visible_to(officer)
        .filter(
            subject__in=group.ids if group else [],
            item_code=omission.item_code,
            received_at__gte=since,
            ended_on__isnull=True,
        )
        .order_by("-id")
    )
