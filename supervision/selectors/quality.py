"""错报: what the checks of the intake sent back, and 合规率 = accepted / (accepted + rejected).

Counted are rows of files only: a form or a single API call is refused on the spot and leaves no row. Repeated rows are
neither right nor wrong and are left out. `with_found_later` takes in the errors found after acceptance, which
`supervision.selectors.errors` counts (an objection upheld, a record turned down by the province).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from records.choices import BatchStatus
from records.models import IntakeBatch
from supervision.selectors.timeliness import Parameter


@dataclass(frozen=True, slots=True)
class Compliance:
    """Rows of files that one agency handed in."""

    agency_id: int
    accepted: int
    rejected: int
    duplicate: int

    @property
    def judged(self) -> int:
        return self.accepted + self.rejected


def moments(since: date, until: date) -> tuple[datetime, datetime]:
    """From the first moment of `since` to the last of `until`, local time."""
    return (
        timezone.make_aware(datetime.combine(since, time.min)),
        timezone.make_aware(datetime.combine(until, time.max)),
    )


def compliance(
    *, since: date, until: date, items: Iterable[str], agencies: Iterable[int] | None = None
) -> list[Compliance]:
    """Finished batches handed in from `since` to `until`, by agency."""
    rows = IntakeBatch.objects.filter(
        status=BatchStatus.DONE, created_at__range=moments(since, until), item__code__in=list(items)
    )
    if agencies is not None:
        rows = rows.filter(agency_id__in=list(agencies))
    sums = rows.values_list("agency_id").annotate(Sum("accepted"), Sum("rejected"), Sum("duplicate"))
    return [Compliance(*line) for line in sums.order_by("agency_id")]


def faults_by_code(
    *, since: date, until: date, items: Iterable[str], agencies: Iterable[int] | None = None
) -> list[tuple[str, int]]:
    """(code, rows it was found in) of the rows that came back, most frequent first; one row may have several codes."""
    conditions = (
        "b.status = 'done' AND b.created_at BETWEEN %(first)s AND %(last)s AND i.code = ANY(%(items)s)"
        " AND NOT r.is_duplicate"
    )
    first, last = moments(since, until)
    parameters: dict[str, Parameter] = {"first": first, "last": last, "items": list(items)}
    if agencies is not None:
        conditions += " AND b.agency_id = ANY(%(agencies)s)"
        parameters["agencies"] = list(agencies)
    sql = f"""
        SELECT found.fault, count(*) FROM records_intakebatch b
        JOIN catalog_catalogitem i ON i.id = b.item_id
        JOIN records_rejectedrow r ON r.batch_id = b.id
        CROSS JOIN LATERAL (SELECT DISTINCT p ->> 'code' AS fault FROM jsonb_array_elements(r.problems) p) found
        WHERE {conditions} GROUP BY 1 ORDER BY 2 DESC, 1
    """  # noqa: S608 - the conditions are ours, the values are parameters
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [(code, rows) for code, rows in cursor.fetchall()]


def with_found_later(figures: Iterable[Compliance], found_later: Mapping[int, int]) -> list[Compliance]:
    """Move records found wrong after acceptance from accepted to rejected, by agency (never below zero)."""
    wrong = Counter(found_later)
    return [
        Compliance(
            line.agency_id,
            line.accepted - min(line.accepted, wrong[line.agency_id]),
            line.rejected + min(line.accepted, wrong[line.agency_id]),
            line.duplicate,
        )
        for line in figures
    ]
