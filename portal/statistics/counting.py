"""Counts everything there is for one day, through the gates of the rooms below; for the nightly job, never for a request.

Units and self-employed businesses are counted by item, year and month. Natural persons stand in lines of their own, in one number
an item or list, and no total holds both: what is withheld cannot be reckoned from what is told.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from agencies.choices import Kind as AgencyKind
from blacklist import selectors as lists
from blacklist import selectors_honours as honours
from blacklist.models import HonourEntry, ListEntry
from catalog.choices import SubjectKind
from catalog.models import CatalogItem
from catalog.selectors import double_publicity
from common.snapshot import snapshot
from portal.statistics.rules import months_before, percent
from records.models import CreditRecord
from records.selectors import published
from repair.choices import DECIDED, Kind, State
from repair.models import Case
from repair.selectors.figures import Median
from supervision.selectors.errors import found_later
from supervision.selectors.quality import compliance, with_found_later
from supervision.selectors.timeliness import timeliness

MONTHS: Final = 12  # how far back single months are told
YEARS: Final = 3
UNITS: Final = (SubjectKind.ORGANISATION, SubjectKind.SELF_EMPLOYED)


class Counted(NamedTuple):
    """One number before it is decided whether it may be told."""

    series: str
    key: str
    label: str
    period: str
    base: int
    value: Decimal


def _count(series: str, key: str, label: str, number: int, period: str = "") -> Counted:
    return Counted(series, key, label, period, number, Decimal(number))


@snapshot()
def count(day: date) -> list[Counted]:
    """Every figure of the end of `day`, in one view of the database."""
    parts = (_records(day), _entries(day), _repairs(day), _objections(day), _applications(day), _hand_ins(day), _quality(day))  # fmt: skip
    return [one for part in parts for one in part]


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _records(day: date) -> Iterator[Counted]:
    """What was in publication when `day` ended and still is on the next: nothing past its window, whenever it is read."""
    rows = published(day).filter(published_until__gt=day, received_at__lt=_end_of(day)).order_by()
    groups = (
        rows.annotate(unit=Q(subject__kind__in=UNITS), month=TruncMonth("decision_date"))
        .values_list("item_code", "unit", "month")
        .annotate(records=Count("pk"))
    )
    units, persons = Counter[str](), Counter[str]()
    years, months = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    since = months_before(day, MONTHS)
    for item, unit, month, number in groups:
        if not unit:
            persons[item] += number
            continue
        units[item] += number
        years[item, f"{month:%Y}"] += number
        if month >= since:
            months[item, f"{month:%Y-%m}"] += number
    names = dict(CatalogItem.objects.order_by("effective_from").values_list("code", "name"))
    for item in sorted({*units, *persons}):
        yield _count("published", item, names[item], units[item])
        yield _count("published-persons", item, names[item], persons[item])
    for series, counter in (("published-year", years), ("published-month", months)):
        for (item, period), number in sorted(counter.items()):
            yield _count(series, item, names[item], number, period)


def _entries(day: date) -> Iterator[Counted]:
    still = Q(ends_on__isnull=True) | Q(ends_on__gt=day)
    yield from _by_scheme("listed", lists.published(day).filter(still))
    yield from _by_scheme("honoured", honours.published(day).filter(still))


def _by_scheme(series: str, rows: QuerySet[ListEntry] | QuerySet[HonourEntry]) -> Iterator[Counted]:
    groups = (
        rows.order_by()
        .annotate(unit=Q(subject__kind__in=UNITS))
        .values_list("scheme__code", "scheme__name", "unit")
        .annotate(entries=Count("pk"))
    )
    numbers, names = Counter[tuple[str, bool]](), dict[str, str]()
    for code, name, unit, number in groups:
        names[code] = name
        numbers[code, unit] += number
    for code, name in sorted(names.items()):
        yield _count(series, code, name, numbers[code, True])
        yield _count(f"{series}-persons", code, name, numbers[code, False])


def _decided(kind: Kind, day: date) -> QuerySet[Case]:
    """Cases about units that were decided in the years told of."""
    rows = Case.objects.filter(kind=kind, state__in=DECIDED, subject__kind__in=UNITS)
    first = date(day.year - YEARS + 1, 1, 1)
    return rows.filter(decided_on__range=(first, day)).order_by()


def _by_outcome(series: str, rows: QuerySet[Case]) -> Iterator[Counted]:
    for year, state, number in (
        rows.values_list("decided_on__year", "state")
        .annotate(cases=Count("pk"))
        .order_by("decided_on__year", "state")
    ):
        yield _count(series, state, str(State(state).label), number, str(year))


def _repairs(day: date) -> Iterator[Counted]:
    rows = _decided(Kind.REPAIR, day)
    yield from _by_outcome("repairs", rows)
    groups = rows.values_list("decided_on__year").annotate(
        cases=Count("pk"), days=Median(F("decided_on") - F("filed_on"))
    )
    for year, number, days in groups.order_by("decided_on__year"):
        middle = Decimal(days // timedelta(hours=12)) / 2
        yield Counted("repair-days", "median", "办理天数的中位数", str(year), number, middle)


def _objections(day: date) -> Iterator[Counted]:
    yield from _by_outcome("objections", _decided(Kind.OBJECTION, day))


def _applications(day: date) -> Iterator[Counted]:
    """Of persons, and of those about whom nobody is known, how many asked for something; not how it ended."""
    asked = Case.objects.filter(kind__in=[Kind.REPAIR, Kind.OBJECTION]).exclude(subject__kind__in=UNITS)
    first = date(day.year - YEARS + 1, 1, 1)
    groups = (
        asked.filter(filed_on__range=(first, day))
        .values_list("filed_on__year", "kind")
        .annotate(cases=Count("pk"))
    )
    for year, kind, number in groups.order_by("filed_on__year", "kind"):
        yield _count("applications-persons", kind, str(Kind(kind).label), number, str(year))


def _hand_ins(day: date) -> Iterator[Counted]:
    first = _end_of(date(day.year - 1, 12, 31))
    groups = (
        CreditRecord.objects.filter(received_at__gte=first, received_at__lt=_end_of(day))
        .order_by("provider__kind")
        .values_list("provider__kind")
        .annotate(records=Count("pk"), units=Count("provider", distinct=True))
    )
    for kind, records, units in groups:
        label = str(AgencyKind(kind).label)
        yield _count("handed-in", kind, label, records, str(day.year))
        yield _count("providers", kind, label, units, str(day.year))


def _quality(day: date) -> Iterator[Counted]:
    """Of the double publicity alone, of all units together: what single units owe is a matter of supervision."""
    months = Counter[str](), Counter[str]()
    since = months_before(day, MONTHS)
    items = double_publicity(since, day)
    for row in timeliness(since=since, until=day, items=items):
        months[0][f"{row.month:%Y-%m}"] += row.on_time
        months[1][f"{row.month:%Y-%m}"] += row.judged
    for month, judged in sorted(months[1].items()):
        if judged:
            value = percent(months[0][month], judged)
            yield Counted("timely", "double-publicity", "行政许可和行政处罚", month, judged, value)
    first = day.replace(month=1, day=1)
    later = found_later(since=first, until=day, items=items)
    lines = with_found_later(compliance(since=first, until=day, items=items), later)
    accepted, judged = sum(line.accepted for line in lines), sum(line.judged for line in lines)
    if judged:
        value = percent(accepted, judged)
        yield Counted("compliant", "double-publicity", "行政许可和行政处罚", str(day.year), judged, value)
