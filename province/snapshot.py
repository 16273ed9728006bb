"""Everything that is shared today, for a first load, with the place in the feed to go on from.

It is the feed itself up to a position read before the first page, each object once, at its newest event, and nothing that is over: the
same ready-made lines, the same cursor, no list of kinds. An object changed after that position may be in the snapshot old, new or not at
all; its change lies behind `changes_cursor` and carries the newest state, so snapshot and feed together are exact, without holding a
database snapshot open for the length of a transfer. A client that is cut off goes on from the last whole page or line.

Rejected: *reading the tables, kind by kind* (fifteen times slower than the lines, and a second way to say every kind); *a dump kept ready*
(a second copy of everything, personal data among it).
"""

from collections.abc import Iterator
from typing import NamedTuple

from common.clock import today
from common.json import json_bytes
from common.pagination import cursor_invalid
from ledger.selectors import last_position
from province import feed
from province.lines import Block
from province.sources import SCHEMA


class Place(NamedTuple):
    """Where a snapshot stands: behind `position` of the feed, of which it tells what lies up to `end`."""

    position: int
    end: int

    def text(self) -> str | None:
        """The cursor; None once the end is reached."""
        return f"{self.position}.{self.end}" if self.position < self.end else None


def place(text: str) -> Place:
    """The place a cursor stands for; the beginning for an empty one. Raises the `cursor_invalid` problem."""
    if not text:
        return Place(0, last_position())
    parts = text.split(".")
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= 18]
    if len(numbers) != 2 or len(parts) != 2 or not numbers[0] <= numbers[1] <= last_position():
        raise cursor_invalid()
    return Place(*numbers)


def page(start: Place, limit: int) -> tuple[Block, Place]:
    """The objects among the next `limit` events, and where to go on."""
    found = feed.block(start.position, limit, start.end, today(), last=start.end)
    return found, Place(found.position, start.end)


def lines(at: Place) -> Iterator[bytes]:
    """The whole rest as newline-delimited JSON; every chunk ends with a line that says where to go on, the last one with
    the cursor of the feed."""
    while at.text():
        found, at = page(at, feed.CHUNK)
        yield found.text
        if at.text():
            yield json_bytes({"next_cursor": at.text()}) + b"\n"
    yield json_bytes({"next_cursor": None, "changes_cursor": str(at.end), "schema": SCHEMA}) + b"\n"
