"""The encrypted file area below PRIVATE_ROOT: one folder a purpose, names without meaning, a key for every file."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings

from common.privacy import DecryptionError, SealedReader, encrypt_stream, file_key

_BLOCK: Final = 1024**2
_NEW: Final = ".new"  # what a file is called until it takes the place of the one before


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    """The whole file from its start, a megabyte at a time."""
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


class Area:
    """One folder of the store. `context` binds its files to it: a file moved from another folder does not decrypt."""

    def __init__(self, folder: str, context: str) -> None:
        self._folder, self._context = folder, context

    @property
    def root(self) -> Path:
        return Path(settings.PRIVATE_ROOT) / self._folder

    def path(self, name: str) -> Path:
        return self.root / name

    def _bound_to(self, name: str) -> str:
        return f"{self._context}:{name}"

    def keep(self, file: BinaryIO, name: str) -> str:
        """Store the file encrypted under `name`; returns its SHA-256 (of the plain content)."""
        return self.keep_blocks(blocks_of(file), name)

    def keep_blocks(self, blocks: Iterable[bytes], name: str) -> str:
        """The same for what comes in blocks."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._write(self.path(name), blocks, name)

    def _write(self, path: Path, blocks: Iterable[bytes], name: str) -> str:
        digest = hashlib.sha256()

        def hashed(blocks: Iterable[bytes]) -> Iterator[bytes]:
            for block in blocks:
                digest.update(block)
                yield block

        with path.open("wb") as sink:
            path.chmod(0o600)
            encrypt_stream(hashed(blocks), sink, context=self._bound_to(name))
            if path.suffix == _NEW:
                sink.flush()
                os.fsync(sink.fileno())
        return digest.hexdigest()

    def discard(self, name: str) -> None:
        if name:
            self.path(name).unlink(missing_ok=True)

    def stream(self, name: str) -> SealedReader:
        """Open a stored file. Raises FileNotFoundError, and DecryptionError for a damaged one as reading does."""
        source = self.path(name).open("rb")
        try:
            return SealedReader(source, context=self._bound_to(name))
        except BaseException:
            source.close()
            raise

    def key_of(self, name: str) -> str:
        """The id of the key a file is encrypted with. FileNotFoundError."""
        with self.path(name).open("rb") as source:
            return file_key(source)

    def reseal(self, name: str) -> None:
        """Encrypt a file anew with the current key, in its place: whoever reads it goes on with the old one, whoever opens it
        finds one or the other whole. It is read back before. Raises as `stream` does."""
        path = self.path(name)
        new = path.with_name(name + _NEW)
        with closing(self.stream(name)) as old:
            digest = self._write(new, blocks_of(old), name)  # type: ignore[arg-type]  # reads like a file
        with new.open("rb") as source, closing(SealedReader(source, context=self._bound_to(name))) as again:
            read_back = hashlib.sha256()
            for block in blocks_of(again):  # type: ignore[arg-type]  # reads like a file
                read_back.update(block)
        if read_back.hexdigest() != digest:
            raise DecryptionError("the new file does not say what the old one does")
        new.replace(path)

    def clear_unfinished(self) -> None:
        """Remove what a `reseal` that was killed left behind."""
        for path in self.root.glob(f"*{_NEW}"):
            path.unlink(missing_ok=True)
