"""State changes of the sanctions room: measures applied and lifted, feedback on screenings, subscriptions."""

from sanctions.services.applying import ApplicationText, apply_measure, lift_measure, touch_ended
from sanctions.services.feedback import Report, give_feedback, keys_of
from sanctions.services.retention import clear_screenings
from sanctions.services.subscriptions import close_subscription, note_changes, subscribe

__all__ = [
    "ApplicationText",
    "Report",
    "apply_measure",
    "clear_screenings",
    "close_subscription",
    "give_feedback",
    "keys_of",
    "lift_measure",
    "note_changes",
    "subscribe",
    "touch_ended",
]
