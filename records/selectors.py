"""Reads of records and subjects: one gate per audience, used by list, detail, search, export, count and API alike.

In force is computed from dates on read; no job has to run for a record to disappear on its day.
"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from guardian.shortcuts import get_objects_for_user

from agencies.models import Agency, Officer
from records.models import CreditRecord, IntakeBatch, Subject


def _live(until: str, at: date) -> Q:
    """The state whose last day is `until` holds on `at`, and nothing ended it before."""
    return Q(**{f"{until}__gte": at}) & (Q(ended_on__isnull=True) | Q(ended_on__gt=at))


def published(at: date) -> QuerySet[CreditRecord]:
    """What the public may see on `at`: inside the publication window, not ended early."""
    return CreditRecord.objects.filter(_live("published_until", at)).select_related("subject", "item")


def shared(at: date) -> QuerySet[CreditRecord]:
    """What other bodies and the province may hold on `at`."""
    return CreditRecord.objects.filter(_live("shared_until", at)).select_related("subject", "item")


def used(at: date) -> QuerySet[CreditRecord]:
    """What may have an effect on somebody on `at`."""
    return CreditRecord.objects.filter(_live("used_until", at)).select_related("subject", "item")


def agencies_of(officer: Officer, permission: str = "view_for") -> list[int]:
    """Ids of the agencies the officer acts for; one query, whatever the number of records."""
    granted = get_objects_for_user(
        officer, f"agencies.{permission}", klass=Agency, accept_global_perms=False, with_superuser=False
    )
    return list(granted.values_list("id", flat=True))


def visible_to(officer: Officer) -> QuerySet[CreditRecord]:
    """Records an officer sees in the workbench: those of the agencies granted; auditors and the authority see all."""
    rows = CreditRecord.objects.select_related("subject", "item", "provider")
    if officer.has_perm("records.view_all_records"):
        return rows
    return rows.filter(provider_id__in=agencies_of(officer))


def batches_visible_to(officer: Officer) -> QuerySet[IntakeBatch]:
    rows = IntakeBatch.objects.select_related("item", "agency", "officer", "client")
    if officer.has_perm("records.view_all_records"):
        return rows
    return rows.filter(agency_id__in=agencies_of(officer))


def published_subjects(at: date) -> QuerySet[Subject]:
    """Subjects with at least one published record on `at`; others do not exist for the public."""
    return Subject.objects.filter(Exists(published(at).filter(subject=OuterRef("pk"))))
