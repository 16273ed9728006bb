"""A time limit on a whole exchange over HTTP. The client's own limits count for each part of an answer, so a receiver that sends a
byte now and then could hold a worker for ever; here every wait on the network gets only what is left of the whole.

Rejected: *a thread that is given up* (it goes on holding its socket); *a limit looked at between the parts of the body* (a head that
never ends has none).
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ssl import SSLContext
from typing import Any, Final

import httpcore2
import httpx2

_PIECE: Final = 16 * 1024  # of what is written: so much goes out in one call once there is room
_ends: ContextVar[float] = ContextVar("ends")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let what is exchanged in here take `seconds` in all."""
    kept = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(kept)


def _left(part: float | None) -> float:
    """How long the next wait may take: its own limit, and what is left of the whole."""
    left = _ends.get() - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout
    return left if part is None else min(part, left)


class _Stream(httpcore2.NetworkStream):
    """A connection that knows of the limit."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream
        self.close = stream.close  # type: ignore[method-assign]
        self.get_extra_info = stream.get_extra_info  # type: ignore[method-assign]

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], _left(timeout))

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))


class _Backend(httpcore2.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        return _Stream(super().connect_tcp(host, port, _left(timeout), local_address, socket_options))


class Transport(httpx2.HTTPTransport):
    """The usual transport without a proxy; everything sent over it stands `within` a limit."""

    def __init__(self, verify: SSLContext) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=verify, max_connections=20, keepalive_expiry=5.0, network_backend=_Backend()
        )
