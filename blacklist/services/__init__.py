"""Writes of the list: schemes, cases, entries."""

from blacklist.services.cases import Underlying, open_case
from blacklist.services.common import PARTY, Actor, by_client, by_officer
from blacklist.services.decisions import DecisionText, decide
from blacklist.services.entries import (
    EntryText,
    end_entry,
    mark_dispute,
    modify_entry,
    note_change,
    resume_entry,
    suspend_entry,
    touch_ended,
)
from blacklist.services.honour_frames import (
    HonourText,
    end_honour_frame,
    enter_honour_frame,
    revise_honour_frame,
)
from blacklist.services.honours import end_honour, modify_honour
from blacklist.services.party import case_of_code, speak, words_of
from blacklist.services.schemes import (
    SchemeText,
    check_scheme,
    end_scheme,
    enter_scheme,
    revise_scheme,
)
from blacklist.services.steps import (
    answer_objection,
    close_case,
    give_notice,
    record_hearing,
    record_service,
    reopen_case,
    resume,
    review,
    serve_decision,
    suspend,
    verify,
)

__all__ = [
    "PARTY",
    "Actor",
    "DecisionText",
    "EntryText",
    "HonourText",
    "SchemeText",
    "Underlying",
    "answer_objection",
    "by_client",
    "by_officer",
    "case_of_code",
    "check_scheme",
    "close_case",
    "decide",
    "end_entry",
    "end_honour",
    "end_honour_frame",
    "end_scheme",
    "enter_honour_frame",
    "enter_scheme",
    "give_notice",
    "mark_dispute",
    "modify_entry",
    "modify_honour",
    "note_change",
    "open_case",
    "record_hearing",
    "record_service",
    "reopen_case",
    "resume",
    "resume_entry",
    "review",
    "revise_honour_frame",
    "revise_scheme",
    "serve_decision",
    "speak",
    "suspend",
    "suspend_entry",
    "touch_ended",
    "verify",
    "words_of",
]
