"""Reads of evidence: versions and as-of states, proceedings, consequences that are due.

Versions are for those entitled to a record's history (`records.selectors.visible_to`: the agency itself, the credit authority,
the auditor); of this module the public sees the open proceedings of a published record, nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from agencies.access import agencies_for
from agencies.models import Agency, Officer
from catalog.models import CatalogItem
from records.evidence import rules
from records.evidence.choices import SETTLING, Outcome
from records.evidence.models import Proceeding, RecordChange, RecordVersion
from records.identity.groups import head_id, members
from records.models import CreditRecord, Subject
from records.selectors import State, state, visible_to


@dataclass(frozen=True, slots=True)
class Standing:
    """A record as it stood from `since` until `until` (None: it stands so now)."""

    record: CreditRecord
    number: int
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AsOf:
    """What a record was on a day: the version that stood when the day ended, and which states held by its dates."""

    standing: Standing
    state: State
    changed_that_day: bool


def correctable(officer: Officer) -> QuerySet[CreditRecord]:
    """Records the officer may correct and withdraw: those of the agencies the officer works for."""
    if not officer.has_perm("records.correct_record"):
        return CreditRecord.objects.none()
    return visible_to(officer).filter(provider__in=_worked_for(officer))


def markable(officer: Officer) -> QuerySet[CreditRecord]:
    """Records on which the officer may enter proceedings: the agency's own; the credit authority's are all."""
    if not officer.has_perm("records.mark_proceeding"):
        return CreditRecord.objects.none()
    if officer.has_perm("records.view_all_records"):
        return visible_to(officer)
    return visible_to(officer).filter(provider__in=_worked_for(officer))


@dataclass(frozen=True, slots=True)
class May:
    """What an officer who sees a record may do with it; the same answer as `correctable` and `markable`, in one query."""

    correct: bool
    mark: bool


def may(officer: Officer, record: CreditRecord) -> May:
    works_there = record.provider_id in set(_worked_for(officer))
    return May(
        correct=works_there and officer.has_perm("records.correct_record"),
        mark=officer.has_perm("records.mark_proceeding")
        and (works_there or officer.has_perm("records.view_all_records")),
    )


def _worked_for(officer: Officer) -> QuerySet[Agency, int]:
    ids = agencies_for(officer, "submit_for").values_list("pk", flat=True)
    return ids.union(agencies_for(officer, "review_for").values_list("pk", flat=True))


# --- versions ------------------------------------------------------------------------------------------


def as_it_stood(version: RecordVersion) -> CreditRecord:
    """The record of an earlier version as an object, never to be saved. Columns it did not have yet hold
    their default, or nothing."""
    names, values = [], []
    for field in CreditRecord._meta.concrete_fields:
        missing = field.get_default() if field.has_default() else None
        raw = version.body.get(field.column, missing)
        if isinstance(field, models.BinaryField) and isinstance(raw, str):
            raw = bytes.fromhex(raw.removeprefix("\\x"))
        elif not isinstance(field, models.JSONField | models.BinaryField):
            raw = field.to_python(raw)
        names.append(field.attname)
        values.append(raw)
    return CreditRecord.from_db("default", names, values)


def versions_of(record: CreditRecord) -> list[Standing]:
    """Every version, newest first; the first one stands now."""
    earlier = record.versions.order_by("-number")
    found = [Standing(as_it_stood(one), one.number, one.held_from, one.held_until) for one in earlier]
    _with_parents(one.record for one in found)
    return [_current(record), *found]


def _current(record: CreditRecord) -> Standing:
    return Standing(record, record.version, record.changed_at or record.received_at, None)


def _with_parents(records: Iterable[CreditRecord]) -> None:
    """Give every record its item with fields, subject and provider: three queries, however many records."""
    records = list(records)
    items = CatalogItem.objects.prefetch_related("fields").in_bulk({one.item_id for one in records})
    subjects = Subject.objects.in_bulk({one.subject_id for one in records})
    providers = Agency.objects.in_bulk({one.provider_id for one in records})
    for one in records:
        one.item, one.provider = items[one.item_id], providers[one.provider_id]
        if one.subject_id in subjects:
            one.subject = subjects[one.subject_id]


def changes_of(record: CreditRecord) -> dict[int, RecordChange]:
    """Why each version was made, by version. A version without a row was made by another room, or outside any service."""
    rows = record.changes.select_related("officer", "client__agency", "proceeding")
    return {change.version: change for change in rows}


def _day_end(day: date) -> datetime:
    """The first moment after `day`."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def record_on(record: CreditRecord, day: date) -> AsOf | None:
    """What the platform held of a record on `day`; None when it had not come in yet."""
    end = _day_end(day)
    earlier = record.versions.filter(held_from__lt=end, held_until__gte=end).first()
    if earlier is not None:
        standing = Standing(as_it_stood(earlier), earlier.number, earlier.held_from, earlier.held_until)
        _with_parents([standing.record])
    else:
        standing = _current(record)
    return None if standing.since >= end else _as_of(standing, day)


def _as_of(standing: Standing, day: date) -> AsOf:
    changed = standing.number > 1 and timezone.localdate(standing.since) == day
    return AsOf(standing, state(standing.record, day), changed)


def subject_on(officer: Officer, subject: Subject, day: date, limit: int = 500) -> list[AsOf]:
    """What the platform held about a subject on `day`, of the records this officer may see; newest decision first.

    About the body as it is known today: rows that turned out to be the same count together. A record that has since moved
    to another subject counts where it stood on that day.
    """
    end, rows_of = _day_end(day), members(head_id(subject)).order_by().values("pk")
    seen = visible_to(officer)
    now = seen.annotate(since=Coalesce(F("changed_at"), F("received_at"))).filter(
        subject__in=rows_of, since__lt=end
    )
    current = [
        _current(one)
        for one in now.prefetch_related("item__fields").order_by("-decision_date", "-pk")[:limit]
    ]
    rows = RecordVersion.objects.filter(subject_id__in=rows_of, held_from__lt=end, held_until__gte=end)
    earlier = [
        Standing(as_it_stood(one), one.number, one.held_from, one.held_until)
        for one in rows.filter(record__in=seen.values("pk")).order_by("-held_from")[:limit]
    ]
    _with_parents(one.record for one in earlier)
    found = sorted(
        [*current, *earlier], key=lambda one: (one.record.decision_date, one.record.pk), reverse=True
    )
    return [_as_of(one, day) for one in found]


# --- proceedings ---------------------------------------------------------------------------------------


def proceedings_of(record: CreditRecord) -> QuerySet[Proceeding]:
    return record.proceedings.select_related("marked_by", "marked_client__agency").order_by("-since", "-pk")


def open_proceedings(record: CreditRecord) -> QuerySet[Proceeding]:
    """What the mark on a record stands for."""
    return record.proceedings.filter(outcome="").order_by("since", "pk")


def waiting_for_correction(officer: Officer, on: date) -> QuerySet[Proceeding]:
    """Changed documents whose records wait to be corrected or withdrawn, nearest deadline first."""
    rows = Proceeding.objects.filter(outcome=Outcome.CHANGED, ends_on__gt=on)
    unsettled = rows.exclude(changes__kind__in=SETTLING).exclude(record__ended_on__lte=on)
    own = unsettled.filter(record__in=visible_to(officer).values("pk"))
    return own.select_related("record__subject", "record__item", "record__provider").order_by("due", "pk")


@dataclass(frozen=True, slots=True)
class Overdue:
    """A document that lost its force or was changed, and whose record was not withdrawn or corrected in time."""

    proceeding: Proceeding
    done: date | None


def overdue_consequences(on: date) -> list[Overdue]:
    """Every consequence that came late or is overdue on `on` (行政处罚法第四十八条)."""
    settling = RecordChange.objects.filter(kind__in=SETTLING).order_by("version")
    rows = (
        Proceeding.objects.filter(due__lt=on)
        .filter(Q(outcome=Outcome.CHANGED) | Q(outcome_at__date__gt=F("due")))
        .select_related("record")
        .prefetch_related(Prefetch("changes", settling, to_attr="settling"))
        .order_by("pk")
    )
    found = []
    for one in rows.iterator(chunk_size=500):
        noted, settled = (
            timezone.localdate(one.outcome_at),
            [timezone.localdate(each.at) for each in one.settling],
        )
        if one.due and rules.is_late(one.outcome, due=one.due, noted_on=noted, settled=settled, on=on):
            done = noted if one.outcome != Outcome.CHANGED else min(settled, default=None)
            found.append(Overdue(one, done))
    return found
