"""The government-service platform's part (政务服务一体化平台), as a small page of its own:
`python -m sandbox.service_window --port P --platform URL --credentials var/demo-credentials.json [--example]`.

An application comes in at the window, its applicant is screened and, until the application is closed, watched: a signed notice to
`/callback` makes the window screen again. The clerk decides and the result is reported back; what is to be lifted later is
listed and lifted. Written from the interface description alone, with the standard library, so that it
also shows what a business system has to do. Applications are kept in memory; it listens on the loopback address only.
"""

import argparse
import base64
import html
import http.client
import json
import sys
import time
import urllib.parse
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sandbox.callbacks import Receiver
from sandbox.signing import Verifier

SCOPE = "screening:query"
KEY = "applicant"
EXAMPLE = ("公司", "zfcg")  # part of the name of whoever applies in the example, and for what
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_STATUS = {"hit": "有适用的措施", "clear": "没有适用的措施", "unknown_subject": "平台没有这个主体"}


class PlatformError(Exception):
    """The platform refused or could not answer; the sentence says why."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail") or f"状态码 {status}")
        self.status, self.code = status, str(problem.get("code", ""))


class Platform:
    """The interface as a client sees it: a token, then JSON."""

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        self._url, self._id, self._secret = url.rstrip("/"), client_id, client_secret
        self._token, self._until = "", 0.0

    def call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._bearer()}", "Content-Type": "application/json"}
        return self._send(method, path, data, headers)

    def purpose(self) -> str:
        """The first duty purpose in force of this client's agency."""
        items = self.call("GET", "/api/v1/purposes/")["items"]
        if not items:
            raise PlatformError(422, {"detail": "本单位没有有效的履职目的", "code": "purpose_missing"})
        return str(items[0]["code"])

    def matters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", "/api/v1/matters/")["items"]
        return found

    def candidates(self, name: str) -> list[dict[str, str]]:
        query = urllib.parse.urlencode({"name": name})
        found: list[dict[str, str]] = self.call("GET", f"/api/v1/screenings/candidates/?{query}")["items"]
        return found

    def screen(self, purpose: str, matter: str, subject: dict[str, str], application: str) -> dict[str, Any]:
        body = {"purpose": purpose, "matter": matter, "subjects": {KEY: subject}, "application": application}
        answer: dict[str, Any] = self.call("POST", "/api/v1/screenings/", body)
        return answer

    def report(self, screening: str, reports: list[dict[str, object]]) -> dict[str, Any]:
        path = f"/api/v1/screenings/{screening}/feedback/"
        answer: dict[str, Any] = self.call("POST", path, {"results": {KEY: reports}})
        return answer

    def subscribe(self, screening: str) -> str:
        found = self.call("POST", "/api/v1/screenings/subscriptions/", {"screening": screening})
        return str(found["id"])

    def unsubscribe(self, subscription: str) -> None:
        self.call("POST", f"/api/v1/screenings/subscriptions/{subscription}/end/", {})

    def lift_tasks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", "/api/v1/screenings/lift-tasks/")["items"]
        return found

    def _bearer(self) -> str:
        if time.monotonic() > self._until:
            form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": SCOPE}).encode()
            secret = base64.b64encode(f"{self._id}:{self._secret}".encode()).decode()
            answer = self._send("POST", "/oauth/token/", form, {"Authorization": f"Basic {secret}", **_FORM})
            self._token = answer["access_token"]
            self._until = time.monotonic() + float(answer["expires_in"]) - 60
        return self._token

    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Any:
        address = urllib.parse.urlsplit(self._url)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        link = kind(address.hostname or "", address.port, timeout=30)
        try:
            link.request(method, path, data, headers)
            answer = link.getresponse()
            status, raw = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as failure:
            raise PlatformError(0, {"detail": f"平台没有答复（{type(failure).__name__}）"}) from None
        finally:
            link.close()
        try:
            body = json.loads(raw)
        except ValueError:
            body = {}
        if status not in (200, 201):
            raise PlatformError(status, body)
        return body


@dataclass
class Application:
    """One application at the window."""

    number: str
    name: str
    uscc: str
    matter: str
    answer: dict[str, Any]
    outcome: str = ""
    subscription: str = ""
    screening: str = ""  # the look-up that the subscription rests on
    news: str = ""

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = self.answer["results"][KEY]
        return found

    @property
    def measures(self) -> dict[str, str]:
        """Names of the measures by code; each is reported on once."""
        return {one["measure"]["code"]: one["measure"]["name"] for one in self.result["measures"]}


@dataclass
class Window:
    """What the clerk does."""

    platform: Platform
    applications: list[Application] = field(default_factory=list)

    def apply(self, name: str, uscc: str, matter: str) -> Application:
        """Take an application in, screen its applicant and watch them meanwhile. PlatformError: nothing is taken in."""
        number = f"SL-{len(self.applications) + 1:04d}"
        answer = self.platform.screen(self.platform.purpose(), matter, {"uscc": uscc}, number)
        found = Application(number, name, uscc, matter, answer, screening=str(answer["id"]))
        found.subscription = self.platform.subscribe(found.screening)
        self.applications.append(found)
        return found

    def example(self) -> None:
        """One application of somebody the platform knows, so that there is something to see; none while it knows nobody."""
        name, matter = EXAMPLE
        for found in self.platform.candidates(name)[:1]:
            self.apply(found["name"], found["uscc"], matter)

    def decide(self, application: Application, document: str, reason: str) -> None:
        """Refuse by a document (the measures are applied), or go on and say why."""
        reports: list[dict[str, object]] = [
            {"measure": code, "applied": bool(document), "document": document, "reason": reason}
            for code in application.measures
        ]
        self.platform.report(application.answer["id"], reports)
        self._close(application, f"已实施（{document}）" if document else f"未实施：{reason}")

    def grant(self, application: Application) -> None:
        """Nothing stands in the way: grant what was applied for."""
        self._close(application, "已办结")

    def _close(self, application: Application, outcome: str) -> None:
        self.platform.unsubscribe(application.subscription)
        application.outcome = outcome

    def look_again(self, screening: str, key: str) -> bool:
        """Something changed for the applicant of a running application."""
        for one in self.applications:
            if one.screening == screening and key == KEY and not one.outcome:
                purpose = self.platform.purpose()
                one.answer = self.platform.screen(purpose, one.matter, {"uscc": one.uscc}, one.number)
                one.news = "情况有变，已重新比对"
                return True
        return False

    def lift(self, task: dict[str, Any], document: str) -> None:
        """Undo a measure whose ground has ended, and say so."""
        self.platform.report(
            task["screening"], [{"measure": task["measure"], "lifted": True, "document": document}]
        )


# --- pages --------------------------------------------------------------------------------------------


def _cell(text: object) -> str:
    return html.escape(str(text))


def _page(body: str) -> bytes:
    return (
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>政务服务窗口（沙箱）</title><style>body{font-family:sans-serif;max-width:52rem;margin:1rem auto;padding:0 1rem;"
        "line-height:1.7}label{display:block;margin:.5rem 0}input,select,button{font:inherit;padding:.4rem}</style></head>"
        f"<body><main><h1>政务服务窗口（沙箱）</h1>{body}</main></body></html>"
    ).encode()


def render(window: Window, said: str = "") -> bytes:
    """Everything on one page: take in, decide, lift."""
    options = "".join(
        f'<option value="{_cell(m["code"])}">{_cell(m["name"])}</option>' for m in window.platform.matters()
    )
    parts = [
        f'<p role="status">{_cell(said)}</p>' if said else "",
        '<h2>收件</h2><form method="post" action="/apply"><label>申请人 <input name="name" required></label>'
        '<label>统一社会信用代码 <input name="uscc" required></label>'
        f'<label>事项 <select name="matter">{options}</select></label><button>收件并比对</button></form>',
        "<h2>办件</h2>",
        *(_application(place, one) for place, one in enumerate(window.applications)),
        "<h2>待解除</h2>",
        *(_task(place, task) for place, task in enumerate(window.platform.lift_tasks())),
    ]
    return _page("".join(parts))


def _application(place: int, one: Application) -> str:
    lines = "".join(
        f"<li>{_cell(m['measure']['name'])}：{_cell(m['measure']['basis'])}；{_cell(m['ground']['title'])}"
        f"（{_cell(m['ground']['document_number'])}）；救济：{_cell(m['remedy'])}</li>"
        for m in one.result["measures"]
    )
    state = one.outcome or _STATUS[one.result["status"]]
    news = f"<p>{_cell(one.news)}</p>" if one.news else ""
    head = f"<h3>{_cell(one.number)} {_cell(one.name)}：{_cell(state)}</h3>{news}<ul>{lines}</ul>"
    if one.outcome:
        return head
    if not one.measures:
        return (
            f'{head}<form method="post" action="/grant"><input type="hidden" name="place" value="{place}">'
            "<button>办结</button></form>"
        )
    return (
        f'{head}<form method="post" action="/decide"><input type="hidden" name="place" value="{place}">'
        '<label>不予办理的决定文书号 <input name="document"></label><label>说明（继续办理的必填）<input name="reason"></label>'
        "<button>提交并反馈</button></form>"
    )


def _task(place: int, task: dict[str, Any]) -> str:
    return (
        f"<h3>{_cell(task['subject'])}：{_cell(task['measure_name'])}</h3><p>依据自{_cell(task['ended_on'])}起终止，"
        f"{_cell(task['due'])}前解除。</p>"
        f'<form method="post" action="/lift"><input type="hidden" name="place" value="{place}">'
        '<label>解除文书号 <input name="document" required></label><button>解除并反馈</button></form>'
    )


class Handler(BaseHTTPRequestHandler):
    """The window as a page."""

    window: Window
    receiver: Receiver | None = None

    def log_message(self, format: str, *args: object) -> None:
        """Silent: applicants are named here."""

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        size = min(int(self.headers.get("Content-Length") or 0), 1 << 20)
        if self.path == "/callback":
            self._callback(self.rfile.read(size))
            return
        form = {
            name: values[-1].strip()
            for name, values in urllib.parse.parse_qs(self.rfile.read(size).decode()).items()
        }
        try:
            said = self._do(self.path, form)
        except PlatformError as refused:
            said = f"平台：{refused}"
        self._answer(said)

    def _callback(self, body: bytes) -> None:
        if self.receiver is None:
            self._send(404, "application/json", b"{}")
            return
        try:
            status, answer = self.receiver.take(self.headers, body)
        except PlatformError:  # the platform cannot answer just now: it will tell us again
            status, answer = 503, {}
        self._send(status, "application/json", json.dumps(answer).encode())

    def _do(self, path: str, form: dict[str, str]) -> str:
        if path == "/apply":
            found = self.window.apply(form.get("name", ""), form.get("uscc", ""), form.get("matter", ""))
            return f"{found.number} 已收件：{_STATUS[found.result['status']]}，回执号 {found.answer['id']}"
        if path == "/decide":
            application = self.window.applications[int(form["place"])]
            self.window.decide(application, form.get("document", ""), form.get("reason", ""))
            return f"{application.number} 已反馈"
        if path == "/grant":
            application = self.window.applications[int(form["place"])]
            self.window.grant(application)
            return f"{application.number} 已办结"
        if path == "/lift":
            self.window.lift(self.window.platform.lift_tasks()[int(form["place"])], form.get("document", ""))
            return "已解除并反馈"
        return ""

    def _answer(self, said: str) -> None:
        try:
            body = render(self.window, said)
        except PlatformError as refused:
            body = _page(f'<p role="status">平台：{_cell(refused)}</p>')
        self._send(200, "text/html; charset=utf-8", body)

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def serve(window: Window, port: int, receiver: Receiver | None = None) -> ThreadingHTTPServer:
    """A server for this window and its callback; the caller runs and closes it."""
    handler = type("WindowHandler", (Handler,), {"window": window, "receiver": receiver})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def client_of(credentials: Path) -> dict[str, Any]:
    """The client that may screen."""
    client: dict[str, Any]
    for client in json.loads(credentials.read_text(encoding="utf-8"))["clients"]:
        if SCOPE in client["scopes"]:
            return client
    raise SystemExit(f"{credentials} 中没有 {SCOPE} 的客户端")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.service_window", description="政务服务窗口沙箱")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--platform", default="http://127.0.0.1:8000")
    parser.add_argument("--credentials", type=Path, default=Path("var/demo-credentials.json"))
    parser.add_argument(
        "--callback-secret", default="", help="登记回调地址时显示的签名密钥；不填则取自账号文件"
    )
    parser.add_argument("--example", action="store_true", help="先受理一个办件，以便看到订阅")
    given = parser.parse_args(argv)
    client = client_of(given.credentials)
    window = Window(Platform(given.platform, client["client_id"], client["client_secret"]))
    secret = given.callback_secret or client.get("callback_secret", "")
    receiver = Receiver(window, Verifier(secret)) if secret else None
    if given.example:
        with suppress(PlatformError):  # a window without an example is a window all the same
            window.example()
    server = serve(window, given.port, receiver)
    sys.stdout.write(f"政务服务窗口沙箱：http://127.0.0.1:{given.port}/\n")
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
