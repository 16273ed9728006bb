"""两书同达: whoever is told of a listing is told in the same document how to get out of it.

The rules of repair stand in a room above this one; it says at the start of the project what the notice says (`provide`).
A notice composed below from the scheme alone was rejected: materials, unit and periods are dated rows of that room, and a
document may not say anything else than the portal.
"""

from collections.abc import Callable, Sequence
from datetime import date

from blacklist.models import ListEntry
from common.documents import Block

Compose = Callable[[ListEntry, date], Sequence[Block]]
_compose: list[Compose] = []


def provide(compose: Compose) -> None:
    """Say what the notice for an entry says on a day; the last one given counts."""
    _compose[:] = [compose]


def blocks(entry: ListEntry, on: date) -> Sequence[Block]:
    """The notice for an entry that is about to stand. RuntimeError where nobody provides one: no listing without it."""
    if not _compose:
        raise RuntimeError("no room provides the repair notice that goes with a listing")
    return _compose[0](entry, on)
