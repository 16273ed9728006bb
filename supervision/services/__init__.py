"""State changes of the supervision room: clues raised, explained, closed; gaps explained; the calendar edited."""

from supervision.services.calendar import remove_days, set_days
from supervision.services.clues import close_clue, explain_clue
from supervision.services.detection import refresh
from supervision.services.gaps import explain_gap

__all__ = ["close_clue", "explain_clue", "explain_gap", "refresh", "remove_days", "set_days"]
