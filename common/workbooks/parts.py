"""The parts of a workbook: which sheets are visible, date formats, and how the text of a cell is written."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from posixpath import join, normpath
from typing import Final
from xml.etree import ElementTree

from common.files.archives import DAMAGED
from common.files.errors import FileRefused

_BLOCK: Final = 64 * 1024
_MAX_PART: Final = 32 * 1024**2
_DATE_FORMATS: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_QUOTED: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def stream_of(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The unpacked part in blocks."""
    try:
        with archive.open(part) as file:
            while block := file.read(_BLOCK):
                yield block
    except (KeyError, *DAMAGED):
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
