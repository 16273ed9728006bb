"""Files handed in, kept encrypted until their batch is done; and the look taken at them before that."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from django.conf import settings

from common.files.errors import FileRefused
from common.files.store import Area
from common.privacy import DecryptionError
from common.workbooks.reader import check_workbook
from records.intake.csv_file import encoding_of

AREA: Final = Area("batches", "batch")
_ZIP: Final = b"PK\x03\x04"
_FOREIGN: Final = {
    b"\xd0\xcf\x11\xe0": "旧版Excel文件（.xls）或者加密的工作簿",
    b"%PDF": "PDF文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"{\\rt": "RTF文档",
}
_NO_TEXT: Final = frozenset({"file_nul", "file_encoding_unknown", "file_encoding_mixed"})
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".et")


def sniff(file: BinaryIO, size: int, name: str = "") -> str:
    """The format of a file (csv-utf-8, csv-gb18030, xlsx), checked as a whole; raises FileRefused.

    What it is its content says; `name` only tells what somebody took it for who hands in what is no text.
    """
    limit = settings.BATCH_MAX_BYTES
    if size > limit:
        raise FileRefused("file_too_large", f"文件超过{limit // 1024**2}MB，请分成几个文件报送")
    file.seek(0)
    start = file.read(4)
    if not start:
        raise FileRefused("file_unreadable", "文件是空的")
    for magic, what in _FOREIGN.items():
        if start.startswith(magic):
            raise FileRefused("file_unreadable", f"这是{what}，请另存为.xlsx或者CSV（UTF-8）后报送")
    if start == _ZIP:
        check_workbook(file)
        return "xlsx"
    try:
        return encoding_of(file)
    except FileRefused as refused:
        if refused.code not in _NO_TEXT or not name.lower().endswith(_WORKBOOKS):
            raise
        raise FileRefused(
            "file_unreadable",
            "文件名是Excel工作簿，内容却不是，文件可能已损坏，请用Excel或者WPS重新保存为.xlsx后报送",
        ) from None


def keep(file: BinaryIO, name: str) -> str:
    """Store the file encrypted under `name`; returns its SHA-256 (of the plain content)."""
    return AREA.keep(file, name)


def discard(name: str) -> None:
    AREA.discard(name)


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """A stored file for reading. Raises FileRefused when the file is gone or was damaged in the store."""
    try:
        stream = AREA.stream(name)
        try:
            yield stream  # type: ignore[misc]  # reads like a file
        finally:
            stream.close()
    except FileNotFoundError:
        raise FileRefused("file_lost", "文件已不在存储中，请重新报送") from None
    except DecryptionError:
        raise FileRefused("file_lost", "文件在存储中损坏，请重新报送") from None
