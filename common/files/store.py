"""The encrypted file area below PRIVATE_ROOT: one folder a purpose, names without meaning, a key for every file."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings

from common.privacy import SealedReader, encrypt_stream

_BLOCK: Final = 1024**2


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
        path = self.path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hashlib.sha256()

        def hashed(blocks: Iterable[bytes]) -> Iterator[bytes]:
            for block in blocks:
                digest.update(block)
                yield block

        with path.open("wb") as sink:
            path.chmod(0o600)
            encrypt_stream(hashed(blocks), sink, context=self._bound_to(name))
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
