"""A small real HTTP server in the province's place: `python -m sandbox.province --port P --state DIR [--secret S]`.

POST /push takes signed batches, GET / shows what came in, /state and /reconciliation say it to programs, POST /faults
makes it fail on purpose, POST /reset empties it. It listens on the loopback address only. Standard library alone.
"""

import argparse
import json
import os
import socket
import struct
import sys
import time
from datetime import date, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sandbox import page
from sandbox.faults import FaultError, Faults
from sandbox.signing import SignatureRefused, Verifier
from sandbox.store import EventError, Store

MAX_BODY = 32 * 1024 * 1024
MAX_EVENTS = 500
BEIJING = timezone(timedelta(hours=8))
_LOCAL = frozenset({"127.0.0.1", "localhost"})


class Sandbox(ThreadingHTTPServer):
    """The server and what it holds."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, state: Path, secret: str) -> None:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.store = Store(state / "received.jsonl")
        self.verifier = Verifier(secret)
        self.faults = Faults()
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A peer that hangs up is nothing to report; anything else is."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    server: Sandbox

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what arrives is personal data, and /state tells more than lines would."""

    def do_GET(self) -> None:
        if not self._is_local():
            return
        address = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        store = self.server.store
        if address.path == "/":
            self._send(
                200, page.render(*store.page(), self.server.faults.shown()), "text/html; charset=utf-8"
            )
        elif address.path == "/healthz":
            self._json(200, {"status": "ok"})
        elif address.path == "/state":
            self._json(
                200, store.state(full=query.get("full") == "1") | {"faults": self.server.faults.shown()}
            )
        elif address.path == "/reconciliation":
            self._reconcile(query.get("date", ""))
        else:
            self._json(404, {"code": "not_found"})

    def do_POST(self) -> None:
        body = self._body()
        if body is None or not self._is_local():
            return
        if self.path == "/push":
            self._push(body)
        elif self.path == "/faults":
            self._order_fault(body)
        elif self.path == "/forget":
            self._forget(body)
        elif self.path == "/reset":
            self.server.store.reset()
            self._json(200, {"status": "ok"})
        else:
            self._json(404, {"code": "not_found"})

    def _push(self, body: bytes) -> None:
        faults = self.server.faults
        fault = faults.strike()
        if fault == "reset":
            self._tear_down()
            return
        if fault == "refuse":
            self._json(503, {"code": "busy"})
            return
        if fault == "late":
            time.sleep(faults.seconds)
        status, answer = self._take(body, faults, fault)
        if fault == "stall":
            faults.stall()
        if fault in ("drop", "trickle"):
            self.close_connection = True
            if fault == "trickle":
                self._trickle(faults.seconds)
            return
        self._json(status, answer)

    def _take(self, body: bytes, faults: Faults, fault: str) -> tuple[int, dict[str, object]]:
        """Verify and apply a batch; returns status and answer."""
        try:
            ahead = faults.seconds if fault == "skew" else 0.0
            self.server.verifier.check(self.headers, body, ahead=ahead)
        except SignatureRefused as refused:
            return 401, {"code": str(refused)}
        try:
            batch = json.loads(body)
            events = batch["events"]
            if not isinstance(events, list) or len(events) > MAX_EVENTS:
                return 413, {"code": "batch_too_large"}
            if self.headers.get("Idempotency-Key") != batch["batch_id"]:
                return 400, {"code": "idempotency_key_missing"}
            rejects = faults.picks if fault == "reject" else _never
            results = self.server.store.receive(events, batch.get("ledger_head"), rejects)
        except (EventError, ValueError, KeyError, TypeError):
            return 400, {"code": "body_malformed"}
        if fault == "partial":
            results = [result for result in results if not faults.picks()]
        if fault == "duplicate":
            results = [*results, *results]
        if fault == "reorder":
            results = faults.shuffled(results)
        return 200, {"results": results}

    def _forget(self, body: bytes) -> None:
        """Lose some objects and every event of theirs, as a restored backup would: {"object_ids": [...]}."""
        try:
            wanted = {int(one) for one in json.loads(body)["object_ids"]}
        except (ValueError, KeyError, TypeError):
            self._json(400, {"code": "body_malformed"})
        else:
            self._json(200, {"forgotten": self.server.store.forget(wanted)})

    def _order_fault(self, body: bytes) -> None:
        try:
            wanted = json.loads(body or b"{}")
            self.server.faults.order(wanted if isinstance(wanted, dict) else {"mode": ""})
        except FaultError as invalid:
            self._json(400, {"code": "fault_invalid", "detail": str(invalid)})
        except ValueError:
            self._json(400, {"code": "body_malformed"})
        else:
            self._json(200, self.server.faults.shown())

    def _reconcile(self, text: str) -> None:
        try:
            day = date.fromisoformat(text) if text else datetime.now(BEIJING).date()
        except ValueError:
            self._json(400, {"code": "date_invalid"})
            return
        store = self.server.store
        answer = {
            "date": day.isoformat(),
            "items": store.reconciliation(day),
            "agencies": store.by_agency(day),
        }
        self._json(200, answer)

    def _is_local(self) -> bool:
        """Only this machine's own names are served, so that no web page elsewhere can reach in by DNS."""
        name = (urlsplit(f"//{self.headers.get('Host', '')}").hostname or "").lower()
        if name not in _LOCAL:
            self._json(403, {"code": "host_refused"})
        return name in _LOCAL

    def _body(self) -> bytes | None:
        try:
            size = int(self.headers.get("Content-Length", "0"))
        except ValueError:
            size = -1
        if not 0 <= size <= MAX_BODY:
            self.close_connection = True
            self._json(413, {"code": "body_too_large"})
            return None
        return self.rfile.read(size)

    def _trickle(self, seconds: float) -> None:
        """The head of an answer that goes on and on."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Wait: ")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.wfile.write(b".")
            time.sleep(0.02)

    def _tear_down(self) -> None:
        """Close with a reset instead of a farewell."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def _json(self, status: int, value: object) -> None:
        self._send(status, json.dumps(value, ensure_ascii=False).encode(), "application/json")

    def _send(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body)


def _never() -> bool:
    return False


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.province", description="省平台沙箱")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--secret", default=os.environ.get("PROVINCE_PUSH_SECRET", ""))
    given = parser.parse_args(argv)
    if not given.secret:
        parser.error("需要签名密钥：--secret 或环境变量 PROVINCE_PUSH_SECRET")
    server = Sandbox(given.port, given.state, given.secret)
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
