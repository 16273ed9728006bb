"""Nothing that one test left in the cache reaches the next. Most tests ask it for nothing; to empty it for each of them was the
dearest thing that all have in common.
"""

import os
import subprocess
from typing import Any
from weakref import WeakSet

from django.core.cache import cache
from redis.connection import AbstractConnection

_used = True
_children: WeakSet[subprocess.Popen[Any]] = WeakSet()
_plain_send = AbstractConnection.send_packed_command
_plain_start = subprocess.Popen.__init__


def _send(connection: AbstractConnection, *args: Any, **kwargs: Any) -> Any:
    _note_use()
    return _plain_send(connection, *args, **kwargs)


def _start(child: subprocess.Popen[Any], *args: Any, **kwargs: Any) -> None:
    _note_use()
    _plain_start(child, *args, **kwargs)
    _children.add(child)


def _note_use() -> None:
    global _used
    _used = True


def watch() -> None:
    """From now on whatever this process says to the server is noted, and that it has others which may speak with it."""
    AbstractConnection.send_packed_command = _send
    subprocess.Popen.__init__ = _start  # type: ignore[method-assign]
    os.register_at_fork(before=_note_use)


def empty() -> None:
    global _used
    if _used or any(child.returncode is None for child in _children):
        cache.clear()
        _used = False
