"""Keeping a worker that reads large files small.

glibc raises its threshold for blocks of their own as soon as a large one is freed, and from then on keeps what chunk after
chunk frees, in a heap that every thread has of its own. With the thresholds held, and what is free given back every few
chunks, a worker stops growing. They are held above the blocks a chunk is made of (4 MB): at the usual 128 KB every block of some
megabytes is asked for and returned anew, page by page, which was a twentieth of an import. Other C libraries have no such
calls and need none.
"""

import ctypes
from contextlib import suppress
from functools import cache
from typing import Final

# M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h; setting one of them ends the raising of both
_THRESHOLDS: Final = {-3: 4 * 1024**2, -1: 8 * 1024**2}
_LIBRARY: Final = ctypes.CDLL(None)


@cache
def hold_threshold() -> None:
    """Give large blocks back to the system when they are freed, for the rest of this process."""
    with suppress(AttributeError):
        for name, size in _THRESHOLDS.items():
            _LIBRARY.mallopt(name, size)


def give_back() -> None:
    """Return what is free to the system, from the heaps of all threads; they wait meanwhile, for a few milliseconds."""
    with suppress(AttributeError):
        _LIBRARY.malloc_trim(0)
