"""One real life of the demo platform: first start, a look at what it shows, Ctrl-C, quick second start, SIGKILL.

Runs in a state directory of its own, so that a demo on the same machine keeps its data. Exits non-zero with one
sentence when something does not hold.
"""

import base64
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST_START, SECOND_START, GONE = 300, 60, 30


class Platform:
    """``./dev up`` on a free port, in its own session, with its output kept."""

    def __init__(self, var: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.var, self.output = var, var / "up.out"
        self.url = f"http://127.0.0.1:{self.port}"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [ROOT / "dev", "up", "--port", str(self.port), "--scale", "200"],
                env={**os.environ, "CREDIT_VAR_DIR": str(var)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, seconds: int) -> float:
        began = time.monotonic()
        while "平台已启动" not in self.output.read_text():
            require(self.process.poll() is None, f"./dev up 提前退出：\n{self.output.read_text()}")
            require(
                time.monotonic() - began < seconds, f"{seconds} 秒内没有就绪：\n{self.output.read_text()}"
            )
            time.sleep(0.2)
        return time.monotonic() - began

    def open(self, request: urllib.request.Request) -> str:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            return answer.read().decode()

    def get(self, path: str) -> str:
        return self.open(urllib.request.Request(self.url + path))

    def records(self) -> list[dict[str, object]]:
        return json.loads(self.get("/api/v1/public/records/?item=xzcf&limit=5"))["items"]

    def pulls_changes(self, clients: list[dict[str, object]]) -> bool:
        """As the province would: a token by client credentials, then the feed."""
        client = next(client for client in clients if "province:pull" in client["scopes"])  # type: ignore[operator]
        key = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
        ask = urllib.request.Request(
            self.url + "/oauth/token/",
            data=b"grant_type=client_credentials",
            headers={"Authorization": f"Basic {key}"},
        )
        token = json.loads(self.open(ask))["access_token"]
        pull = urllib.request.Request(
            self.url + "/api/v1/province/changes/?limit=10", headers={"Authorization": f"Bearer {token}"}
        )
        return len(json.loads(self.open(pull))["items"]) > 0

    def refuses_chunks(self) -> bool:
        """A file sent without its length, as the shipped server hands it on: refused for that, not for being missing."""
        body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\r\n--x--\r\n'
        head = (
            f"POST /api/v1/batches/ HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(head.encode() + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        return answer.startswith(b"HTTP/1.1 411 ") and b'"code":"length_required"' in answer

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(90)

    def require_nothing_left(self) -> None:
        """Every server inherits the lock: it is free only when the last one has ended."""
        end = time.monotonic() + GONE
        with (self.var / "up.lock").open("r+") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    require(time.monotonic() < end, "停止之后仍有进程存活")
                    time.sleep(0.2)
                else:
                    return


def require(held: bool, complaint: str) -> None:
    if not held:
        sys.exit(complaint)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="credit-smoke-", ignore_cleanup_errors=True) as folder:
        first = Platform(Path(folder))
        try:
            took = first.wait_ready(FIRST_START)
            shown = first.records()
            require(len(shown) > 0, "公示接口没有任何行政处罚记录")
            name = str(shown[0]["subject"]["name"])  # type: ignore[index]
            require(
                name in first.get("/search/?" + urllib.parse.urlencode({"q": name})),
                f"搜索页没有显示“{name}”",
            )
            credentials = first.var / "demo-credentials.json"
            require(credentials.stat().st_mode & 0o777 == 0o600, "演示账号文件的权限不是 600")
            known = json.loads(credentials.read_text())
            require(bool(known["officers"]), "演示账号文件中没有经办人")
            require(first.pulls_changes(known["clients"]), "省平台客户端没有取得变更")
            require(first.refuses_chunks(), "没有写明长度的上传没有答 411")
            require(first.end(signal.SIGINT) == 0, "Ctrl-C 之后的返回码不是 0")
            first.require_nothing_left()
            print(f"首次启动 {took:.0f} 秒，公示页显示记录，Ctrl-C 后无残留进程")
        finally:
            first.process.kill()

        second = Platform(Path(folder))
        try:
            took = second.wait_ready(SECOND_START)
            require(second.records() == shown, "再次启动后公示的记录不同")
            second.end(signal.SIGKILL)
            second.require_nothing_left()
            print(f"再次启动 {took:.0f} 秒，数据仍在，强行结束后无残留进程")
        finally:
            second.process.kill()


if __name__ == "__main__":
    main()
