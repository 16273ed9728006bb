"""What an official document contains, without a word about how it looks. Texts are cleaned once, here."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

# Controls cannot be printed; format characters (bidirectional overrides, zero-width ones) make a text read otherwise
# than it is stored; surrogates cannot be written.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs"})


def clean(text: str) -> str:
    """The printable text: line ends kept (as LF), tabs as spaces, other control and format characters dropped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if text.isprintable():
        return text
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in _UNPRINTABLE)


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part, say "一、事实"."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body, first line indented."""

    text: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Label and value, one pair a line, in a table without a header."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Items:
    """Numbered lines."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose header is repeated on each page."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


Block: TypeAlias = Heading | Paragraph | Fields | Items | Grid


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """A document as it is served: 标题, 文号, 抬头, body, 落款 and date; `verification_url` is printed with its QR code."""

    title: str
    number: str
    recipient: str
    blocks: Sequence[Block]
    signatory: str
    signed_on: date
    verification_url: str = ""
    notes: Sequence[str] = field(default=())

    @property
    def salutation(self) -> str:
        """抬头: whom it addresses, with the colon that official usage asks for."""
        return f"{self.recipient.rstrip('：:')}：" if self.recipient else ""

    @property
    def signed_line(self) -> str:
        """成文日期, as 2026年11月26日."""
        return f"{self.signed_on.year}年{self.signed_on.month}月{self.signed_on.day}日"


VERIFICATION: Final = "核验方式：扫描二维码或者访问以下网址，核对本文书的内容。"


def numbered(lines: Sequence[str]) -> list[str]:
    """Lines of `Items` with their numbers, as both renderings print them (1．2．3．)."""
    return [f"{position}．{line}" for position, line in enumerate(lines, 1)]
