"""Document numbers (文书号) as series, and the numbers missing between received ones. Pure.

A number is read as 机关代字〔年份〕序号号. Brackets, widths and spaces vary with whoever types, so they are made alike
first; what cannot be read belongs to no series and raises no suspicion. Only numbers between the lowest and the highest
received are looked at: nobody can know what follows the highest.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

_OPEN, _CLOSE = "([〔【{〈《⟨", ")]〕】}〉》⟩"
_ALIKE = str.maketrans(_OPEN + _CLOSE, "(" * len(_OPEN) + ")" * len(_CLOSE))
_NUMBER = re.compile(
    r"(?P<prefix>.*[^\d(第])第?(?:\((?P<year>(?:19|20)\d\d)年?\)|(?P<plain>(?:19|20)\d\d)年)"
    r"(?:字)?第?(?P<number>\d{1,9})(?:[-之][^号]{1,4})?号?",
    re.DOTALL | re.ASCII,
)
_MAX_PREFIX = 100


class Series(NamedTuple):
    """One run of numbers: 机关代字 and year, brackets half width, without spaces."""

    prefix: str
    year: int


class Numbered(NamedTuple):
    """A document's place in its series."""

    series: Series
    number: int


class Span(NamedTuple):
    """Numbers from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


class Gap(NamedTuple):
    """Missing numbers and the next number received, whose decision says by when they should have been decided."""

    span: Span
    next_number: int


def parse(text: str) -> Numbered | None:
    """Read a document number; None where it follows no such pattern. A sub-number (12-1号, 12之一号) counts as 12."""
    plain = (
        "".join(unicodedata.normalize("NFKC", text).split())
        .translate(_ALIKE)
        .replace("—", "-")
        .replace("–", "-")
    )
    found = _NUMBER.fullmatch(plain)
    if found is None or len(found["prefix"]) > _MAX_PREFIX or int(found["number"]) == 0:
        return None
    return Numbered(Series(found["prefix"], int(found["year"] or found["plain"])), int(found["number"]))


def write(series: Series, span: Span) -> str:
    """The way people write it: 鹤市监处罚〔2026〕12至15号."""
    end = f"至{span.last}" if span.last > span.first else ""
    return f"{series.prefix}〔{series.year}〕{span.first}{end}号"


def find_gaps(received: Iterable[int]) -> list[Gap]:
    """Runs of numbers missing between the lowest and the highest received, in order."""
    numbers = sorted(set(received))
    return [
        Gap(Span(before + 1, number - 1), number)
        for before, number in pairwise(numbers)
        if number > before + 1
    ]


def without(span: Span, explained: Iterable[Span]) -> list[Span]:
    """What is left of `span` once every explained span is taken out, in order."""
    left: list[Span] = []
    start = span.first
    for first, last in sorted(explained):
        if last < start or first > span.last:
            continue
        if first > start:
            left.append(Span(start, first - 1))
        start = last + 1
    if start <= span.last:
        left.append(Span(start, span.last))
    return left


def open_gaps(received: Iterable[int], explained: Sequence[Span]) -> list[Gap]:
    """The gaps of a series that nobody has explained."""
    return [
        Gap(part, gap.next_number) for gap in find_gaps(received) for part in without(gap.span, explained)
    ]


def looks_mistyped(size: int, received: int) -> bool:
    """Whether a gap is so wide that a wrongly typed number, or numbers that carry a code, is the likelier reason."""
    return size > 100 and size > 10 * received
