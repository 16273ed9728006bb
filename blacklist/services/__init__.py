"""Writes of the list: schemes, cases, entries."""

from blacklist.services.entries import (
    EntryText,
    end_entry,
    modify_entry,
    note_change,
    resume_entry,
    suspend_entry,
)

__all__ = ["EntryText", "end_entry", "modify_entry", "note_change", "resume_entry", "suspend_entry"]
