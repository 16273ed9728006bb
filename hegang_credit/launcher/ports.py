"""Ports of one start: the web's is asked for, those of the sandboxes stay the same from start to start where free."""

import json
import socket
from contextlib import suppress
from pathlib import Path

from .processes import LauncherError, free_port


def kept_ports(note: Path, names: tuple[str, ...], *, taken: int) -> dict[str, int]:
    """A port for each name, that of last time where nobody else has it; `taken` is given to nobody."""
    before: dict[str, int] = {}
    with suppress(FileNotFoundError, ValueError):
        before = json.loads(note.read_text())
    found: dict[str, int] = {}
    for name in names:
        port, used = before.get(name), {taken, *found.values()}
        while port is None or port in used or not _is_free(port):
            port = free_port()
        found[name] = port
    note.write_text(json.dumps(found))
    return found


def require_free(port: int) -> None:
    try:
        _bind(port)
    except PermissionError as error:
        raise LauncherError(f"当前用户不能使用端口 {port}，请换一个，例如 ./dev up --port 8080。") from error
    except OSError as error:
        raise LauncherError(f"端口 {port} 已被占用，请换一个，例如 ./dev up --port {port + 1}。") from error


def _is_free(port: int) -> bool:
    try:
        _bind(port)
    except OSError:
        return False
    return True


def _bind(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
