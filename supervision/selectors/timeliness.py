"""及时率 for any number of records in one statement: `rules.timeliness.judge` written in SQL.

`CLOCK` numbers the working days once (some four thousand rows, made from the calendar table) and looks up the due day of
every decision day and period; a record finds both and its day of receipt there by hash join. Rejected: a due date stored with each record, which
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
    SELECT day, works, known, (sum(works::int) OVER (ORDER BY day))::int AS no,
           (sum((NOT known)::int) OVER (ORDER BY day))::int AS open_days
    FROM marked),
term AS MATERIALIZED (
    SELECT decided.day AS decided, period.days, due.day AS due, due.no AS due_no,
           decided.known AS known, decided.open_days AS open_before, due.open_days AS open_at_due
    FROM (SELECT DISTINCT report_within_workdays AS days FROM catalog_catalogitem WHERE report_within_workdays > 0) period
    CROSS JOIN clock decided JOIN clock due ON due.works AND due.no = decided.no + period.days)
"""
# `picked` comes before: what is judged, with item_id, decision_date and received_on. An item with a period of 0 has no
# deadline.
JUDGED: Final = """
judged AS (
    SELECT p.*, i.code AS item_code, term.due,
           coalesce(term.known AND term.open_before = least(got.open_days, term.open_at_due), false) AS certain,
           coalesce(got.day > term.due, false) AS late,
           got.no - term.due_no + (NOT got.works)::int AS late_by
    FROM picked p
    JOIN catalog_catalogitem i ON i.id = p.item_id AND i.report_within_workdays > 0
    LEFT JOIN term ON term.decided = p.decision_date AND term.days = i.report_within_workdays
    LEFT JOIN clock got ON got.day = p.received_on)
"""
RECEIVED_ON: Final = "(r.received_at AT TIME ZONE %(zone)s)::date AS received_on"
# Records of one agency and item that share both days are judged as one.
_GROUPS: Final = f"""
picked AS (
    SELECT r.provider_id, r.item_id, r.decision_date, {RECEIVED_ON}, count(*) AS records
    FROM records_creditrecord r WHERE {{condition}} GROUP BY 1, 2, 3, 4)
"""  # noqa: S608 - the condition is ours, the values are parameters
_TOTALS: Final = """
SELECT provider_id, item_code, date_trunc('month', decision_date::timestamp)::date AS month,
       coalesce(sum(records) FILTER (WHERE certain AND NOT late), 0)::bigint,
       coalesce(sum(records) FILTER (WHERE certain AND late), 0)::bigint,
       coalesce(sum(records) FILTER (WHERE NOT certain), 0)::bigint,
       coalesce(sum(late_by * records) FILTER (WHERE certain AND late), 0)::bigint,
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
    sql = f"WITH {CLOCK}, {_GROUPS.format(condition=' AND '.join(conditions))}, {JUDGED} {_TOTALS}"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [Timeliness(*row) for row in cursor.fetchall()]
