"""``./dev up``: the whole platform on one machine, started in order and stopped in reverse."""

import argparse
import hashlib
import http.client
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from hegang_credit.devstack import DevStack

from .bootstrap import ROOT
from .environment import Environments, demo_environments, demo_keys
from .keeper import Keeper
from .ports import kept_ports, require_free
from .prepared import Prepared
from .processes import LauncherError, Service
from .running import VAR, claim, forget_run, record_run, stack_lock

CREDENTIALS = VAR / "demo-credentials.json"
PUSH_PATH = "/push"
DEFAULT_SCALE = 300
WEB = (
    *(
        "gunicorn",
        "hegang_credit.wsgi:application",
        "--workers",
        "2",
        "--worker-class",
        "gthread",
        "--threads",
        "4",
    ),
    *("--no-control-socket", "--graceful-timeout", "5", "--umask", "0o077"),
)
WORKER = ("celery", "-A", "hegang_credit", "worker", "--concurrency", "2", "--loglevel", "INFO")
BEAT = (
    "celery",
    "-A",
    "hegang_credit",
    "beat",
    "--schedule",
    str(VAR / "beat" / "schedule"),
    "--pidfile",
    "",
)
SANDBOX = ("sandbox.province", "--state", str(VAR / "sandbox"))
WINDOW = ("sandbox.service_window", "--example")
_READY_SECONDS = 90


@dataclass(frozen=True)
class Options:
    port: int = 8000
    empty: bool = False
    scale: int | None = None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise LauncherError(f"参数有误：{message}。用法见 ./dev up --help。")


def parse(argv: list[str]) -> Options:
    parser = _Parser(prog="./dev up", add_help=False)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--scale", type=int)
    given = parser.parse_args(argv)
    if not 0 < given.port < 65536:
        raise LauncherError(f"端口 {given.port} 不存在，应在 1 至 65535 之间。")
    if given.scale is not None and given.scale < 1:
        raise LauncherError("--scale 应为正整数。")
    return Options(given.port, given.empty, given.scale)


def main(argv: list[str]) -> int:
    options = parse(argv)
    require_free(options.port)
    with _signals_interrupt():
        run = DemoRun(options)
        try:
            run.serve()
        except KeyboardInterrupt:
            print("\n正在停止…", flush=True)
        finally:
            _ignore_signals()
            run.stop()
    return 0


class DemoRun:
    """One start of the platform, from the lock on var/ to the last server stopped."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.lock, self.claimed = stack_lock(), False
        self.stack = DevStack(VAR, keep_open=(self.lock.descriptor,))
        self.keeper = Keeper(self.stack)
        self.sandbox_port = self.window_port = 0

    def serve(self) -> NoReturn:
        """Start everything and watch over it; leaves by an exception only."""
        claim(self.lock)
        self.claimed = True
        self._choose_ports()
        environments = self._start_servers()
        prepared = Prepared(environments.owner["DATABASE_URL"])
        changed = self._prepare(environments, prepared)
        if changed or self._demo_is_due(prepared):
            changed = True
            self._start_background(environments)
            self._load_demo(environments, prepared)
            self._start_web(environments)
        else:  # whoever waits for the site need not wait for the jobs that start up beside it
            self._start_web(environments)
            self._start_background(environments)
        self._write_credentials(environments, prepared, again=changed)
        self._start_window(environments)
        self._announce()
        while True:
            self._require_all_alive()
            time.sleep(0.5)

    def stop(self) -> None:
        self.keeper.stop()
        self.stack.stop()
        self.keeper.dismiss()
        if self.claimed:
            forget_run()
        self.lock.release()

    def _choose_ports(self) -> None:
        """Only now: while another run was there, its own ports would have looked taken."""
        ports = kept_ports(VAR / "ports.json", ("sandbox", "window"), taken=self.options.port)
        self.sandbox_port, self.window_port = ports["sandbox"], ports["window"]

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.options.port}"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def window(self) -> str:
        return f"http://127.0.0.1:{self.window_port}"

    def _start_servers(self) -> Environments:
        with _step("启动数据库与缓存"):
            addresses = self.stack.start()
        keys = demo_keys(VAR / "secrets.json")
        push_url = self.sandbox + PUSH_PATH
        environments = demo_environments(addresses, var=VAR, web=self.web, push_url=push_url, keys=keys)
        record_run(self.web, self.sandbox, environments)
        return environments

    def _prepare(self, environments: Environments, prepared: Prepared) -> bool:
        """Tables and reference data; returns whether anything had to be done."""
        if changed := not prepared.holds("tables", prepared.migrations()):
            with _step("更新数据表"):
                self._manage(environments.owner, "migrate", "--no-input")
                prepared.note("tables", prepared.migrations())
        if changed or not prepared.holds("reference"):
            with _step("装入目录、名单与措施等基准数据"):
                self._manage(environments.app, "load_reference")
                prepared.note("reference")
            return True
        return False

    def _start_background(self, environments: Environments) -> None:
        with _step("启动省平台沙箱与后台任务"):
            (VAR / "beat").mkdir(mode=0o700, exist_ok=True)
            sandbox = self._service(
                "省平台沙箱", "sandbox", environments.app, *SANDBOX, "--port", str(self.sandbox_port)
            )
            self.keeper.start(sandbox)
            self.keeper.start(self._service("后台任务", "worker", environments.worker, *WORKER))
            self.keeper.start(self._service("定时任务", "beat", environments.app, *BEAT))
            sandbox.wait_until(lambda: _status(self.sandbox_port, "/healthz") == 200)

    @cached_property
    def scale(self) -> int:
        """How many demo records are wanted; 0 for accounts alone."""
        return 0 if self.options.empty else demo_scale(VAR / "demo-scale", self.options.scale)

    def _demo_is_due(self, prepared: Prepared) -> bool:
        """Lost secrets are made anew together with the demo."""
        return not (VAR / "demo-secrets.json").exists() or not prepared.holds("demo", str(self.scale))

    def _load_demo(self, environments: Environments, prepared: Prepared) -> None:
        with _step("装入演示数据（首次约需一两分钟）" if self.scale else "装入演示账号"):
            asked = ("--scale", str(self.scale)) if self.scale else ("--accounts-only",)
            self._manage(environments.worker, "load_demo", *asked)
            prepared.note("demo", str(self.scale))

    def _start_web(self, environments: Environments) -> None:
        with _step("启动网站"):
            bind = ("--bind", f"127.0.0.1:{self.options.port}")
            web = self._service("网站", "web", environments.app, *WEB, *bind)
            self.keeper.start(web)
            web.wait_until(lambda: _status(self.options.port, "/readyz") == 200, _READY_SECONDS)

    def _write_credentials(self, environments: Environments, prepared: Prepared, *, again: bool) -> None:
        addresses = ("--web", self.web, "--sandbox", self.sandbox, "--window", self.window)
        if not again and CREDENTIALS.exists() and prepared.holds("credentials", _credentials_mark(addresses)):
            return
        with _step("写出演示账号"):
            self._manage(environments.app, "write_demo_credentials", *addresses, "--out", str(CREDENTIALS))
            CREDENTIALS.chmod(0o600)
            prepared.note("credentials", _credentials_mark(addresses))

    def _start_window(self, environments: Environments) -> None:
        with _step("启动政务服务窗口沙箱"):
            at = ("--port", str(self.window_port), "--platform", self.web, "--credentials", str(CREDENTIALS))
            window = self._service("政务服务窗口沙箱", "window", environments.app, *WINDOW, *at)
            self.keeper.start(window)
            window.wait_until(lambda: _status(self.window_port, "/") == 200)

    def _service(self, title: str, log: str, environment: Mapping[str, str], *module: str) -> Service:
        return Service(
            title,
            [sys.executable, "-m", *module],
            VAR / "log" / f"{log}.log",
            extra_env=environment,
            cwd=ROOT,
            keep_open=(self.lock.descriptor,),
        )

    def _manage(self, environment: Mapping[str, str], command: str, *argv: str) -> None:
        """Run one command to its end; its output goes to var/log/setup.log, the end of it is shown on failure."""
        job = self._service(f"manage.py {command}", "setup", environment, "django", command, *argv)
        job.start()
        try:
            while job.alive:
                self._require_all_alive()
                time.sleep(0.05)
            if job.process and job.process.returncode:
                raise LauncherError(job.obituary())
        finally:
            job.stop()

    def _require_all_alive(self) -> None:
        self.keeper.look()

    def _announce(self) -> None:
        lines = (
            "",
            "平台已启动：",
            f"  信用网站    {self.web}/",
            f"  工作台      {self.web}/workbench/",
            f"  接口文档    {self.web}/api/v1/schema/",
            f"  省平台沙箱  {self.sandbox}/",
            f"  政务窗口    {self.window}/",
            f"  演示账号    {_shown(CREDENTIALS)}（含口令、动态口令密钥和接口客户端）",
            f"  日志        {_shown(VAR / 'log')}/",
            f"按 Ctrl-C 停止；数据保留在 {_shown(VAR)}/，删除该目录即可从头开始。",
        )
        print("\n".join(lines), flush=True)


def demo_scale(note: Path, asked: int | None) -> int:
    """Return how many demo records to load: as asked, else as last time, so that a plain restart adds nothing."""
    scale = asked or (int(note.read_text()) if note.exists() else DEFAULT_SCALE)
    note.write_text(str(scale))
    return scale


def _credentials_mark(addresses: tuple[str, ...]) -> str:
    """Of the addresses and of what is written; the file holds secrets, a digest of it tells nothing."""
    return hashlib.sha256("\n".join(addresses).encode() + CREDENTIALS.read_bytes()).hexdigest()


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def _status(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


@contextmanager
def _step(title: str) -> Iterator[None]:
    print(f"{title} …", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print(" 未完成", flush=True)
        raise
    print(f" {time.monotonic() - began:.1f} 秒", flush=True)


_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def _signals_interrupt() -> Iterator[None]:
    """Let all three end the run in order; SIGINT too, which a shell ignores for what it starts with ``&``."""

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in _STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
