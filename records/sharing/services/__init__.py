"""State changes of sharing: purposes registered, approved, withdrawn; look-ups; exports; lists taken along."""

from records.sharing.services.exports import decide_export, request_export, take_export
from records.sharing.services.listing import note_download
from records.sharing.services.lookups import Answer, LookUpRefused, look_up
from records.sharing.services.purposes import approve_purpose, register_purpose, withdraw_purpose
from records.sharing.services.retention import clear_lookups

__all__ = [
    "Answer",
    "LookUpRefused",
    "approve_purpose",
    "clear_lookups",
    "decide_export",
    "look_up",
    "note_download",
    "register_purpose",
    "request_export",
    "take_export",
    "withdraw_purpose",
]
