"""Reads of the list schemes: which serious-dishonesty lists exist on a day. One gate per model."""

from datetime import date

from django.db.models import QuerySet

from blacklist.models import ListScheme
from catalog.selectors import in_force


def schemes(on: date) -> QuerySet[ListScheme]:
    """Schemes in force on `on`, by field and code."""
    return ListScheme.objects.filter(in_force(on)).select_related("basis").order_by("field", "code", "id")
