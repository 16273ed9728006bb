"""How rows, cells and texts are written: expressions over the few forms spreadsheet programs use."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from common.files.errors import FileRefused

_COLUMN: Final = re.compile("[A-Z]{1,3}")
_ROW_NUMBER: Final = re.compile(r"""(?<![\w:.-])r\s*=\s*["']([^"']*)["']""")
_TAIL: Final = 1024
_DIGITS: Final = 7  # of the number of a sheet's last row

CellParts = tuple[str, str, str, str, str, str]  # column, style, type, formula, value, inline text


class _Columns(dict[str, int]):
    """Letters of a column → index from 0, worked out once."""

    def __missing__(self, letters: str) -> int:
        index = 0
        for letter in letters:
            index = index * 26 + ord(letter) - 64
        self[letters] = index - 1
        return index - 1


columns: Final = _Columns()


class Dialect:
    """Expressions for one namespace prefix ("" nearly always)."""

    def __init__(self, prefix: str) -> None:
        p = re.escape(prefix)
        self.prefix = prefix
        self.row_end = f"</{prefix}row>".encode()
        self._said = tuple(f"<{prefix}{tag}".encode() for tag in ("v", "is", "f"))
        self._any_row, self._numbered_row = f"<{prefix}row".encode(), f'<{prefix}row r="'.encode()
        self.string_end = f"</{prefix}si>".encode()
        self._row = re.compile(rf"<{p}row\b([^>]*?)(/?)>")
        self.usual_row = re.compile(rf'<{p}row r="(\d{{1,{_DIGITS}}}+)"[^>]*+(?<!/)>'.encode())
        self._numbers = re.compile(rf'<{p}row(?: r="(\d{{1,{_DIGITS}}}+)")?+'.encode())
        self._data_end = re.compile(rf"</{p}sheetData\s*+>|<{p}sheetData\b[^>]*+(?<=/)>".encode())
        self._part_end = re.compile(rf"</{p}(?:worksheet|sst)\s*+>|<{p}sst\b[^>]*+(?<=/)>".encode())
        self._common = re.compile(  # without a way back (++), which nothing here needs: a quarter quicker
            rf'<{p}c r="([A-Z]{{1,3}}+)\d++"(?: s="(\d++)")?+(?: t="(\w++)")?+(?:/>|>(<{p}f\b[^>]*?(?:/>|>[^<]*+</{p}f>))?+'
            rf"(?:<{p}v[^>]*+>([^<]*+)</{p}v>|<{p}v\s*+/>|<{p}is><{p}t[^>]*+>([^<]*+)</{p}t></{p}is>)?+</{p}c>)"
        )
        self._any = re.compile(rf"<{p}c\b([^>]*?)(?:/>|>(.*?)</{p}c>)", re.DOTALL)
        self._begun = re.compile(rf"<{p}(?:c|row)\b")
        self._cell_with_attributes, self._bare_cell = f"<{prefix}c ", f"<{prefix}c>"
        self._row_within = f"<{prefix}row"
        self._attribute = re.compile(r"""([\w:]+)\s*=\s*["']([^"']*)["']""")
        self._formula = re.compile(rf"<{p}f\b")
        self._value = re.compile(rf"<{p}v\b[^>]*>(.*?)</{p}v>", re.DOTALL)
        self._string = re.compile(rf"<{p}si\b([^>]*?)(/?)>")
        self.simple_text = re.compile(rf"<{p}t[^>]*>([^<]*)</{p}t>")
        self._phonetic = re.compile(rf"<{p}rPh\b.*?</{p}rPh>", re.DOTALL)

    @classmethod
    def of(cls, block: bytes) -> "Dialect":
        """The dialect of a part, from its first block."""
        found = re.search(rb"<(\w+:)?(?:worksheet|sst)\b", block)
        return _dialect(found[1].decode() if found and found[1] else "")

    def behind_empty_rows(self, text: bytes) -> int:
        """Where the last row of a text begins in which no row says anything and each says its number; -1 for any other text."""
        if self.says_something(text) or text.count(self._any_row) != text.count(self._numbered_row):
            return -1
        return text.rfind(self._numbered_row)

    def rows(self, part: str) -> Iterator[tuple[str, str]]:
        """Attributes and content of the rows up to the end of one."""
        return _elements(part, self._row)

    def strings(self, text: str) -> Iterator[str]:
        """Content of every shared string of a text that ends with the end of one."""
        # Cut at their ends, for an expression that looks for the end passes over every character.
        parts = text.split(self.string_end.decode())[:-1]
        return (content for part in parts for _, content in _elements(part, self._string))

    def row_number(self, attributes: str, before: int) -> int:
        """The number a row states; behind the one before if it states none, 0 if what it states is no number."""
        found = _ROW_NUMBER.search(attributes)
        if found is None:
            return before + 1
        return int(found[1]) if found[1].isascii() and found[1].isdigit() and len(found[1]) <= _DIGITS else 0

    def numbers(self, text: bytes, before: int) -> list[int]:
        """The numbers of the rows that begin in a text of whole tags."""
        given = self._numbers.findall(text)
        if b"" not in given:  # every row states its own first of all
            return list(map(int, given))
        found = [before]
        for attributes, _ in self._row.findall(text.decode("utf-8", "replace")):
            found.append(self.row_number(attributes, found[-1]))
        return found[1:]

    def data_end(self, text: bytes) -> int:
        """Where a text closes the rows of its sheet; -1 if it does not."""
        found = self._data_end.search(text, max(0, text.rfind(self.row_end)))
        return found.start() if found else -1

    def ends(self, tail: bytes) -> bool:
        """Whether a part that ends so is whole."""
        return self._part_end.search(tail) is not None

    def closes(self, rest: bytes) -> bool:
        """Whether what stands behind the last row of a sheet ends rows and sheet, without another row that says something."""
        end = self.data_end(rest)
        return end >= 0 and not self.says_something(rest[:end]) and self.ends(rest[-_TAIL:])

    def says_something(self, text: bytes) -> bool:
        """Whether a cell of a text has a value."""
        return any(tag in text for tag in self._said)

    def cells(self, content: str) -> list[CellParts]:
        """The cells of a row; the quick expression must account for every one of them, else each is taken apart."""
        found: list[CellParts] = self._common.findall(content)
        usual = self._bare_cell not in content and self._row_within not in content
        if usual and len(found) == content.count(self._cell_with_attributes):
            return found
        given = self._any.findall(content)
        if len(given) != len(self._begun.findall(content)):
            raise FileRefused("file_unreadable", "工作表中有内容残缺的行，文件已损坏，请重新导出")
        return [self._parts(*cell) for cell in given]

    def _parts(self, attributes: str, content: str) -> CellParts:
        named = dict(self._attribute.findall(attributes))
        column = _COLUMN.match(named.get("r", ""))
        value = self._value.search(content)
        return (
            column[0] if column else "",
            named.get("s", ""),
            named.get("t", ""),
            "f" if self._formula.search(content) else "",
            value[1] if value else "",
            self.rich_text(content) if named.get("t") == "inlineStr" else "",
        )

    def rich_text(self, content: str) -> str:
        """The text of all runs, without phonetic hints."""
        return "".join(self.simple_text.findall(self._phonetic.sub("", content)))


def _elements(part: str, start: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Attributes and content of what stands before an end: empty elements, closed in themselves, and one with content."""
    found = start.search(part)
    while found and found[2]:
        yield found[1], ""
        found = start.search(part, found.end())
    if found:
        yield found[1], part[found.end() :]


@lru_cache(maxsize=8)
def _dialect(prefix: str) -> Dialect:
    return Dialect(prefix)
