"""Reads of the honour list: what incentives rest on, what the public sees, and what officers do. In force is computed from dates on read."""

from datetime import date

from django.db.models import Q, QuerySet

from agencies.models import Officer
from blacklist import access
from blacklist.models import HonourEntry, HonourScheme
from catalog.choices import SubjectKind
from catalog.selectors import in_force as dated_in_force
from records.selectors import agencies_of


def schemes(on: date) -> QuerySet[HonourScheme]:
    """Honours that may be granted on a day, by code."""
    return HonourScheme.objects.filter(dated_in_force(on)).select_related("basis").order_by("code", "id")


def all_schemes() -> QuerySet[HonourScheme]:
    """Every row, by code and newest first."""
    return HonourScheme.objects.select_related("basis").order_by("code", "-effective_from")


def in_force(at: date) -> QuerySet[HonourEntry]:
    """Honours that hold on `at`; the ground of an incentive while they do."""
    over = Q(ended_on__lte=at) | Q(ends_on__lt=at)
    rows = HonourEntry.objects.filter(Q(effective_from__lte=at) & ~over)
    return rows.select_related("scheme", "subject", "authority")


def published(at: date) -> QuerySet[HonourEntry]:
    """What the public may see; natural persons only where a clause lets the list be shown."""
    persons = Q(subject__kind=SubjectKind.PERSON, scheme__persons_public_clause="")
    return in_force(at).exclude(persons)


def visible_to(officer: Officer) -> QuerySet[HonourEntry]:
    """Honours with their history: of the agencies the officer works for; the credit authority and auditors see all."""
    rows = HonourEntry.objects.select_related("scheme", "subject", "authority")
    if officer.has_perm("blacklist.view_all_entries"):
        return rows
    if not (officer.has_perm(access.HANDLE) or officer.has_perm(access.DECIDE)):
        return rows.none()
    return rows.filter(authority_id__in=agencies_of(officer))
