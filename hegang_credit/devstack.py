"""Real servers for a machine that has none: PostgreSQL and Valkey for the demo, for tests and for measurements.

An address given in the environment (``DATABASE_URL``, ``REDIS_URL``) always wins: that server is then not started.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hegang_credit.launcher.given import require_answers
from hegang_credit.launcher.postgres import Postgres, discard
from hegang_credit.launcher.processes import Service
from hegang_credit.launcher.valkey import Valkey

_PREFIX = "credit-throwaway-"
_YOUNG_SECONDS = 60
_MEMORY = Path("/dev/shm")  # noqa: S108 (a directory made by mkdtemp)
_MEMORY_WANTED = 4 * 1024**3


class StackLock:
    """An exclusive lock that every server inherits: it is free again only when the last of them has ended."""

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def acquire(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        os.close(self.descriptor)


class DevStack:
    """PostgreSQL and Valkey below one state directory."""

    def __init__(
        self,
        state: Path,
        *,
        throw_away: bool = False,
        measured: bool = False,
        keep_open: tuple[int, ...] = (),
    ) -> None:
        self.postgres = Postgres(state, throw_away=throw_away, measured=measured, keep_open=keep_open)
        self.valkey = Valkey(state, throw_away=throw_away, keep_open=keep_open)

    def start(self) -> dict[str, str]:
        """Start what is not given; return the two addresses as environment variables. LauncherError when a given one does not
        answer."""
        require_answers(os.environ)
        try:
            return {
                "DATABASE_URL": os.environ.get("DATABASE_URL") or self.postgres.start(),
                "REDIS_URL": os.environ.get("REDIS_URL") or self.valkey.start(),
            }
        except BaseException:
            self.stop()
            raise

    @property
    def services(self) -> list[Service]:
        return [server.service for server in (self.postgres, self.valkey) if server.service]

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()


@contextmanager
def throw_away_stack(*, measured: bool = False) -> Iterator[dict[str, str]]:
    """Run both servers on fresh data for as long as the block lasts; yields their addresses. ``measured``: PostgreSQL with the
    memory and the durable commits of a server that stays, on the disk; else everything lies in memory where there is enough.

    ``CREDIT_VAR_DIR`` points into the same directory, so that files written meanwhile disappear with it.
    """
    _sweep()
    home = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=None if measured else _in_memory()))
    lock = StackLock(home / "lock")
    lock.acquire()
    stack = DevStack(home, throw_away=True, measured=measured, keep_open=(lock.descriptor,))
    try:
        yield {**stack.start(), "CREDIT_VAR_DIR": str(home / "var")}
    finally:
        stack.stop()
        lock.release()
        discard(home)


def _in_memory() -> str | None:
    """A file system in memory with room to spare, unless TMPDIR says where: cloning a database of a thousand files costs a disk's
    file system six times as much.
    """
    if os.environ.get("TMPDIR") or not os.access(_MEMORY, os.W_OK):
        return None
    about, memory = os.statvfs(_MEMORY), Path("/proc/meminfo").read_text()
    free = int(memory.partition("MemAvailable:")[2].split()[0]) * 1024
    return str(_MEMORY) if min(about.f_bavail * about.f_frsize, free) >= _MEMORY_WANTED else None


def _sweep() -> None:
    """Remove what a killed run left behind: its servers are gone, so its lock is free.

    A young directory may belong to a run that has not taken its lock yet.
    """
    folders = {Path(tempfile.gettempdir()), Path(_in_memory() or tempfile.gettempdir())}
    for left in (one for folder in folders for one in folder.glob(f"{_PREFIX}*")):
        with suppress(OSError):
            found = left.lstat()
            if found.st_uid != os.geteuid() or time.time() - found.st_mtime < _YOUNG_SECONDS:
                continue
            lock = StackLock(left / "lock")
            if lock.acquire():
                discard(left)
            lock.release()
