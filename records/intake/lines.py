"""Columns of values → the lines of COPY's text format, by column where one can, without a call for every cell."""

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from itertools import starmap
from typing import Final, TypeVar

import msgspec

NULL: Final = "\\N"
_T = TypeVar("_T", bound=Hashable)


def first_rows(column: Sequence[_T]) -> dict[_T, int]:
    """The first row of every value, in no order."""
    return dict(zip(reversed(column), reversed(range(len(column))), strict=True))


def copy_text(text: str) -> str:
    """A text as COPY's text format wants it."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text


def copy_texts(column: Sequence[str]) -> Sequence[str]:
    """`copy_text` of every text; asked once whether there is anything to do."""
    joined = "".join(column)
    plain = not ("\\" in joined or "\n" in joined or "\t" in joined or "\r" in joined)
    return column if plain else list(map(copy_text, column))


def copy_bytes(value: bytes | None) -> str:
    return NULL if value is None else f"\\\\x{value.hex()}"


_encode_lines: Final = msgspec.json.Encoder().encode_lines


@lru_cache(maxsize=64)
def _shape(names: tuple[str, ...]) -> type[msgspec.Struct]:
    """An object with these members, of which empty ones are not written."""
    members = {f"member{place}": name for place, name in enumerate(names)}
    return msgspec.defstruct(
        "Row", [(member, str, "") for member in members], rename=members, omit_defaults=True, gc=False
    )


def objects(columns: Mapping[str, Sequence[str | None]], size: int) -> list[bytes]:
    """Per row one JSON object of what is filled, by codes of fields. A wrong value, which is None, is written as null: such a row goes back."""
    if not columns:
        return [b"{}"] * size
    rows = starmap(_shape(tuple(columns)), zip(*columns.values(), strict=True))
    return _encode_lines(list(rows)).split(b"\n")[:-1]
