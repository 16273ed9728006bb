"""What is still to be done: measures whose ground has ended and that nobody reported lifted, hits nobody reported on.

Both are derived from dates on read; no job has to run for a task to appear or to go away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from agencies.models import Agency
from blacklist.choices import end_reason_label
from catalog.deadlines import rule_on
from catalog.rules.deadlines import last_day
from common.selectors import load_calendar
from sanctions.models import AppliedMeasure, Screening

LIFT: Final = "measure-lift"


@dataclass(frozen=True, slots=True)
class LiftTask:
    """A measure to be lifted: since when its ground is over, why, and by when it is to be done."""

    measure: AppliedMeasure
    ended_on: date
    why: str
    due: date


def lift_tasks(rows: Sequence[AppliedMeasure]) -> list[LiftTask]:
    """The tasks of rows of `to_lift`, each with its last day; one query for the rule a day of ending."""
    calendar = load_calendar()
    days = {row.ground_ended for row in rows}  # type: ignore[attr-defined]
    rules = {day: rule_on(LIFT, day) for day in days}
    tasks = []
    for row in rows:
        ended: date = row.ground_ended  # type: ignore[attr-defined]
        rule = rules[ended]
        ground = row.record or row.entry
        why = end_reason_label(ground.end_reason) if ground else ""
        tasks.append(LiftTask(row, ended, why, last_day(ended, rule.amount, rule.unit, calendar)))
    return tasks


@dataclass(frozen=True, slots=True)
class Unreported:
    """A measure of a hit that nobody reported on yet."""

    agency_id: int
    screening: str
    ordinal: int
    code: str
    matter: str
    due: date
    name: str  # of the measure, as the hit named it


_UNREPORTED: Final = """
select s.agency_id, s.public_id, h.ordinal, g ->> 'code', t.name, s.feedback_due,
       (select m.name from sanctions_measure m where m.id = (g ->> 'measure')::bigint)
from sanctions_screening s
join sanctions_screeninghit h on h.screening_id = s.id
join sanctions_matter t on t.id = s.matter_id
cross join lateral (select distinct on (one ->> 'code') one as g from jsonb_array_elements(h.grounds) one) named
where s.hits > 0 and (%(agency)s::bigint is null or s.agency_id = %(agency)s)
  and (%(screening)s::bigint is null or s.id = %(screening)s) and s.feedback_due <= %(until)s
  and not exists (select from sanctions_measurefeedback f where f.hit_id = h.id and f.measure_code = g ->> 'code')
order by s.feedback_due, s.id, h.ordinal, 4 limit %(limit)s
"""


def unreported(
    *, until: date, agency: Agency | None = None, screening: Screening | None = None, limit: int = 1000
) -> list[Unreported]:
    """Measures of hits without feedback that were due by `until`, the oldest first."""
    values = {
        "agency": agency.pk if agency else None,
        "screening": screening.pk if screening else None,
        "until": until,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNREPORTED, values)
        return [Unreported(*row) for row in cursor.fetchall()]


def remaining(screening: Screening) -> int:
    """How many measures of a screening nobody reported on yet."""
    return len(unreported(until=date.max, screening=screening, limit=1_000_000))
