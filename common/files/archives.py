"""Zip archives (xlsx, docx, ofd) before anything in them is read: what they would unpack to, and whether they are whole."""

import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Any, BinaryIO, Final, TypeAlias, cast

from isal import isal_zlib

from common.files.errors import FileRefused

MAX_ENTRIES: Final = 5_000
MAX_RATIO: Final = 200
_BLOCK: Final = 1024**2
_SMALL: Final = 10 * 1024**2  # below this a high ratio is harmless (an empty sheet packs well)

# What a damaged archive, or one under a password, makes reading it end with.
DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    cast(type[Exception], isal_zlib.error),  # its types say an instance
    NotImplementedError,
    RuntimeError,
    EOFError,
)


class Archive(zipfile.ZipFile):
    """An archive whose entries are inflated in half the time; sizes and sums are held against them by the standard library.
    It takes its own inflater back where it no longer keeps one under this name."""

    def open(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        entry = super().open(*args, **kwargs)
        if getattr(entry, "_compress_type", None) == zipfile.ZIP_DEFLATED:
            entry._decompressor = isal_zlib.decompressobj(-15)  # type: ignore[attr-defined]
        return entry


# What looks at an entry while it is unpacked: its name, its blocks.
Look: TypeAlias = Callable[[str, Iterator[bytes]], None]


def check_archive(file: BinaryIO, *, max_unpacked: int) -> list[str]:
    """Names of the entries; raises FileRefused for a bomb, a damaged archive and one under a password."""
    with bounded_archive(file, max_unpacked=max_unpacked) as archive:
        unpack(archive)
        return archive.namelist()


@contextmanager
def bounded_archive(file: BinaryIO, *, max_unpacked: int) -> Iterator[Archive]:
    """An archive that is no bomb; what turns out to be damaged while it is open is refused."""
    try:
        with Archive(file) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > MAX_ENTRIES or unpacked > max_unpacked or any(map(_bomb, entries)):
                raise FileRefused(
                    "file_zip_bomb",
                    f"文件解压后约{unpacked // 1024**2}MB，远超正常文件，不予处理。请重新导出",
                )
            yield archive
    except DAMAGED:
        raise FileRefused("file_unreadable", "文件已损坏或者设有密码，无法打开，请重新导出") from None


def unpack(archive: Archive, look: Look = lambda name, blocks: None) -> None:
    """Unpack every entry to its end, where its sum is looked at; `look` sees what comes of it and need not take all."""
    for name in archive.namelist():
        try:
            with archive.open(name) as entry:
                blocks = iter(partial(entry.read, _BLOCK), b"")
                look(name, blocks)
                deque(blocks, maxlen=0)
        except zipfile.BadZipFile:
            raise FileRefused("file_unreadable", f"文件已损坏（{name}），请重新导出") from None


def _bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > _SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size)
