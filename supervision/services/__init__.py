"""State changes of the supervision room: clues raised, explained, closed; gaps explained; the calendar edited."""

from supervision.services.calendar import remove_days, set_days
from supervision.services.clues import close_clue, explain_clue
from supervision.services.detection import refresh
from supervision.services.gaps import explain_gap
from supervision.services.list_clues import raise_list_clues

__all__ = [
    "close_clue",
    "explain_clue",
    "explain_gap",
    "raise_list_clues",
    "refresh",
    "remove_days",
    "set_days",
]
