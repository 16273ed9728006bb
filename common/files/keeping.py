"""Keeping a checked file, giving it back, and letting it go.

The file is written before its row: a row without its file would be evidence lost, a file without a row is only litter
(`common.files.sweeping` clears it up when the surrounding transaction was rolled back).
"""

from contextlib import closing
from typing import Final

from django.db import transaction
from django.utils import timezone

from common.files.check import CheckedFile
from common.files.errors import FileRefused
from common.files.store import Area
from common.ids import public_id
from common.models import StoredFile
from common.privacy import DecryptionError, encrypt

AREA: Final = Area("files", "common.file")


def keep(checked: CheckedFile) -> StoredFile:
    """Store a checked file encrypted; the caller's transaction and `acting` give it its actor and basis."""
    name = public_id()
    stored = StoredFile(
        public_id=name,
        secret_name=encrypt(checked.name, context=StoredFile.NAME_CONTEXT),
        media_type=checked.media_type,
        size=checked.size,
        sha256=checked.sha256,
    )
    try:
        if AREA.keep(checked.file, name) != checked.sha256:
            raise FileRefused("file_unreadable", "文件在检查之后发生了变化，请重新上传")
        stored.save(force_insert=True)
    except BaseException:
        AREA.discard(name)
        raise
    return stored


def read(stored: StoredFile) -> bytes:
    """The content. Raises FileRefused `file_lost` when it was erased, is gone, or was damaged in the store."""
    if stored.erased_at is not None:
        raise FileRefused("file_lost", "文件已按规定清除")
    try:
        with closing(AREA.stream(stored.public_id)) as stream:
            return stream.read()
    except FileNotFoundError:
        raise FileRefused("file_lost", "文件已不在存储中") from None
    except DecryptionError:
        raise FileRefused("file_lost", "文件在存储中损坏") from None


def erase(stored: StoredFile) -> None:
    """Clear content and name; the row stays as proof of what was held (digest, size) and of when it went."""
    stored.erased_at, stored.secret_name = timezone.now(), None
    stored.save(update_fields=["erased_at", "secret_name"])
    transaction.on_commit(lambda: AREA.discard(stored.public_id))
