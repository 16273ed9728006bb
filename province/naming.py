"""How objects are called on the wire: a record keeps its id, an object of another table gets its table's number in front."""

from typing import Final

from ledger import tables

_RECORDS: Final = tables.TABLES["records_creditrecord"]
_SPAN: Final = 10**12  # ids of one table on the wire; a table number and an id stay below 2 ** 53


def wire_id(table: int, object_id: int) -> int:
    """How an object is called on the wire."""
    return object_id if table == _RECORDS else table * _SPAN + object_id


def record_id(on_the_wire: int) -> int | None:
    """The record of that name, None for an object of another table."""
    return on_the_wire if on_the_wire < _SPAN else None
