"""错报 by agency and period: rows the checks sent back, objections upheld, records the province turned down, records that
differ from the agency's own publication, and what a reconciliation of both sides found.

A reconciliation names an item, not a record: its difference counts for the agency where one alone hands the item in, else for
the item (`by_item`), so that it is seen without being laid at the wrong door.

Each is counted where it stands (intake, repair, exchange); nothing is copied. An objection counts on the day of its
decision, for the agency whose record or list entry it was about, where the error was the agency's (差错来源：提供单位). A
record turned down by the province counts once in the period, for its provider, however often it was sent. Files as in
`quality`: forms and single calls are refused on the spot and leave no row.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from agencies.models import Agency
from common.clock import today
from province.models import DeliveryRejection
from records.agreement.selectors import wrong_reports
from repair.choices import Kind, Source, State
from repair.models import Case
from repair.selectors.rules import list_items
from supervision.selectors import reconciled
from supervision.selectors.quality import Compliance, compliance, moments

OBJECTIONS = (Kind.OBJECTION, Kind.REVIEW)


@dataclass(frozen=True, slots=True)
class Errors:
    """One agency in a period."""

    agency_id: int
    agency: str
    accepted: int
    rejected: int
    upheld: int
    turned_down: int
    differing: int
    unreconciled: int = 0

    @property
    def total(self) -> int:
        return self.rejected + self.upheld + self.turned_down + self.differing + self.unreconciled

    @property
    def judged(self) -> int:
        """Everything handed in by file in the period."""
        return self.accepted + self.rejected


def upheld_objections(
    *, since: date, until: date, items: Collection[str], agencies: Iterable[int] | None = None
) -> dict[int, int]:
    """Objections found right in the period, at once or on review, by the agency whose error it was."""
    rows = Case.objects.filter(
        kind__in=OBJECTIONS, state=State.GRANTED, decided_on__range=(since, until)
    ).filter(Q(source=Source.PROVIDER) | Q(kind=Kind.REVIEW, previous__source=Source.PROVIDER))
    about = Q(record__item_code__in=items)
    lists = not set(list_items(today())).isdisjoint(items)
    rows = rows.filter(about | Q(entry__isnull=False) if lists else about)
    rows = rows.annotate(whose=Coalesce(F("record__provider_id"), F("entry__authority_id"), F("agency_id")))
    if agencies is not None:
        rows = rows.filter(whose__in=list(agencies))
    return dict(rows.order_by().values_list("whose").annotate(Count("pk")))


def turned_down(
    *, since: date, until: date, items: Collection[str], agencies: Iterable[int] | None = None
) -> dict[int, int]:
    """Records the province turned down in the period, by provider; each once."""
    rows = DeliveryRejection.objects.filter(
        created_at__range=moments(since, until), provider__isnull=False, item_code__in=items
    )
    if agencies is not None:
        rows = rows.filter(provider__in=list(agencies))
    found = rows.order_by().values_list("provider_id").annotate(Count("object_id", distinct=True))
    return {provider: count for provider, count in found if provider is not None}


def found_later(
    *, since: date, until: date, items: Collection[str], agencies: Iterable[int] | None = None
) -> dict[int, int]:
    """Errors found after acceptance, by agency; for `quality.with_found_later`."""
    wanted = list(agencies) if agencies is not None else None
    upheld = upheld_objections(since=since, until=until, items=items, agencies=wanted)
    down = turned_down(since=since, until=until, items=items, agencies=wanted)
    differing = _differing(since=since, until=until, items=items, agencies=wanted)
    unreconciled = reconciled.by_agency(since=since, until=until, items=items, agencies=wanted)
    return dict(Counter(upheld) + Counter(down) + Counter(differing) + Counter(unreconciled))


def _differing(
    *, since: date, until: date, items: Collection[str], agencies: Collection[int] | None
) -> dict[int, int]:
    """Records that differ from the agency's own publication (`records.agreement`)."""
    found = wrong_reports(since=since, until=until, items=items)
    return {pk: count for pk, count in found.items() if agencies is None or pk in agencies}


def errors(
    *, since: date, until: date, items: Collection[str], agencies: Iterable[int] | None = None
) -> list[Errors]:
    """Agencies that handed something in or have an error to answer for, in the order of the register; eight queries."""
    wanted = list(agencies) if agencies is not None else None
    handed_in = {
        row.agency_id: row for row in compliance(since=since, until=until, items=items, agencies=wanted)
    }
    upheld = upheld_objections(since=since, until=until, items=items, agencies=wanted)
    down = turned_down(since=since, until=until, items=items, agencies=wanted)
    differing = _differing(since=since, until=until, items=items, agencies=wanted)
    unreconciled = reconciled.by_agency(since=since, until=until, items=items, agencies=wanted)
    names = (
        Agency.objects.filter(pk__in={*handed_in, *upheld, *down, *differing, *unreconciled})
        .order_by("id")
        .values_list("id", "name")
    )
    nothing = Compliance(0, 0, 0, 0)
    return [
        Errors(
            pk,
            name,
            handed_in.get(pk, nothing).accepted,
            handed_in.get(pk, nothing).rejected,
            upheld.get(pk, 0),
            down.get(pk, 0),
            differing.get(pk, 0),
            unreconciled.get(pk, 0),
        )
        for pk, name in names
    ]
