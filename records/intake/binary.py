"""Values → fields of COPY's binary format, and back: four bytes of length, then the value as its type sends it.

For the table that takes hundreds of thousands of rows at once: a row of the text format costs the database half as much
again, because every character is looked at for what it may stand for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from struct import Struct, unpack_from
from typing import Final
from uuid import UUID

START: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END: Final = b"\xff\xff"
NULL: Final = b"\xff\xff\xff\xff"
DIGEST: Final = b"\0\0\0\x10"  # length of a digest and of a uuid
JSONB: Final = b"\1"  # version of how one is sent
_EPOCH: Final = date(2000, 1, 1).toordinal()
_REMEMBERED: Final = 10_000
length: Final = Struct(">i").pack
_number: Final = Struct(">iq").pack
_day: Final = Struct(">ii").pack
_row: Final = Struct(">h").pack


def number(value: int | None) -> bytes:
    """A bigint."""
    return NULL if value is None else _number(8, value)


def text(value: str) -> bytes:
    sent = value.encode()
    return length(len(sent)) + sent


def day(value: date | str | None) -> bytes:
    """A date, or one in ISO form."""
    if value is None:
        return NULL
    return _day(4, (date.fromisoformat(value) if isinstance(value, str) else value).toordinal() - _EPOCH)


def flag(value: bool) -> bytes:
    return b"\0\0\0\1" + bytes((value,))


def begun(columns: int, first: int) -> bytes:
    """How a row of so many columns begins, the first of which is a number."""
    return _row(columns) + number(first)


class Remembered(dict[str, bytes]):
    """Fields of a column that repeats its values; begins anew before it grows large, since a file may repeat none."""

    def __init__(self, send: Callable[[str], bytes]) -> None:
        super().__init__()
        self._send = send

    def __missing__(self, value: str) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[value] = sent = self._send(value)
        return sent


# --- and back ------------------------------------------------------------------------------------------

_READ: Final[Mapping[str, Callable[[bytes], str]]] = {
    "number": lambda sent: str(int.from_bytes(sent, "big", signed=True)),
    "text": bytes.decode,
    "day": lambda sent: (
        date.fromordinal(_EPOCH) + timedelta(days=int.from_bytes(sent, "big", signed=True))
    ).isoformat(),
    "bytes": lambda sent: f"\\x{sent.hex()}",
    "uuid": lambda sent: str(UUID(bytes=sent)),
    "flag": lambda sent: "t" if sent == b"\1" else "f",
    "jsonb": lambda sent: sent.removeprefix(JSONB).decode(),
}


def texts_of(fields: bytes, types: Sequence[str]) -> list[str | None]:
    """Fields one behind the other as texts that the database reads as the same values; None = null."""
    found = zip(_cut(fields), types, strict=True)
    return [None if sent is None else _READ[type_](sent) for sent, type_ in found]


def _cut(fields: bytes) -> Iterator[bytes | None]:
    place = 0
    while place < len(fields):
        (size,) = unpack_from(">i", fields, place)
        place += 4
        yield None if size < 0 else fields[place : place + size]
        place += max(size, 0)
