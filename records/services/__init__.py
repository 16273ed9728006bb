"""State changes of the records room: one record taken in or ended, a file taken in."""

from records.services.batches import open_batch, process_batch, unfinished_batches
from records.services.records import (
    UnknownFields,
    accept_record,
    check_record,
    end_record,
    lift_suspension,
    mark_dispute,
    suspend_record,
    touch_ended,
)

__all__ = [
    "UnknownFields",
    "accept_record",
    "check_record",
    "end_record",
    "lift_suspension",
    "mark_dispute",
    "open_batch",
    "process_batch",
    "suspend_record",
    "touch_ended",
    "unfinished_batches",
]
