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

from hegang_credit.launcher.postgres import Postgres, discard
from hegang_credit.launcher.processes import Service
from hegang_credit.launcher.valkey import Valkey

_PREFIX = "credit-throwaway-"
_YOUNG_SECONDS = 60


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
        """Start what is not given; return the two addresses as environment variables."""
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
    memory and the durable commits of a server that stays.

    ``CREDIT_VAR_DIR`` points into the same directory, so that files written meanwhile disappear with it.
    """
    _sweep()
    home = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = StackLock(home / "lock")
    lock.acquire()
    stack = DevStack(home, throw_away=True, measured=measured, keep_open=(lock.descriptor,))
    try:
        yield {**stack.start(), "CREDIT_VAR_DIR": str(home / "var")}
    finally:
        stack.stop()
        lock.release()
        discard(home)


def _sweep() -> None:
    """Remove what a killed run left behind: its servers are gone, so its lock is free.

    A young directory may belong to a run that has not taken its lock yet.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            found = left.lstat()
            if found.st_uid != os.geteuid() or time.time() - found.st_mtime < _YOUNG_SECONDS:
                continue
            lock = StackLock(left / "lock")
            if lock.acquire():
                discard(left)
            lock.release()
