"""Reads of the terms of use of the open data."""

from datetime import date

from django.db.models import QuerySet

from catalog.selectors import in_force
from portal.models import OpenTerm


def terms(on: date) -> QuerySet[OpenTerm]:
    return OpenTerm.objects.filter(in_force(on)).order_by("order", "code")
