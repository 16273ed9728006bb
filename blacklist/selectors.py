"""Reads of the list: schemes, entries. One gate per model and audience; in force is computed from dates on read."""

from datetime import date

from django.db.models import Q, QuerySet

from blacklist.models import ListEntry, ListScheme
from catalog.choices import SubjectKind
from catalog.selectors import in_force as dated_in_force


def schemes(on: date) -> QuerySet[ListScheme]:
    """Schemes in force on `on`, by field and code."""
    return (
        ListScheme.objects.filter(dated_in_force(on)).select_related("basis").order_by("field", "code", "id")
    )


def _over(at: date) -> Q:
    return Q(ended_on__lte=at) | Q(ends_on__lt=at)


def _listed(at: date) -> Q:
    return Q(effective_from__lte=at) & ~_over(at)


def _suspended(at: date) -> Q:
    return Q(suspended_from__lte=at) & (Q(suspended_until__isnull=True) | Q(suspended_until__gte=at))


def in_force(at: date) -> QuerySet[ListEntry]:
    """Entries that may have an effect on `at`: begun, not over, not suspended."""
    rows = ListEntry.objects.filter(_listed(at)).exclude(_suspended(at))
    return rows.select_related("scheme", "subject", "authority")


def published(at: date) -> QuerySet[ListEntry]:
    """What the public may see on `at`: entries in force; natural persons only where the law lets their list be shown."""
    persons = Q(subject__kind=SubjectKind.PERSON, scheme__persons_public_clause="")
    return in_force(at).exclude(persons)


def not_over(at: date) -> QuerySet[ListEntry]:
    """Entries that were not over on `at`, those that begin later among them."""
    return ListEntry.objects.filter(~_over(at)).select_related("scheme", "subject", "authority")


def listed(at: date) -> QuerySet[ListEntry]:
    """Entries that had begun and were not over on `at`, suspended ones among them; for officers and as-of questions."""
    return ListEntry.objects.filter(_listed(at)).select_related("scheme", "subject", "authority")
