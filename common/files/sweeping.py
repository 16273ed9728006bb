"""Files of the store that no row names: their transaction was rolled back, or the process was killed before or after it.

Data flow: a folder is listed → names older than a day, a thousand at a time → every column that names files of the folder is asked
for them (`common.resealing`) → those nobody names go. Rows are asked after the listing, and a file is written before its row: a file
that is a day old and has no row by then gets none any more.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby, islice
from pathlib import Path
from typing import Final

import structlog
from django.utils import timezone

from common.resealing import SealedFiles, sealed_files

logger = structlog.get_logger(__name__)
_GRACE: Final = timedelta(days=1)
_AT_ONCE: Final = 1000


def discard_orphans() -> int:
    """Remove files older than a day that no row names; returns how many."""
    kept = sorted(sealed_files(), key=_root)
    return sum(_sweep(root, list(ones)) for root, ones in groupby(kept, key=_root))


def _root(one: SealedFiles) -> Path:
    return one.area.root


def _sweep(root: Path, kept: list[SealedFiles]) -> int:
    """One folder; `kept` are all columns that name files of it."""
    gone, old = 0, _old(root)
    while names := list(islice(old, _AT_ONCE)):
        for name in set(names).difference(*(one.named(names) for one in kept)):
            (root / name).unlink(missing_ok=True)
            gone += 1
    if gone:
        logger.info("orphan files discarded", folder=root.name, files=gone)
    return gone


def _old(root: Path) -> Iterator[str]:
    """Files that have lain there for a day; one that goes meanwhile is passed over."""
    before = (timezone.now() - _GRACE).timestamp()
    if not root.is_dir():
        return
    with os.scandir(root) as found:
        for entry in found:
            try:
                if entry.is_file() and entry.stat().st_mtime < before:
                    yield entry.name
            except FileNotFoundError:
                continue
