"""Tables of the sanctions room: the measure list and its drafts, matters."""

from sanctions.models.matters import Matter
from sanctions.models.measures import ListState, Measure, MeasureDraft, MeasureEdition

__all__ = ["ListState", "Matter", "Measure", "MeasureDraft", "MeasureEdition"]
