"""Files handed in, kept encrypted until their batch is done; and the look taken at them before that."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings

from common.privacy import DecryptionError, decrypt_stream, encrypt_stream
from records.intake.csv_file import encoding_of
from records.intake.errors import FileRefused
from records.intake.xlsx_file import check_archive

_IN_MEMORY: Final = 64 * 1024**2
_BLOCK: Final = 1024**2
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


def sniff(file: BinaryIO, size: int) -> str:
    """The format of a file (csv-utf-8, csv-gb18030, xlsx), checked as a whole; raises FileRefused."""
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
        check_archive(file)
        return "xlsx"
    return encoding_of(file)


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


def _path(name: str) -> Path:
    return Path(settings.PRIVATE_ROOT) / "batches" / name


def keep(file: BinaryIO, name: str) -> str:
    """Store the file encrypted under `name`; returns its SHA-256 (of the plain content)."""
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()

    def hashed(blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            digest.update(block)
            yield block

    with path.open("wb") as sink:
        path.chmod(0o600)
        encrypt_stream(hashed(blocks_of(file)), sink, context=f"batch:{name}")
    return digest.hexdigest()


def discard(name: str) -> None:
    if name:
        _path(name).unlink(missing_ok=True)


class _Stream:
    """A stored file as a readable stream that can go back to its start, decrypting as it goes."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._source: BinaryIO | None = None
        self._frames: Iterator[bytes] = iter(())
        self._rest = b""
        self.seek(0)

    def seek(self, offset: int, whence: int = 0) -> int:
        assert offset == 0 and whence == 0
        self.close()
        self._source = _path(self._name).open("rb")
        self._frames, self._rest = decrypt_stream(self._source, context=f"batch:{self._name}"), b""
        return 0

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            try:
                self._rest = next(self._frames)
            except StopIteration:
                return b""
        data, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return data

    def close(self) -> None:
        if self._source is not None:
            self._source.close()


@contextmanager
def opened(name: str, format_name: str) -> Iterator[BinaryIO]:
    """A stored file for reading. A workbook needs random access and is unpacked, up to 64 MB in memory.

    Raises FileRefused when the file is gone or was damaged in the store.
    """
    try:
        stream = _Stream(name)
        if format_name != "xlsx":
            try:
                yield stream  # type: ignore[misc]
            finally:
                stream.close()
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(_path(name).parent)) as plain:
            while block := stream.read():
                plain.write(block)
            stream.close()
            plain.seek(0)
            yield plain  # type: ignore[misc]
    except FileNotFoundError:
        raise FileRefused("file_lost", "文件已不在存储中，请重新报送") from None
    except DecryptionError:
        raise FileRefused("file_lost", "文件在存储中损坏，请重新报送") from None
