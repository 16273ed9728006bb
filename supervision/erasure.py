"""What this room keeps about a person, and when its handling was over (records.erasure)."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from records.erasure.choices import Holding, Kept
from records.erasure.rules import Held
from records.erasure.selectors import Found
from supervision.models import Clue

# The database says what a clue is about, for the erasing function asks the same (migration 0010).
_ABOUT = "select c.* from supervision_clue c where supervision_clue_about(c, %s) order by c.id"


def held(subject_id: int) -> Sequence[Found]:
    """A clue says something of a unit, but in words that may name the person. It is over when it is closed."""
    return [
        Found(Holding.CLUE, clue.pk, Kept.CASE, Held(True, _closed(clue)), clue.get_kind_display())
        for clue in Clue.objects.raw(_ABOUT, [subject_id])
    ]


def _closed(clue: Clue) -> date | None:
    return timezone.localdate(clue.closed_at) if clue.closed_at else None
