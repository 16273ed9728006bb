"""Reads of records and subjects: one gate per audience, used by list, detail, search, export, count and API alike.

In force is computed from dates on read; no job has to run for a record to disappear on its day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from agencies.access import agencies_in_sight, granted_agencies
from agencies.models import Agency, Officer
from catalog.choices import Sharing
from catalog.models import CatalogItem
from catalog.selectors import in_force
from common.frozen import Frozen
from common.prepared import Plan
from records.erasure.models import ErasureLine
from records.models import CreditRecord, IntakeBatch, Subject
from records.sharing.choices import PurposeState
from records.sharing.models import DutyPurpose

LIST_ORDER: Final = ("-decision_date", "-id")
LIST_PAGE: Final = 50
COUNT_CAP: Final = 1_000
FILE_ROWS: Final = 5_000  # of a list taken along as a file


def _live(until: str, at: date) -> Q:
    """The state whose last day is `until` holds on `at`, and nothing ended it before."""
    return Q(**{f"{until}__gte": at}) & (Q(ended_on__isnull=True) | Q(ended_on__gt=at))


def _not_suspended(at: date) -> Q:
    """Neither a court's order nor a rule pauses publication and use on `at`."""
    return Q(suspended_from__isnull=True) | Q(suspended_from__gt=at) | Q(suspended_until__lt=at)


def published(at: date) -> QuerySet[CreditRecord]:
    """What the public may see on `at`: inside the publication window, not ended early, not suspended."""
    rows = CreditRecord.objects.filter(_live("published_until", at) & _not_suspended(at))
    return rows.select_related("subject", "item")


def shared(at: date) -> QuerySet[CreditRecord]:
    """What other bodies and the province may hold on `at`."""
    return CreditRecord.objects.filter(_live("shared_until", at)).select_related("subject", "item")


def shared_with(agency: Agency, duty: DutyPurpose, at: date) -> QuerySet[CreditRecord]:
    """What an agency may see on `at` of what is not public, for one registered duty purpose (plan, items 4(1) and 12).

    Nothing unless the purpose is the agency's own and in force. 无条件共享 and 有条件共享 items alike need the purpose,
    whose approval is the condition; 不予共享 is never answered, be it so in the record's edition or in today's.
    """
    if duty.agency_id != agency.pk or duty.state(at) != PurposeState.IN_FORCE:
        return CreditRecord.objects.none()
    closed = CatalogItem.objects.filter(in_force(at), sharing=Sharing.NONE).values("code")
    return (
        shared(at)
        .filter(item_code__in=duty.items, subject__kind__in=duty.subject_kinds)
        .exclude(item__sharing=Sharing.NONE)
        .exclude(item_code__in=closed)
    )


def used(at: date) -> QuerySet[CreditRecord]:
    """What may have an effect on somebody on `at`."""
    rows = CreditRecord.objects.filter(_live("used_until", at) & _not_suspended(at))
    return rows.select_related("subject", "item")


def agencies_of(officer: Officer, permission: str = "view_for") -> list[int]:
    """Ids of the agencies the officer acts for; one query, whatever the number of records."""
    return granted_agencies(officer, permission)


def out_of_sight() -> Exists:
    """Condition on records: erased, or only stored until they are; nobody works with them any more."""
    lines = ErasureLine.objects.filter(holding="record", object_id=OuterRef("pk"))
    return Exists(lines.exclude(fate="stay"))


Sight = list[int] | None  # ids of the agencies whose records an officer sees; None: of all


def sight_of(officer: Officer) -> Sight:
    """The officer's agencies; auditors and the authority see all. One query."""
    return agencies_in_sight(officer, "view_for", everything="records.view_all_records")


def visible_to(officer: Officer) -> QuerySet[CreditRecord]:
    """Records an officer sees in the workbench: those of the agencies granted."""
    return _visible(sight_of(officer))


def _visible(sight: Sight) -> QuerySet[CreditRecord]:
    rows = CreditRecord.objects.exclude(out_of_sight()).select_related("subject", "item", "provider")
    return rows if sight is None else rows.filter(provider_id__in=sight)


# What lists of records show, and what `state` asks: a tenth of a record's width.
_LISTED: Final = (
    "document_number", "decision_date", "contested", "disputed_since", "ended_on", "end_reason", "published_until", "shared_until", "used_until",
    "suspended_from", "suspended_until", "subject__shown_name", "item__name", "provider__name",
)  # fmt: skip


def listed_for(sight: Sight) -> QuerySet[CreditRecord]:
    """The rows of `visible_to`, with what a list shows of them."""
    return _visible(sight).only(*_LISTED)


def _newest(sight: Sight) -> QuerySet[CreditRecord]:
    return listed_for(sight).order_by(*LIST_ORDER)[: LIST_PAGE + 1]


_NEWEST: Final = Frozen[CreditRecord]("records_newest", lambda: _newest(None))
_NEWEST_OF: Final = Frozen[CreditRecord](
    "records_newest_of", lambda provider: _newest([provider]), provider="bigint"
)


def newest_for(sight: Sight) -> list[CreditRecord]:
    """The first page of an unfiltered list and one record more, which nearly everybody asks for."""
    if sight is None:
        return _NEWEST.rows()
    return _NEWEST_OF.rows(provider=sight[0]) if len(sight) == 1 else list(_newest(sight))


def _some(sight: Sight) -> QuerySet[CreditRecord]:
    return _visible(sight).select_related(None).only("pk").order_by()[:COUNT_CAP]


_SOME: Final = Frozen[CreditRecord]("records_some", lambda: _some(None))
_SOME_OF: Final = Frozen[CreditRecord](
    "records_some_of", lambda provider: _some([provider]), plan=Plan.ONE, provider="bigint"
)


def count_for(sight: Sight) -> int:
    """How many records an unfiltered list has, up to COUNT_CAP."""
    if sight is None:
        return _SOME.count()
    return _SOME_OF.count(provider=sight[0]) if len(sight) == 1 else _some(sight).count()


def counted(rows: QuerySet[CreditRecord]) -> int:
    """How many, up to COUNT_CAP."""
    return rows.order_by().values("pk")[:COUNT_CAP].count()


def batches_visible_to(officer: Officer) -> QuerySet[IntakeBatch]:
    rows, sight = (
        IntakeBatch.objects.select_related("item__basis", "agency", "officer", "client"),
        sight_of(officer),
    )
    return rows if sight is None else rows.filter(agency_id__in=sight)


def last_handed_in(officer: Officer, agencies: Sequence[Agency]) -> dict[str, str]:
    """What the officer's last file was for, as the upload form asks it."""
    mine = IntakeBatch.objects.filter(agency__in=agencies, officer=officer).order_by("-id")
    last = mine.values_list("item__code", "agency_id").first()
    return {"item": last[0], "agency": str(last[1])} if last else {}


def published_subjects(at: date) -> QuerySet[Subject]:
    """Bodies with at least one published record on `at`, by their heads; others do not exist for the public."""
    own = Exists(published(at).filter(subject=OuterRef("pk")))
    absorbed = Exists(published(at).filter(subject__merged_into=OuterRef("pk")))
    return Subject.objects.filter(own | absorbed, merged_into__isnull=True)


def subject_moved_to(public_id: str, at: date) -> Subject | None:
    """Where a public id leads that is merged into another subject: its head, if the public may see it on `at`."""
    merged = Subject.objects.filter(public_id=public_id, merged_into__isnull=False)
    return published_subjects(at).filter(pk__in=merged.values("merged_into")).first()


@dataclass(frozen=True, slots=True)
class State:
    """Which of the states hold on a day, and how to say so."""

    label: str
    shared: bool
    published: bool
    used: bool


def suspended(record: CreditRecord, at: date) -> bool:
    """Whether publication and use are paused on `at`, by the same dates as the querysets above."""
    since, until = record.suspended_from, record.suspended_until
    return since is not None and since <= at and (until is None or until >= at)


def state(record: CreditRecord, at: date) -> State:
    """The states of one record on `at`, by the same dates as the querysets above."""
    if record.ended_on is not None and record.ended_on <= at:
        return State("已提前终止", shared=False, published=False, used=False)
    is_published = (
        record.published_until is not None and record.published_until >= at and not suspended(record, at)
    )
    is_shared = record.shared_until is not None and record.shared_until >= at
    if is_shared and suspended(record, at):
        return State("暂停公示", shared=True, published=False, used=False)
    label = "公示中" if is_published else "共享中，不公示" if is_shared else "期限已满"
    is_used = record.used_until is not None and record.used_until >= at
    return State(label, is_shared, is_published, is_used)


def filter_records(
    rows: QuerySet[CreditRecord],
    *,
    item: str = "",
    number: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[CreditRecord]:
    """Narrow a gate's answer by what an officer typed; empty values narrow nothing."""
    if item:
        rows = rows.filter(item_code=item)
    if number:
        rows = rows.filter(document_number=number.strip())
    if since:
        rows = rows.filter(decision_date__gte=since)
    if until:
        rows = rows.filter(decision_date__lte=until)
    return rows


def filter_batches(
    rows: QuerySet[IntakeBatch],
    *,
    item: str = "",
    status: str = "",
    file: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[IntakeBatch]:
    """Narrow the batches an officer sees by what the officer typed; empty values narrow nothing."""
    if item:
        rows = rows.filter(item__code=item)
    if status:
        rows = rows.filter(status=status)
    if file.strip():
        rows = rows.filter(filename__icontains=file.strip())
    if since:
        rows = rows.filter(created_at__gte=_begin_of(since))
    if until:
        rows = rows.filter(created_at__lt=_begin_of(until + timedelta(days=1)))
    return rows


def _begin_of(day: date) -> datetime:
    """The first moment of a day here, so that the index of moments can be asked."""
    return timezone.make_aware(datetime.combine(day, time.min))


def batches_needing_attention(officer: Officer) -> QuerySet[IntakeBatch]:
    """Batches of the officer's agencies with rows that came back, newest first."""
    return batches_visible_to(officer).filter(status="done", rejected__gt=0).order_by("-id")


def recent_figures(officer: Officer, at: date, days: int = 30) -> dict[str, int]:
    """Rows accepted, returned and repeated in the officer's batches of the last `days` days."""
    sums = (
        batches_visible_to(officer)
        .filter(created_at__gte=_begin_of(at - timedelta(days=days)))
        .aggregate(accepted=Sum("accepted"), rejected=Sum("rejected"), duplicate=Sum("duplicate"))
    )
    return {name: value or 0 for name, value in sums.items()}


class Reason(NamedTuple):
    """Why rows of a batch came back: code, column (a field's code or a column of the platform's; empty for the row as such)
    and clause, with how many and the first."""

    code: str
    pointer: str
    basis: str
    rows: int
    first_line: int


def rejection_reasons(batch: IntakeBatch) -> list[Reason]:
    """Most frequent first; counted by the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select problem ->> 'code', problem ->> 'pointer', min(problem ->> 'basis'), count(*), min(line)
            from records_rejectedrow, jsonb_array_elements(problems) as problem
            where batch_id = %s group by 1, 2 order by 4 desc, 1, 2
            """,
            [batch.pk],
        )
        return list(map(Reason._make, cursor.fetchall()))
