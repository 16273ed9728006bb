"""疑似漏报: gaps in the number series of each agency, rebuilt from what was received, and what officers say about them.

Only items that the catalog marks as double publicity are looked at (应公示，尽公示, plan item 5): their documents are numbered
in series.
A gap is asked about only after the next number's own reporting period, because until then it may still arrive in time.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies.models import Officer
from catalog import selectors as catalog
from common.clock import today
from common.gates import PLAN
from common.problems import Problem
from common.selectors import read_calendar
from common.workdays import Calendar
from ledger.services import acting
from records.models import CreditRecord
from supervision.choices import ClueKind, ClueState, GapReason
from supervision.models import Clue, GapExplanation, NumberGap
from supervision.rules.numbers import Gap, Series, Span, open_gaps, parse, without, write
from supervision.selectors.clues import may_explain
from supervision.services.gap_clues import object_key, raise_gap_clues

_CHUNK: Final = 5000


class _Document(NamedTuple):
    """What is remembered of a number received; documents of one day and agency share one of these."""

    decided: date
    agency_id: int
    item_code: str


def rebuild_gaps() -> int:
    """Make `NumberGap` hold exactly the unexplained gaps of today, keeping rows that stay; returns how many there are.

    A gap belongs to the agency that handed in the next number: a series may come in through several.
    """
    calendar = read_calendar()
    periods = _periods()
    explained = _explained()
    found = [
        _gap(series, gap, numbers[gap.next_number], len(numbers), calendar, periods)
        for series, numbers in _received(periods).items()
        for gap in open_gaps(numbers, explained.get(series, []))
    ]
    saved = NumberGap.objects.bulk_create(
        found,
        batch_size=_CHUNK,
        update_conflicts=True,
        unique_fields=["prefix", "year", "first"],
        update_fields=["agency", "item_code", "last", "received", "next_decided", "due"],
    )
    NumberGap.objects.exclude(pk__in=[gap.pk for gap in saved]).delete()
    return len(saved)


def _periods() -> dict[str, int]:
    """Reporting period of every item that is watched today."""
    rows = catalog.items(today()).filter(double_publicity=True)
    return dict(rows.values_list("code", "report_within_workdays"))


def _explained() -> dict[Series, list[Span]]:
    found: dict[Series, list[Span]] = defaultdict(list)
    for prefix, year, first, last in GapExplanation.objects.values_list("prefix", "year", "first", "last"):
        found[Series(prefix, year)].append(Span(first, last))
    return found


def _received(items: Iterable[str]) -> dict[Series, dict[int, _Document]]:
    """Every number received, by series, with its earliest decision. Ended records count: they were handed in."""
    series: dict[Series, dict[int, _Document]] = defaultdict(dict)
    shared: dict[_Document, _Document] = {}
    rows = (
        CreditRecord.objects.filter(item_code__in=items)
        .values_list("document_number", "decision_date", "provider_id", "item_code")
        .iterator(chunk_size=_CHUNK)
    )
    for text, decided, agency_id, item_code in rows:
        if (numbered := parse(text)) is None:
            continue
        document = _Document(decided, agency_id, item_code)
        document = shared.setdefault(document, document)
        numbers = series[numbered.series]
        numbers[numbered.number] = min(numbers.get(numbered.number, document), document)
    return series


def _gap(
    series: Series, gap: Gap, after: _Document, received: int, calendar: Calendar, periods: dict[str, int]
) -> NumberGap:
    return NumberGap(
        agency_id=after.agency_id,
        item_code=after.item_code,
        prefix=series.prefix,
        year=series.year,
        first=gap.span.first,
        last=gap.span.last,
        received=received,
        next_decided=after.decided,
        due=calendar.add_workdays(after.decided, periods[after.item_code]),
    )


def explain_gap(
    *, gap_id: int, officer: Officer, first: int, last: int, reason: GapReason, note: str = ""
) -> GapExplanation:
    """Explain the numbers from `first` to `last` of a gap; what is left of it stays open with clues of its own.

    PermissionDenied unless the officer reviews for the agency; a 422 problem for numbers outside the gap or a reason
    that needs words and has none; DoesNotExist when the gap is gone.
    """
    with acting(actor=officer.pk, action="supervision.explain_gap", basis=f"{PLAN} 第5条、五（三）"):
        gap = NumberGap.objects.select_for_update().get(pk=gap_id)
        if not may_explain(officer, gap.agency_id):
            raise PermissionDenied("由责任单位的审核人员作出说明")
        if not gap.first <= first <= last <= gap.last:
            raise Problem(
                422, "number_outside_gap", f"号码应在 {gap.first} 至 {gap.last} 之间，止号不小于起号"
            )
        if reason == GapReason.OTHER and not note.strip():
            raise Problem(422, "field_required", "原因选“其他”时请写明情况")
        said = GapExplanation.objects.create(
            agency_id=gap.agency_id,
            prefix=gap.prefix,
            year=gap.year,
            first=first,
            last=last,
            reason=reason,
            note=note.strip(),
            officer=officer,
        )
        _answer_clue(gap, said)
        _split(gap, Span(first, last))
        return said


def _answer_clue(gap: NumberGap, said: GapExplanation) -> None:
    """The clue of the gap, if it was raised, carries the explanation."""
    words = (
        f"{write(Series(said.prefix, said.year), Span(said.first, said.last))}：{said.get_reason_display()}"
    )
    Clue.objects.filter(kind=ClueKind.NUMBER_GAP, object_key=object_key(gap), state=ClueState.OPEN).update(
        state=ClueState.EXPLAINED,
        explanation=(f"{words}。{said.note}" if said.note else words)[:500],
        explained_by=said.officer,
        explained_at=timezone.now(),
    )


def _split(gap: NumberGap, explained: Span) -> None:
    """Leave the rest of the gap as gaps of their own."""
    left = without(Span(gap.first, gap.last), [explained])
    gap.delete()
    for span in left:
        gap.pk, gap.first, gap.last = None, span.first, span.last
        gap.save(force_insert=True)
    raise_gap_clues(on=today())
