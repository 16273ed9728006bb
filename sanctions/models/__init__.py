"""Tables of the sanctions room: the measure list and its drafts, matters, applied measures, screenings, feedback, subscriptions."""

from sanctions.models.applied import AppliedMeasure
from sanctions.models.matters import Matter
from sanctions.models.measures import ListState, Measure, MeasureDraft, MeasureEdition
from sanctions.models.screening import MeasureFeedback, Screening, ScreeningFile, ScreeningHit
from sanctions.models.subscriptions import Subscription, SubscriptionNotice, Watch

__all__ = [
    "AppliedMeasure",
    "ListState",
    "Matter",
    "Measure",
    "MeasureDraft",
    "MeasureEdition",
    "MeasureFeedback",
    "Screening",
    "ScreeningFile",
    "ScreeningHit",
    "Subscription",
    "SubscriptionNotice",
    "Watch",
]
