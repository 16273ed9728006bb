"""Web servers as processes of their own, and clients that ask them at once, connections kept.

Server, clients and database share the machine, so that absolute figures are of the whole box and only ratios count.
"""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings

from bench.databases import url_of
from hegang_credit.launcher.processes import free_port


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def server(urls: str, name: str, *, naive: bool) -> Iterator[int]:
    """The platform with the addresses of module `urls` on database `name`; yields its port.

    `naive` is Django as it comes: workers with one thread, a new database connection for each request.
    """
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": url_of(name), "BENCH_URLS": urls}
    kind = ["--worker-class", "sync"] if naive else ["--worker-class", "gthread", "--threads", "4"]
    if naive:
        environment["DATABASE_CONN_MAX_AGE"] = "0"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "bench.wsgi:application", "--workers", "2", *kind, "--keep-alive", "60",
         "--preload", "--no-control-socket", "--bind", f"127.0.0.1:{port}"],
        env=environment, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await(port)
        yield port
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nobody asks any more
        process.wait(20)


def _await(port: int) -> None:
    end = time.monotonic() + 120
    while True:
        try:
            send(http.client.HTTPConnection("127.0.0.1", port, timeout=30), Asked("/healthz"))
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def send(link: http.client.HTTPConnection, asked: Asked) -> tuple[int, bytes]:
    """Status and content of the answer. A body is posted."""
    link.request("GET" if asked.body is None else "POST", asked.path, asked.body, dict(asked.headers))
    answer = link.getresponse()
    return answer.status, answer.read()


def load(port: int, requests: Sequence[Asked], clients: int, seconds: float) -> list[float]:
    """Latencies of as many requests, in turn, as fit; RuntimeError when one fails."""
    spent: list[list[float]] = [[] for _ in range(clients)]
    wrong: list[str] = []

    def client(place: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        end, turn = time.perf_counter() + seconds, place
        while time.perf_counter() < end:
            asked = requests[turn % len(requests)]
            start = time.perf_counter()
            status, _ = send(link, asked)
            spent[place].append(time.perf_counter() - start)
            turn += clients
            if status != 200:
                wrong.append(f"{asked.path}: {status}")
                return

    threads = [threading.Thread(target=client, args=(place,)) for place in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if wrong:
        raise RuntimeError(wrong[0])
    return [one for part in spent for one in part]
