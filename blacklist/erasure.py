"""What this room keeps about a person, and when its handling was over (records.erasure)."""

from collections.abc import Sequence
from datetime import date, timedelta

from blacklist.choices import StepKind
from blacklist.imports import rejections
from blacklist.models import CaseFile, HonourEntry, ListCase, ListEntry, RefusedRow
from common.models import StoredFile
from records.erasure.choices import Holding, Kept
from records.erasure.rules import Held
from records.erasure.selectors import Found
from records.erasure.staging import names


def held(subject_id: int) -> Sequence[Found]:
    """Entries, honours and cases. Each is a statutory duty: it goes on until its last day, whatever the person wishes."""
    return [
        *(
            _entry(one, Holding.LIST_ENTRY)
            for one in ListEntry.objects.filter(subject=subject_id).select_related("scheme")
        ),
        *(
            _entry(one, Holding.HONOUR)
            for one in HonourEntry.objects.filter(subject=subject_id).select_related("scheme")
        ),
        *(_case(one) for one in ListCase.objects.filter(subject=subject_id)),
    ]


def files(holding: str, object_id: int) -> Sequence[StoredFile]:
    if holding != Holding.LIST_CASE:
        return ()
    return list(
        StoredFile.objects.filter(pk__in=CaseFile.objects.filter(step__case=object_id).values("stored"))
    )


def forget(document: str) -> None:
    """Rows of deliveries that were sent back with this number in them. What was taken waits no longer than its delivery."""
    rows = [
        row.pk
        for row in RefusedRow.objects.only("delivery_id", "line", "cells").iterator(chunk_size=2000)
        if names(document, rejections.cells(row))
    ]
    RefusedRow.objects.filter(pk__in=rows).delete()


def last_day(entry: ListEntry | HonourEntry) -> date | None:
    """The last day on which the entry runs; None without end."""
    early = entry.ended_on - timedelta(days=1) if entry.ended_on else None
    days = [day for day in (early, entry.ends_on) if day]
    return min(days, default=None)


def _entry(entry: ListEntry | HonourEntry, holding: Holding) -> Found:
    return Found(holding, entry.pk, Kept.RECORD_BY_LAW, Held(True, last_day(entry)), entry.scheme.name)


def _case(case: ListCase) -> Found:
    """A case is over with its closing, or with the entry it led to."""
    entry = ListEntry.objects.filter(decision__case=case).order_by("-id").first()
    closed = case.steps.filter(kind=StepKind.CLOSED, round=case.round).order_by("-id").first()
    over = last_day(entry) if entry else closed.on if closed else None
    return Found(Holding.LIST_CASE, case.pk, Kept.CASE, Held(True, over), case.number)
