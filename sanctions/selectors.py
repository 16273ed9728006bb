"""Reads of the measure list: what may be done to whom on a day. One gate per model."""

from datetime import date

from django.db.models import QuerySet

from catalog.selectors import in_force
from sanctions.models import Measure, MeasureEdition


def editions(on: date) -> QuerySet[MeasureEdition]:
    """Editions of the measure list in force on `on`, newest first."""
    return MeasureEdition.objects.filter(in_force(on)).select_related("basis")


def measures(on: date) -> QuerySet[Measure]:
    """Rows of every edition in force on `on`, by class and measure."""
    return (
        Measure.objects.filter(edition__in=editions(on))
        .select_related("edition", "basis")
        .order_by("measure_class", "name", "id")
    )
