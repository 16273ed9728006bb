"""Reads of sources and deliveries: what an officer sees, what a held delivery would change, which source is silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from agencies.models import Officer
from blacklist.choices import DeliveryStatus
from blacklist.models import ImportSource, ListDelivery
from blacklist.rules.deliveries import is_missing, next_due

SAMPLE = 20


def deliveries_visible_to(officer: Officer) -> QuerySet[ListDelivery]:
    """The provider sees its own; the credit authority and auditors see all."""
    rows = ListDelivery.objects.select_related("source__provider", "officer", "client", "decided_by")
    if officer.has_perm("blacklist.view_all_deliveries"):
        return rows
    return rows.filter(source__provider=officer.agency)


def sources_visible_to(officer: Officer) -> QuerySet[ImportSource]:
    rows = ImportSource.objects.select_related("provider").order_by("code")
    if officer.has_perm("blacklist.view_all_deliveries"):
        return rows
    return rows.filter(provider=officer.agency)


def may_deliver(officer: Officer) -> list[ImportSource]:
    """The sources an officer may hand in for."""
    if not officer.has_perm("blacklist.deliver_list") or officer.agency_id is None:
        return []
    return list(ImportSource.objects.filter(provider=officer.agency, active=True).order_by("code"))


def newer_settled(delivery: ListDelivery) -> bool:
    """Whether a later delivery of the source was applied: an older list must not overwrite it."""
    return ListDelivery.objects.filter(
        source=delivery.source_id, pk__gt=delivery.pk, status=DeliveryStatus.APPLIED
    ).exists()


# --- sources as they stand -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourceState:
    """How fresh a source is. `alarm`: silent for too long, or its newest delivery was empty."""

    source: ImportSource
    last_applied: date | None
    due: date | None
    missing: bool
    empty: bool
    held: bool

    @property
    def alarm(self) -> bool:
        return self.missing or self.empty


def source_states(at: date, rows: QuerySet[ImportSource] | None = None) -> list[SourceState]:
    """Every active source and how it stands, in one query."""
    mine = ListDelivery.objects.filter(source=OuterRef("pk")).order_by("-pk")
    applied = mine.filter(status=DeliveryStatus.APPLIED)
    sources = (
        rows if rows is not None else ImportSource.objects.select_related("provider").order_by("code")
    ).filter(active=True)
    found = sources.annotate(
        applied_at=Subquery(applied.values("finished_at")[:1]), newest=Subquery(mine.values("status")[:1])
    )
    return [_state(source, at) for source in found]


def _state(source: ImportSource, at: date) -> SourceState:
    moment = source.applied_at  # type: ignore[attr-defined]
    last = timezone.localdate(moment) if moment else None
    due = next_due(last, expected_from=source.expected_from, rhythm_days=source.rhythm_days)
    return SourceState(
        source=source,
        last_applied=last,
        due=due,
        missing=is_missing(due, at),
        empty=source.newest == DeliveryStatus.EMPTY,  # type: ignore[attr-defined]
        held=source.newest == DeliveryStatus.HELD,  # type: ignore[attr-defined]
    )


# --- what a held delivery would change -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sample; the subject is named as the public would see it."""

    name: str
    number: str
    authority: str
    since: date
    until: date | None


_NAME_OF_NEW = "split_part(d.subject_line, E'\\t', 5)"
_ADDED = f"""
select distinct on (d.fingerprint) coalesce(s.shown_name, {_NAME_OF_NEW}), d.decision_number, d.authority_name,
       d.effective_from, d.ends_on
from blacklist_deliveredrow d left join records_subject s on s.key = d.subject_key
where d.delivery_id = %(delivery)s and not exists (
    select from blacklist_importedrow i where i.source_id = %(source)s and i.fingerprint = d.fingerprint)
order by d.fingerprint limit %(limit)s
"""  # noqa: S608 - constants
_CHANGED = """
select s.shown_name, e.decision_number, e.authority_name, e.effective_from, e.ends_on
from blacklist_importedrow i join {table} e on e.id = i.entry_id join records_subject s on s.id = e.subject_id
where i.source_id = %(source)s and exists (
    select from blacklist_deliveredrow d
    where d.delivery_id = %(delivery)s and d.fingerprint = i.fingerprint and d.digest <> i.digest)
order by i.id limit %(limit)s
"""
_REMOVED = """
select s.shown_name, e.decision_number, e.authority_name, e.effective_from, e.ends_on
from blacklist_importedrow i join {table} e on e.id = i.entry_id join records_subject s on s.id = e.subject_id
where i.source_id = %(source)s
  and not exists (select from blacklist_deliveredrow d where d.delivery_id = %(delivery)s and d.fingerprint = i.fingerprint)
  and not exists (select from blacklist_refusedrow r where r.delivery_id = %(delivery)s and r.fingerprint = i.fingerprint)
order by i.id limit %(limit)s
"""


def sample(delivery: ListDelivery) -> dict[str, list[Line]]:
    """The first rows of what a held delivery would add, change and remove."""
    table = "blacklist_honourentry" if delivery.source.polarity == "honour" else "blacklist_listentry"
    asked = {"delivery": delivery.pk, "source": delivery.source_id, "limit": SAMPLE}
    with connection.cursor() as cursor:
        found = {}
        for name, statement in (("added", _ADDED), ("changed", _CHANGED), ("removed", _REMOVED)):
            cursor.execute(statement.format(table=table), asked)
            found[name] = [Line(*row) for row in cursor.fetchall()]
    return found


def refusal_reasons(delivery: ListDelivery) -> Sequence[tuple[str, int, int]]:
    """(code, rows, first line) of what came back, most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select problem ->> 'code', count(*), min(line) from blacklist_refusedrow, jsonb_array_elements(problems) problem"
            " where delivery_id = %s group by 1 order by 2 desc, 1",
            [delivery.pk],
        )
        return [(code, rows, line) for code, rows, line in cursor.fetchall()]
