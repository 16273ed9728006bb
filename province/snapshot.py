"""Everything that is shared today, for a first load, with the place in the feed to go on from.

`changes_cursor` is the ledger's end read before the first object. An object changed after that may be in the snapshot old, new or not at
all; its change lies behind the cursor and carries the newest state, so snapshot and feed together are exact, without holding a
database snapshot open for the length of a transfer. A client that is cut off goes on from the last whole page or line.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, TypedDict

import orjson

from common.clock import today
from common.json import json_bytes
from common.pagination import cursor_invalid
from ledger.selectors import last_position
from province.naming import wire_id
from province.sources import SCHEMA, SOURCES

CHUNK = 1000


class Held(TypedDict):
    """One object as it is shared now."""

    kind: str
    object_id: int
    payload: orjson.Fragment


class Place(NamedTuple):
    """Where a snapshot stands: behind the object `object_id` of `table`, begun at ledger position `position`."""

    table: int
    object_id: int
    position: int

    def text(self) -> str:
        return f"{self.table}.{self.object_id}.{self.position}"


class Page(NamedTuple):
    items: list[Held]
    next_place: Place | None  # None at the end
    position: int


def place(text: str) -> Place:
    """The place a cursor stands for; the beginning for an empty one. Raises the `cursor_invalid` problem."""
    if not text:
        return Place(min(SOURCES), 0, last_position())
    parts = text.split(".")
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= 18]
    if len(numbers) != 3 or len(parts) != 3 or numbers[0] not in SOURCES or numbers[2] > last_position():
        raise cursor_invalid()
    return Place(*numbers)


def page(start: Place, limit: int, day: date) -> Page:
    """Up to `limit` objects behind `start`, by table and id: two index ranges a table."""
    items: list[Held] = []
    table, object_id = start.table, start.object_id
    for source in (SOURCES[number] for number in sorted(SOURCES) if number >= table):
        after = object_id if source.table == table else 0
        wanted = limit - len(items)
        rows = source.shared(day).filter(pk__gt=after).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:wanted])
        items += [
            Held(
                kind=one.kind,
                object_id=wire_id(source.table, one.object_id),
                payload=orjson.Fragment(one.json),
            )
            for one in source.live(source.shared(day).filter(pk__in=ids).order_by("pk"))
        ]
        if len(ids) == wanted:
            return Page(items, Place(source.table, ids[-1], start.position), start.position)
    return Page(items, None, start.position)


def lines(start: Place) -> Iterator[bytes]:
    """The whole rest as newline-delimited JSON; every page ends with a line that says where to go on, the last one with
    the cursor of the feed."""
    at: Place | None = start
    while at is not None:
        found = page(at, CHUNK, today())
        for item in found.items:
            yield json_bytes(item) + b"\n"
        at = found.next_place
        if at is not None:
            yield json_bytes({"next_cursor": at.text()}) + b"\n"
    yield json_bytes({"next_cursor": None, "changes_cursor": str(start.position), "schema": SCHEMA}) + b"\n"
