"""What the province is told about an applied measure (失信惩戒措施、守信激励措施): on whom, by whom, on which ground, until when.

It is told from its decision on, with the day it begins, because a beginning writes no event; a measure whose ground rests goes out
with that rest, which the receiver has to respect, for a rest that ends by its date writes none either. What a body wrote as its
reason stays here. A ground that nobody else may hold is not made known by its measures.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import orjson
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Least

from ledger.tables import TABLES
from province.list_payloads import NO_END, subject_of
from province.naming import wire_id
from province.payloads import Contents
from sanctions import selectors
from sanctions.models import AppliedMeasure

KIND: Final = "measure"


def shared(day: date) -> QuerySet[AppliedMeasure]:
    """Measures of this city's bodies that are not over on `day` and whose ground others may hold."""
    rows = selectors.with_last_day().filter(Q(last_day__isnull=True) | Q(last_day__gte=day))
    return rows.filter(Q(record__isnull=True) | Q(record__shared_until__gte=day))


def told() -> QuerySet[AppliedMeasure]:
    """Every measure with its kind and the agency that answers for it."""
    return AppliedMeasure.objects.annotate(told_kind=Value(KIND), told_agency=F("agency_id"))


def live(rows: QuerySet[AppliedMeasure], chunk: int = 0) -> Iterator[Contents]:
    """Payloads of `rows`; one query, read in chunks of `chunk` rows where there may be many."""
    rows = rows.select_related("subject", "company", "measure__basis", "agency", "record", "entry__authority")
    rows = rows.annotate(ends=Least("last_day", "record__shared_until"))
    for row in rows.iterator(chunk_size=chunk) if chunk else rows:
        yield Contents(row.pk, KIND, orjson.dumps(_payload(row)), row.agency_id)


def _payload(row: Any) -> dict[str, Any]:
    return {
        "item": KIND,
        "number": row.public_id,
        "measure": row.measure.code,
        "measure_name": row.measure.name,
        "measure_class": row.measure.measure_class,
        "basis": f"{row.measure.basis}{row.measure.basis_clause}",
        **_ground(row),
        **subject_of(row.subject),
        "unit_name": row.company.name if row.company else "",
        "unit_code": row.company.uscc if row.company else "",
        "ordered": row.ordered,
        "informed_body": row.informed_body,
        "document_number": row.document_number,
        "decided_on": row.decided_on,
        "starts_on": row.starts_on,
        "ends": row.ends or NO_END,
        "published_until": None,
        "provider": {"name": row.agency.name, "uscc": row.agency.uscc},
    }


def _ground(row: AppliedMeasure) -> dict[str, Any]:
    """The record or entry it rests on, by its number on the wire; an entry decided elsewhere has none here."""
    name: int | None
    if row.record is not None:
        name, number = wire_id(TABLES["records_creditrecord"], row.record.pk), row.record.document_number
        since, until = row.record.suspended_from, row.record.suspended_until
    else:
        assert row.entry is not None
        ours = row.entry.authority_id is not None
        name = wire_id(TABLES["blacklist_listentry"], row.entry.pk) if ours else None
        number = row.entry.decision_number
        since, until = row.entry.suspended_from, row.entry.suspended_until
    return {"ground": name, "ground_number": number, "suspended_from": since, "suspended_until": until}
