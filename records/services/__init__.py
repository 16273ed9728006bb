"""State changes of the records room: one record taken in or ended, a file taken in."""

from records.services.batches import open_batch, process_batch, unfinished_batches
from records.services.records import UnknownFields, accept_record, end_record, touch_ended

__all__ = [
    "UnknownFields",
    "accept_record",
    "end_record",
    "open_batch",
    "process_batch",
    "touch_ended",
    "unfinished_batches",
]
