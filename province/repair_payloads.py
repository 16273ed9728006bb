"""What the province is told about a granted repair (信用修复): that the thing is over, so that whoever holds a copy takes it down.

It names the thing by its number on the wire and nothing of what it said, and it is told only as long as the thing could still be
held as valid by its own dates. Applications, refusals and objections are nobody else's business: their changes are not told.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, Final

import orjson
from django.db.models import F, Q, QuerySet, Value

from ledger.tables import TABLES
from province.list_payloads import NO_END
from province.naming import wire_id
from province.payloads import Contents
from repair.choices import Kind, State
from repair.models import Case

KIND: Final = "repair"
_GRANTED: Final = Q(kind=Kind.REPAIR, state=State.GRANTED)


def shared(day: date) -> QuerySet[Case]:
    """Repairs of things that by their own dates would still be shared on `day`."""
    record = Q(record__shared_until__gte=day)
    entry = Q(entry__isnull=False) & (Q(entry__ends_on__isnull=True) | Q(entry__ends_on__gte=day))
    rows = Case.objects.filter(_GRANTED).filter(record | entry)
    return rows.select_related("agency", "record", "entry")


def told() -> QuerySet[Case]:
    """Every granted repair with its kind and the agency that answers for it."""
    return Case.objects.filter(_GRANTED).annotate(told_kind=Value(KIND), told_agency=F("agency_id"))


def silent(ids: Collection[int]) -> set[int]:
    """Cases of which nothing is told."""
    return set(Case.objects.filter(~_GRANTED, pk__in=ids).values_list("pk", flat=True))


def live(rows: QuerySet[Case], chunk: int = 0) -> Iterator[Contents]:
    """Payloads of `rows`; one query, read in chunks of `chunk` rows where there may be many."""
    for case in rows.iterator(chunk_size=chunk) if chunk else rows:
        yield Contents(case.pk, KIND, orjson.dumps(_payload(case)), case.agency_id)


def _payload(case: Case) -> dict[str, Any]:
    if case.record is not None:
        thing, ends = wire_id(TABLES["records_creditrecord"], case.record.pk), case.record.shared_until
    else:
        assert case.entry is not None
        thing, ends = wire_id(TABLES["blacklist_listentry"], case.entry.pk), case.entry.ends_on or NO_END
    return {
        "item": KIND,
        "number": case.number,
        "repaired": thing,
        "decided_on": case.decided_on,
        "ends": ends,
        "published_until": None,
        "provider": {"name": case.agency.name, "uscc": case.agency.uscc},
    }
