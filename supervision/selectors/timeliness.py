"""及时率 for any number of records in one statement: `rules.timeliness.judge` written in SQL.

`CLOCK` numbers the working days once (some four thousand rows, made from the calendar table), and every record finds its
decision day, its due day and its day of receipt there by hash join. Rejected: a due date stored with each record, which
every correction of the calendar would have to rewrite; and Python per row, which takes minutes at two million.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import connection

from common.clock import today

Parameter = str | date | datetime | list[str] | list[int]

# no: working days up to and including the day; open_days: days of uncovered years up to it.
CLOCK: Final = """
covered AS MATERIALIZED (
    SELECT DISTINCT extract(year FROM date)::int AS year FROM common_calendarday
    WHERE NOT is_workday AND extract(month FROM date) = 10 AND extract(isodow FROM date) < 6),
marked AS (
    SELECT d::date AS day, coalesce(c.is_workday, extract(isodow FROM d) < 6) AS works, k.year IS NOT NULL AS known
    FROM generate_series(
        make_date((SELECT coalesce(min(year), extract(year FROM %(today)s::date)::int) FROM covered), 1, 1),
        %(today)s::date + 400, interval '1 day') AS d
    LEFT JOIN common_calendarday c ON c.date = d::date
    LEFT JOIN covered k ON k.year = extract(year FROM d)::int),
clock AS MATERIALIZED (
    SELECT day, works, known, sum(works::int) OVER (ORDER BY day) AS no,
           sum((NOT known)::int) OVER (ORDER BY day) AS open_days
    FROM marked)
"""
# One line a record; the caller adds conditions on r. An item with a period of 0 has no deadline.
JUDGED: Final = """
judged AS (
    SELECT r.id, r.provider_id, r.item_code, r.batch_id, r.document_number, r.decision_date, due.day AS due,
           coalesce(dec.known AND dec.open_days =
                    CASE WHEN got.day < due.day THEN got.open_days ELSE due.open_days END, false) AS certain,
           coalesce(got.day > due.day, false) AS late,
           got.no - due.no + (NOT got.works)::int AS late_by
    FROM records_creditrecord r
    JOIN catalog_catalogitem i ON i.id = r.item_id AND i.report_within_workdays > 0
    LEFT JOIN clock dec ON dec.day = r.decision_date
    LEFT JOIN clock due ON due.works AND due.no = dec.no + i.report_within_workdays
    LEFT JOIN clock got ON got.day = (r.received_at AT TIME ZONE %(zone)s)::date
    WHERE {condition})
"""
_TOTALS: Final = """
SELECT provider_id, item_code, date_trunc('month', decision_date)::date AS month,
       count(*) FILTER (WHERE certain AND NOT late), count(*) FILTER (WHERE certain AND late),
       count(*) FILTER (WHERE NOT certain),
       coalesce(sum(late_by) FILTER (WHERE certain AND late), 0)::bigint,
       coalesce(max(late_by) FILTER (WHERE certain AND late), 0)
FROM judged GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Records of one agency, item and month of decision; working days late in sum and at most."""

    agency_id: int
    item_code: str
    month: date
    on_time: int
    late: int
    uncertain: int
    late_days: int
    latest: int

    @property
    def judged(self) -> int:
        return self.on_time + self.late


def clock_parameters(on: date | None = None) -> dict[str, Parameter]:
    """What `CLOCK` and `JUDGED` need."""
    return {"today": on or today(), "zone": settings.TIME_ZONE}


def timeliness(
    *, since: date, until: date, items: Iterable[str], agencies: Iterable[int] | None = None
) -> list[Timeliness]:
    """Decisions from `since` to `until` (both included) of these items; one query, whatever the number of records.

    The month is that of the decision, so that a month's figure does not change with the day on which somebody looks,
    except by what comes in later. `agencies` limits to providers; None means all.
    """
    conditions = ["r.item_code = ANY(%(items)s)", "r.decision_date BETWEEN %(since)s AND %(until)s"]
    parameters: dict[str, Parameter] = clock_parameters() | {
        "items": list(items),
        "since": since,
        "until": until,
    }
    if agencies is not None:
        conditions.append("r.provider_id = ANY(%(agencies)s)")
        parameters["agencies"] = list(agencies)
    sql = f"WITH {CLOCK}, {JUDGED.format(condition=' AND '.join(conditions))} {_TOTALS}"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [Timeliness(*row) for row in cursor.fetchall()]
