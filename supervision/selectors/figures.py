"""One line an agency: timeliness, compliance, gaps and open clues side by side. Seven queries beside it, however many agencies."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from agencies.models import Agency
from records.agreement.selectors import wrong_reports
from supervision.selectors.clues import missing_numbers, open_clues
from supervision.selectors.errors import found_later
from supervision.selectors.quality import Compliance, compliance, with_found_later
from supervision.selectors.timeliness import Timeliness


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of one agency in a period. Clues are those open now; gaps those past their period now."""

    agency_id: int
    agency: str
    on_time: int
    late: int
    uncertain: int
    late_days: int
    latest: int
    accepted: int
    rejected: int
    disagreeing: int
    missing: int
    open_clues: int


def figures(
    rows: Iterable[Timeliness], *, since: date, until: date, items: Sequence[str], on: date
) -> list[Line]:
    """Agencies that handed something in or have something open, in the order of the register.

    `rows` come from `timeliness` for the same period and items, which the months' figures share.
    """
    timely: dict[int, list[Timeliness]] = defaultdict(list)
    for row in rows:
        timely[row.agency_id].append(row)
    disagreeing = wrong_reports(since=since, until=until, items=items)
    later = found_later(since=since, until=until, items=items)
    judged = with_found_later(compliance(since=since, until=until, items=items), later)
    correct = {row.agency_id: row for row in judged}
    missing = missing_numbers(on=on, items=items)
    waiting = open_clues()
    wanted = {*timely, *correct, *disagreeing, *missing, *waiting}
    names = dict(Agency.objects.filter(pk__in=wanted).order_by("id").values_list("id", "name"))
    return [
        _line(
            pk,
            name,
            timely[pk],
            correct.get(pk, Compliance(pk, 0, 0, 0)),
            disagreeing[pk],
            missing.get(pk, 0),
            waiting.get(pk, 0),
        )
        for pk, name in names.items()
    ]


def _line(
    pk: int,
    name: str,
    rows: list[Timeliness],
    correct: Compliance,
    disagreeing: int,
    missing: int,
    waiting: int,
) -> Line:
    return Line(
        agency_id=pk,
        agency=name,
        on_time=sum(row.on_time for row in rows),
        late=sum(row.late for row in rows),
        uncertain=sum(row.uncertain for row in rows),
        late_days=sum(row.late_days for row in rows),
        latest=max((row.latest for row in rows), default=0),
        accepted=correct.accepted,
        rejected=correct.rejected,
        disagreeing=disagreeing,
        missing=missing,
        open_clues=waiting,
    )


def monthly(rows: Sequence[Timeliness]) -> list[tuple[date, int, int]]:
    """(month of decision, on time, late) of months in which anything could be judged, oldest first."""
    months: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        months[row.month][0] += row.on_time
        months[row.month][1] += row.late
    return [(month, on_time, late) for month, (on_time, late) in sorted(months.items()) if on_time + late]
