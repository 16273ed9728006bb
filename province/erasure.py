"""What this room keeps about a person, and when its handling was over (records.erasure).

Lines of the feed and digests are derived and emptied with the record. Messages from above are no holding: what was taken
stands in its own room, and contents are kept only of those that wait for a person, which are editions of catalogs and
measures, never anybody's data.
"""

from collections.abc import Sequence

from django.utils import timezone

from province.models import DeliveryRejection
from records.erasure.choices import Holding, Kept
from records.erasure.rules import Held
from records.erasure.selectors import Found

# The database says what a rejection is about, for the erasing function asks the same (migration 0008).
_ABOUT = "select j.* from province_deliveryrejection j where province_rejection_about(j, %s) order by j.id"


def held(subject_id: int) -> Sequence[Found]:
    """Why the province turned something down is needed until it is mended."""
    return [
        Found(
            Holding.REJECTION,
            one.pk,
            Kept.RECORD_BY_LAW,
            Held(True, timezone.localdate(one.resolved_at) if one.resolved_at else None),
            f"{one.item_code}（{timezone.localdate(one.created_at):%Y-%m-%d}）",
        )
        for one in DeliveryRejection.objects.raw(_ABOUT, [subject_id])
    ]
