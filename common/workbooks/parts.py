"""The parts of a workbook: which sheets are visible, shared strings, date formats, and how rows are written."""

import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from posixpath import join, normpath
from typing import Final, Self
from xml.etree import ElementTree

from common.files.errors import FileRefused

_BLOCK: Final = 512 * 1024
_REMEMBERED: Final = 20_000
_MAX_PART: Final = 32 * 1024**2
_DATE_FORMATS: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_QUOTED: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_COLUMN: Final = re.compile("[A-Z]{1,3}")
_ROW_NUMBER: Final = re.compile(r"""\br\s*=\s*["'](\d+)["']""")

CellParts = tuple[str, str, str, str, str, str]  # column, style, type, formula, value, inline text


def stream_of(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The unpacked part in blocks."""
    try:
        with archive.open(part) as file:
            while block := file.read(_BLOCK):
                yield block
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError):
        raise FileRefused("file_unreadable", "文件已损坏，无法读取，请重新导出") from None


def cell_text(text: str) -> str:
    """Undo the escapes of XML and of spreadsheets (_x000D_); NUL characters are dropped, halves of a character replaced."""
    if "&" in text:
        text = unescape(text)
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", "") if "\0" in text else text


# --- workbook ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Workbook:
    """Visible sheets (name → part), in order, and what their cells refer to."""

    sheets: dict[str, str]
    from_1904: bool
    strings_part: str
    date_styles: frozenset[int]


def _tree(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    raw = b""
    for block in stream_of(archive, part):
        raw += block
        if len(raw) > _MAX_PART:
            raise FileRefused("file_unreadable", "工作簿的目录部分异常地大，无法读取，请重新导出")
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise FileRefused("file_unreadable", "工作簿含有不允许的内容（DTD），请重新导出")
    try:
        return ElementTree.fromstring(raw)  # noqa: S314 - no DTD, so no entities
    except ElementTree.ParseError:
        raise FileRefused("file_unreadable", "工作簿的目录部分已损坏，请重新导出") from None


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: ElementTree.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def read_workbook(archive: zipfile.ZipFile) -> Workbook:
    """Read the workbook's directory; raises FileRefused when it has no visible sheet."""
    targets, strings, styles = {}, "", ""
    for one in _tree(archive, "xl/_rels/workbook.xml.rels"):
        target = _attribute(one, "Target")
        part = normpath(target.lstrip("/") if target.startswith("/") else join("xl", target))
        kind = _attribute(one, "Type").rpartition("/")[2]
        targets[one.get("Id", "")] = part
        strings = part if kind == "sharedStrings" else strings
        styles = part if kind == "styles" else styles
    book = _tree(archive, "xl/workbook.xml")
    names = archive.NameToInfo
    sheets = {
        sheet.get("name", ""): part
        for sheet in book.iter()
        if _local(sheet) == "sheet"
        and sheet.get("state", "visible") == "visible"
        and (part := targets.get(_relation(sheet), "")) in names
        and "worksheets" in part
    }
    if not sheets:
        raise FileRefused(
            "file_unreadable", "工作簿中没有可见的工作表（隐藏的工作表不会读取），请取消隐藏后重新保存"
        )
    from_1904 = any(
        _local(one) == "workbookPr" and one.get("date1904") in ("1", "true") for one in book.iter()
    )
    dates = _date_styles(_tree(archive, styles)) if styles in names else frozenset[int]()
    return Workbook(sheets, from_1904, strings if strings in names else "", dates)


def _relation(sheet: ElementTree.Element) -> str:
    return next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")


def _date_styles(root: ElementTree.Element) -> frozenset[int]:
    """Numbers of the cell styles that show a number as a date."""
    own = {
        _attribute(one, "numFmtId")
        for one in root.iter()
        if _local(one) == "numFmt" and _is_date_format(_attribute(one, "formatCode"))
    }
    found = set()
    for group in root:
        if _local(group) == "cellXfs":
            for position, style in enumerate(group):
                number = _attribute(style, "numFmtId")
                if number in own or (number.isdigit() and int(number) in _DATE_FORMATS):
                    found.add(position)
    return frozenset(found)


def _is_date_format(code: str) -> bool:
    bare = _QUOTED.sub("", code).lower()
    return "yy" in bare or ("d" in bare and "m" in bare)


# --- shared strings ------------------------------------------------------------------------------------


class SharedStrings:
    """All shared texts as one run of bytes with offsets: a tenth of the memory of as many str objects."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    @classmethod
    def read(cls, archive: zipfile.ZipFile, part: str) -> Self:
        """Read the part ("" = the workbook has none)."""
        strings = cls()
        if not part:
            return strings
        pending, dialect = b"", None
        for block in stream_of(archive, part):
            dialect = dialect or Dialect.of(block)
            pending += block
            cut = pending.rfind(dialect.string_end)
            if cut < 0:
                continue
            cut += len(dialect.string_end)
            strings._add(pending[:cut].decode("utf-8", "replace"), dialect)
            pending = pending[cut:]
        return strings

    def _add(self, text: str, dialect: "Dialect") -> None:
        run, ends = self._bytes, self._ends
        for content in dialect.strings(text):
            simple = dialect.simple_text.fullmatch(content)
            run += cell_text(simple[1] if simple else dialect.rich_text(content)).encode("utf-8", "replace")
            ends.append(len(run))

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise FileRefused("file_unreadable", "工作簿引用了不存在的文本，文件已损坏，请重新导出")
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode()


class Texts(dict[str, str]):
    """Shared texts by their number as a sheet writes it. Most cells repeat one of the last rows: remembered for a while."""

    def __init__(self, strings: SharedStrings) -> None:
        super().__init__()
        self._strings = strings

    def __missing__(self, number: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        text = self[number] = self._strings[int(number)]
        return text


# --- how rows are written ------------------------------------------------------------------------------


class _Columns(dict[str, int]):
    """Letters of a column → index from 0, worked out once."""

    def __missing__(self, letters: str) -> int:
        index = 0
        for letter in letters:
            index = index * 26 + ord(letter) - 64
        self[letters] = index - 1
        return index - 1


class Dialect:
    """Expressions for one namespace prefix ("" nearly always)."""

    def __init__(self, prefix: str) -> None:
        p = re.escape(prefix)
        self.row_end = f"</{prefix}row>".encode()
        self.string_end = f"</{prefix}si>".encode()
        self.columns = _Columns()
        self._row = re.compile(rf"<{p}row\b([^>]*?)(/?)>")
        self._common = re.compile(  # without a way back (++), which nothing here needs: a quarter quicker
            rf'<{p}c r="([A-Z]{{1,3}}+)\d++"(?: s="(\d++)")?+(?: t="(\w++)")?+(?:/>|>(<{p}f\b[^>]*?(?:/>|>[^<]*+</{p}f>))?+'
            rf"(?:<{p}v[^>]*+>([^<]*+)</{p}v>|<{p}v\s*+/>|<{p}is><{p}t[^>]*+>([^<]*+)</{p}t></{p}is>)?+</{p}c>)"
        )
        self._any = re.compile(rf"<{p}c\b([^>]*?)(?:/>|>(.*?)</{p}c>)", re.DOTALL)
        self._cell_with_attributes, self._bare_cell = f"<{prefix}c ", f"<{prefix}c>"
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

    def rows(self, text: str) -> Iterator[tuple[str, str]]:
        """Attributes and content of every row of a text that ends with the end of one."""
        return _elements(text, self._row, self.row_end.decode())

    def strings(self, text: str) -> Iterator[str]:
        """Content of every shared string of a text that ends with the end of one."""
        return (content for _, content in _elements(text, self._string, self.string_end.decode()))

    def row_number(self, attributes: str, before: int) -> int:
        found = _ROW_NUMBER.search(attributes)
        return int(found[1]) if found else before + 1

    def cells(self, content: str) -> list[CellParts]:
        """The cells of a row; the quick expression must account for every one of them, else each is taken apart."""
        found: list[CellParts] = self._common.findall(content)
        if len(found) == content.count(self._cell_with_attributes) and self._bare_cell not in content:
            return found
        return [self._parts(*cell) for cell in self._any.findall(content)]

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


def _elements(text: str, start: re.Pattern[str], end: str) -> Iterator[tuple[str, str]]:
    """Attributes and content of elements that hold none of their own name. Cut at their ends: an expression that looks for
    the end passes over every character."""
    for part in text.split(end)[:-1]:
        found = start.search(part)
        while found and found[2]:  # an empty one, closed in itself
            yield found[1], ""
            found = start.search(part, found.end())
        if found:
            yield found[1], part[found.end() :]


@lru_cache(maxsize=8)
def _dialect(prefix: str) -> Dialect:
    return Dialect(prefix)
