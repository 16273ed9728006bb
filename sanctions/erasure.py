"""What this room keeps about a person, and when its handling was over (records.erasure).

Screenings and their hits are no holding: they name the person by keyed digest and number only, and go with the register of
look-ups on their own last day (migration 0008).
"""

from collections.abc import Sequence
from datetime import date, timedelta

from blacklist.erasure import last_day
from records.erasure.choices import Holding, Kept
from records.erasure.rules import Held
from records.erasure.selectors import Found
from records.models import CreditRecord
from sanctions.models import AppliedMeasure


def held(subject_id: int) -> Sequence[Found]:
    """Measures are a statutory duty while they are in force, and the papers of one afterwards."""
    rows = AppliedMeasure.objects.filter(subject=subject_id).select_related("measure", "record", "entry")
    return [
        Found(Holding.MEASURE, one.pk, Kept.CASE, Held(True, _over(one)), one.measure.name) for one in rows
    ]


def _over(one: AppliedMeasure) -> date | None:
    """The last day on which it was in force: its own, or that of its ground."""
    ground = last_day(one.entry) if one.entry else _last_use(one.record) if one.record else None
    days = [day for day in (_before(one.lifted_on), one.ends_on, ground) if day]
    return min(days, default=None)


def _last_use(record: CreditRecord) -> date | None:
    return min((day for day in (_before(record.ended_on), record.used_until) if day), default=None)


def _before(day: date | None) -> date | None:
    return day - timedelta(days=1) if day else None
