"""Files that pass through the disk for a moment only: encrypted under a key that exists in this process's memory.

What somebody uploads holds personal data and is larger than memory should be. Django's temporary file would leave it on the
disk in plain, and after a crash for good. Here the bytes are SM4 in counter mode, so that any place can be read without the
rest; the key is drawn per file and never written, the file has no name, and with the process both are gone.

Rejected: memory alone (some uploads at once and the host swaps, in plain again); the container of `common.privacy` (it is
written from front to back only). Nothing is kept here, so nothing has to be authenticated.
"""

import io
import os
import tempfile
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

_BLOCK: Final = 16
_BUFFER: Final = 256 * 1024


class SealedFile(io.RawIOBase):
    """An unnamed file on disk, readable and writable at any place, of which the disk sees nothing."""

    def __init__(self) -> None:
        super().__init__()
        folder = settings.PRIVATE_ROOT
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed with this one
        self._key, self._start = os.urandom(16), int.from_bytes(os.urandom(16), "big")
        self._place = 0

    def _crypted(self, data: "bytes | memoryview") -> bytes:
        """The bytes at the current place through the cipher; the same for either direction."""
        block, inside = divmod(self._place, _BLOCK)
        counter = ((self._start + block) % (1 << 128)).to_bytes(16, "big")
        cipher = Cipher(SM4(self._key), modes.CTR(counter)).encryptor()
        cipher.update(bytes(inside))
        return cipher.update(bytes(data))

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if whence == io.SEEK_CUR:
            offset, whence = self._place + offset, io.SEEK_SET
        self._place = self._file.seek(offset, whence)
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        self._file.seek(self._place)
        data = self._file.read(len(buffer)) or b""
        buffer[: len(data)] = self._crypted(data)
        self._place += len(data)
        return len(data)

    def write(self, data: Any, /) -> int:
        self._file.seek(self._place)
        sealed = memoryview(self._crypted(data))
        total = len(sealed)
        while sealed:
            sealed = sealed[self._file.write(sealed) :]
        self._place += total
        return total

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def sealed_file() -> io.BufferedRandom:
    """An empty one for reading and writing."""
    return io.BufferedRandom(SealedFile(), _BUFFER)


class SealedUploadHandler(FileUploadHandler):
    """Takes the uploads that are too large for memory."""

    _raw: SealedFile | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._raw = SealedFile()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._raw is not None
        self._raw.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        raw, self._raw = self._raw, None
        if raw is None:
            return None
        raw.seek(0)
        return UploadedFile(
            file=io.BufferedReader(raw, _BUFFER),
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        if self._raw is not None:
            self._raw.close()
            self._raw = None
