"""State changes of evidence and correction."""

from records.evidence.services.common import Author, RecordChanged, Why
from records.evidence.services.corrections import correct_record
from records.evidence.services.proceedings import (
    Case,
    Decision,
    mark_proceeding,
    note_outcome,
    note_own_correction,
)
from records.evidence.services.withdrawals import withdraw_record

__all__ = [
    "Author",
    "Case",
    "Decision",
    "RecordChanged",
    "Why",
    "correct_record",
    "mark_proceeding",
    "note_outcome",
    "note_own_correction",
    "withdraw_record",
]
