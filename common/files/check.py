"""The look at a file that somebody hands in: what it is by its content, and whether it could do harm.

This is no virus scanner (docs/operations.md names where one belongs); it lets in only formats that can be looked at
whole, and of those only files that do nothing by themselves.
"""

import hashlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from django.conf import settings
from django.core.files.base import File
from PIL import Image

from common.files.archives import check_archive
from common.files.errors import FileRefused
from common.files.pdf_scan import check_pdf

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
OFD: Final = "application/ofd"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
IMAGES: Final = frozenset({JPEG, PNG})
EVIDENCE: Final = IMAGES | {PDF}

_LABELS: Final = {PDF: "PDF", JPEG: "JPEG图片", PNG: "PNG图片", OFD: "OFD", DOCX: "Word文档（.docx）"}
EXTENSIONS: Final = {
    PDF: {"pdf"},
    JPEG: {"jpg", "jpeg"},
    PNG: {"png"},
    OFD: {"ofd"},
    DOCX: {"docx"},
}
_MAGIC: Final = {
    b"MZ": "可执行程序",
    b"\x7fELF": "可执行程序",
    b"#!": "脚本程序",
    b"\xd0\xcf\x11\xe0": "旧版Office文件或者加密的Office文件",
    b"GIF8": "GIF图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"{\\rt": "RTF文档",
    b"<": "网页或者XML文件",
}
_EICAR: Final = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
_MAX_PIXELS: Final = 120_000_000
_BAD_NAME: Final = re.compile(r"[/\\\x00-\x1f\x7f<>:|?*\"]|^\.|\.\.")
_ACTIVE_PART: Final = re.compile(r"word/(embeddings|activeX)/", re.IGNORECASE)
_OUTSIDE: Final = re.compile(rb"/relationships/(attachedTemplate|oleObject|frame|subDocument)\"")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that passed: nothing of it is stored yet."""

    name: str
    media_type: str
    size: int
    sha256: str
    file: BinaryIO


def check(upload: "File[bytes]", *, allowed: frozenset[str] = EVIDENCE) -> CheckedFile:
    """Look at a file as a whole. Raises FileRefused (a Problem) with a code file_* and what to do about it."""
    name = _checked_name(upload.name or "")
    size, limit = upload.size or 0, settings.FILE_MAX_BYTES
    if size > limit:
        raise FileRefused("file_too_large", f"文件超过{limit // 1024**2}MB，请压缩或者分成几个文件上传")
    if not size:
        raise FileRefused("file_unreadable", "文件是空的")
    file = cast(BinaryIO, upload)
    file.seek(0)
    data = file.read(limit + 1)
    if _EICAR in data:
        raise FileRefused("file_malware", "文件带有恶意程序的特征，不予接收")
    media_type = _identify(data, file)
    if media_type not in allowed:
        raise _foreign(_LABELS.get(media_type, media_type), allowed)
    _check_extension(name, media_type)
    _check_content(data, file, media_type)
    file.seek(0)
    return CheckedFile(name, media_type, len(data), hashlib.sha256(data).hexdigest(), file)


def _checked_name(name: str) -> str:
    if not name or len(name) > 200 or _BAD_NAME.search(name) or not name.isprintable():
        raise FileRefused("file_name_invalid", "文件名过长，或者含有路径、不可见字符和特殊符号，请改名后上传")
    return name


def _foreign(what: str, allowed: frozenset[str]) -> FileRefused:
    wanted = "、".join(label for kind, label in _LABELS.items() if kind in allowed)
    return FileRefused("file_type_not_allowed", f"这是{what}，本项只接收{wanted}")


def _identify(data: bytes, file: BinaryIO) -> str:
    """The media type by content, or what else it is, in words."""
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"PK\x03\x04"):
        names = set(check_archive(file, max_unpacked=10 * settings.FILE_MAX_BYTES))
        if "OFD.xml" in names:
            return OFD
        if {"[Content_Types].xml", "word/document.xml"} <= names:
            return DOCX
        return "Excel工作簿" if "xl/workbook.xml" in names else "压缩包"
    start = data.lstrip()[:4]
    return next((what for magic, what in _MAGIC.items() if start.startswith(magic)), "无法识别的文件")


def _check_extension(name: str, media_type: str) -> None:
    extension = name.rpartition(".")[2].lower()
    if extension not in EXTENSIONS[media_type]:
        raise FileRefused(
            "file_extension_mismatch",
            f"文件内容是{_LABELS[media_type]}，扩展名却是“.{extension}”，请核对文件，改正扩展名后上传",
        )


def _check_content(data: bytes, file: BinaryIO, media_type: str) -> None:
    if media_type == PDF:
        check_pdf(data)
    elif media_type in IMAGES:
        _check_image(file)
    else:
        _check_parts(file)


def _check_image(file: BinaryIO) -> None:
    file.seek(0)
    try:
        with Image.open(file, formats=("JPEG", "PNG")) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise FileRefused("file_zip_bomb", "图片的像素过多，请缩小后上传")
            image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise FileRefused("file_unreadable", "图片已损坏，请重新拍摄或者扫描") from None


def _check_parts(file: BinaryIO) -> None:
    """A document that is an archive (docx, ofd): macros, embedded objects, templates from outside, disguised parts."""
    for name, part in _parts(file):
        if name.lower().endswith("vbaproject.bin") or b"macroEnabled" in part[: 1024**2]:
            raise FileRefused("file_macro", "文件含有宏，不予接收。请另存为不含宏的文件后上传")
        if _ACTIVE_PART.match(name) or (name.endswith(".rels") and _OUTSIDE.search(part)):
            raise FileRefused("file_active_content", "文件嵌有其他对象或者引用外部模板，请去除后上传")
        if part.startswith((b"MZ", b"\x7fELF")) or _EICAR in part:
            raise FileRefused("file_malware", "文件夹带可执行程序，不予接收")
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in part:
            raise FileRefused("file_active_content", "文件的内部结构不常见，请重新导出后上传")


def _parts(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)
