"""Shared strings: the texts of a workbook, which its cells name by number.

They are read as far as somebody asks for them: a look at the first rows of a sheet reads the first block. They are kept as
bytes in one run, a tenth of the memory of as many str objects.
"""

import re
import zipfile
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from common.files.errors import FileRefused
from common.workbooks.dialect import Dialect
from common.workbooks.parts import cell_text, stream_of

_AT_ONCE: Final = 256
_AHEAD: Final = 8  # as many at once are kept
_REPEATED: Final = 36_000
# Every text of the run ends with one; in a text there is none (`cell_text`).
_END: Final = b"\0"
_FIRST, _BETWEEN, _LAST = b"<si><t>", b"</t></si><si><t>", b"</t></si>"
_SPACED: Final = b'<t xml:space="preserve">'
_PHONETIC: Final = re.compile(rb"<phoneticPr\b[^<>]*/>")  # how hints are drawn; says nothing


class SharedStrings:
    """The texts of the part, by number.

    What nobody asked for before is nearly always asked for in its order, so it is decoded together with what follows; most
    of it is never asked for again and soon forgotten. One that is asked for again after that is kept.
    """

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        """`part` is "" for a workbook that has none."""
        self._run = bytearray()
        self._ends = array("I", [0])  # of the texts alone; no part unpacks to more than 2 GiB
        self._coming = self._read(archive, part) if part else iter(())
        self._known: list[str | None] = []
        self._next = 0  # the first of those nobody asked for
        self._ahead: deque[range] = deque()
        self._repeated: list[int] = []

    def _read(self, archive: zipfile.ZipFile, part: str) -> Iterator[None]:
        pending, dialect = b"", None
        for block in stream_of(archive, part):
            dialect = dialect or Dialect.of(block)
            pending += block
            cut = pending.rfind(dialect.string_end)
            if cut < 0:
                continue
            cut += len(dialect.string_end)
            self._add(_simple(pending[:cut]) or _any(pending[:cut], dialect))
            pending = pending[cut:]
            yield

    def _add(self, texts: list[bytes]) -> None:
        if texts:
            self._run += _END.join(texts) + _END
            self._ends.extend(accumulate(map(len, texts), initial=self._ends.pop()))
            self._known += [None] * len(texts)

    def of(self, numbers: Sequence[int]) -> list[str]:
        """The texts of these numbers, of which none is negative; raises FileRefused for one that there is not."""
        try:
            found = list(map(self._known.__getitem__, numbers))
        except (IndexError, TypeError):  # not read so far; a number with a fraction
            return [self[number] for number in numbers]
        if all(found):
            return found  # type: ignore[return-value]
        return [self[number] if text is None else text for number, text in zip(numbers, found, strict=True)]

    def __getitem__(self, number: int) -> str:
        if not isinstance(number, int) or number < 0:
            raise _unknown()
        while number >= len(self._known):
            try:
                next(self._coming)
            except StopIteration:
                raise _unknown() from None
        text = self._known[number]
        return self._asked_for(number) if text is None else text

    def _asked_for(self, number: int) -> str:
        if number == self._next:
            self._next = min(number + _AT_ONCE, len(self._known))
            self._ahead.append(range(number, self._next))
            if len(self._ahead) > _AHEAD:
                self._forget(self._ahead.popleft())
            texts = self._known[number : self._next] = self._decoded(number, self._next)
            return texts[0]
        self._next = max(self._next, number + 1)
        if len(self._repeated) >= _REPEATED:
            self._forget(self._repeated)
            self._repeated.clear()
        self._repeated.append(number)
        text = self._known[number] = self._decoded(number, number + 1)[0]
        return text

    def _forget(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._known[number] = None

    def _decoded(self, start: int, stop: int) -> list[str]:
        run = self._run[self._ends[start] + start : self._ends[stop] + stop - 1]
        return run.decode("utf-8", "replace").split("\0")


def _unknown() -> FileRefused:
    return FileRefused("file_unreadable", "工作簿引用了不存在的文本，文件已损坏，请重新导出")


def _simple(block: bytes) -> list[bytes]:
    """The texts of a block that holds nothing but texts in their plainest form; else nothing."""
    texts = _cut(block) or _cut(_PHONETIC.sub(b"", block.replace(_SPACED, b"<t>")))
    if b"&" in block or b"_x" in block:
        return [_plain(one) if b"&" in one or b"_x" in one else one for one in texts]
    return texts


def _cut(block: bytes) -> list[bytes]:
    start = block.find(_FIRST)
    if not block.endswith(_LAST) or start < 0 or b"<si" in block[:start] or _END in block:
        return []
    texts = block[start + len(_FIRST) : -len(_LAST)].split(_BETWEEN)
    # Every tag is one of those that were cut at, or something else is among them.
    return texts if block.count(b"<", start) == _BETWEEN.count(b"<") * len(texts) else []


def _plain(text: bytes) -> bytes:
    return cell_text(text.decode("utf-8", "replace")).encode("utf-8", "replace")


def _any(block: bytes, dialect: Dialect) -> list[bytes]:
    """The texts of any block, each looked at."""
    found = []
    for content in dialect.strings(block.decode("utf-8", "replace")):
        simple = dialect.simple_text.fullmatch(content)
        found.append(
            cell_text(simple[1] if simple else dialect.rich_text(content)).encode("utf-8", "replace")
        )
    return found
