"""The typeface of documents and which characters it has.

The typesetter refuses a text with a character its font lacks (an archive PDF may not hold an empty box), and a name may
hold one: such a character is printed as 〓, the mark for a missing type, with its code point, so that nothing is lost
silently.
"""

import struct
from bisect import bisect_right
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FAMILY: Final = "Noto Sans CJK SC"
WORD_FAMILY: Final = "仿宋"
MISSING: Final = "〓"
_FILE: Final = "NotoSansCJK-Regular.ttc"


@cache
def font_directory() -> Path:
    """Where the installed font package keeps its one file."""
    spec = find_spec("noto_cjk_sans_otc")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


@cache
def _segments() -> tuple[list[int], list[int]]:
    """First and last code points of the character map (format 12), read from the file itself."""
    data = (font_directory() / _FILE).read_bytes()
    first_font = struct.unpack_from(">4sIII", data)[3]
    tables = struct.unpack_from(">H", data, first_font + 4)[0]
    records = (struct.unpack_from(">4sIII", data, first_font + 12 + 16 * index) for index in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    for index in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        _, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * index)
        if struct.unpack_from(">H", data, cmap + offset)[0] == 12:
            groups = struct.unpack_from(">I", data, cmap + offset + 12)[0]
            pairs = [struct.unpack_from(">II", data, cmap + offset + 16 + 12 * n) for n in range(groups)]
            return [first for first, _ in pairs], [last for _, last in pairs]
    raise LookupError(f"{_FILE} has no character map of format 12")


def _covered(char: str) -> bool:
    starts, ends = _segments()
    position = bisect_right(starts, ord(char)) - 1
    return position >= 0 and ord(char) <= ends[position]


def printable(text: str) -> str:
    """The text with every character the typeface lacks replaced by 〓 and its code point."""
    if text.isascii():
        return text
    return "".join(
        char if char == "\n" or _covered(char) else f"{MISSING}（U+{ord(char):04X}）" for char in text
    )
