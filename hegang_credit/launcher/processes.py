"""Child processes that never outlive their parent.

A service runs in a session of its own, so that Ctrl-C in the terminal reaches the launcher alone and the launcher
decides the order of stopping. Linux sends the stop signal by itself when the launcher is killed (PR_SET_PDEATHSIG);
a pid file with a later clean-up was rejected because it only helps the next start.
"""

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LOG_LIMIT = 10 * 1024 * 1024


class LauncherError(Exception):
    """Something the user has to know; the text is Chinese and says what to do."""

    exit_code = 1


@dataclass(frozen=True)
class Account:
    """The system account a child runs under; empty means the one we run under ourselves."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def of(cls, uid: int) -> "Account":
        return cls(uid, pwd.getpwuid(uid).pw_gid)

    @property
    def groups(self) -> list[int] | None:
        return None if self.uid is None else []

    def owns(self, *paths: Path) -> None:
        """Hand these paths over to the account."""
        if self.uid is not None and self.gid is not None:
            for path in paths:
                os.chown(path, self.uid, self.gid)

    def run(self, *argv: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a short command as this account, from a directory everybody can enter."""
        return subprocess.run(
            list(map(str, argv)),
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=self.groups,
        )

    def can_run(self, *argv: str | Path) -> bool:
        try:
            return self.run(*argv).returncode == 0
        except PermissionError:
            return False


def unprivileged_account() -> Account:
    """Return the account for PostgreSQL, which refuses uid 0."""
    if os.geteuid() != 0:
        return Account()
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return Account.of(pwd.getpwnam(name).pw_uid)
    raise LauncherError(
        "PostgreSQL 不能以 root 身份运行，而本机没有 postgres 或 nobody 账户。请换用普通用户运行。"
    )


def die_with_parent(signal_number: int) -> Callable[[], None] | None:
    """Return what the child runs just before exec (after its uid has changed, which would clear the setting)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def arm() -> None:
        prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the line above
            os.kill(os.getpid(), signal.SIGKILL)

    return arm


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def tail(path: Path, lines: int = 25) -> str:
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


@dataclass
class Service:
    """One long-running child: start it, ask whether it lives, stop it together with its own children."""

    name: str
    argv: Sequence[str | Path]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    extra_env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path = Path("/")
    account: Account = field(default_factory=Account)
    keep_open: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, stdin: str = "") -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(map(str, self.argv)),
                stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.extra_env},
                cwd=self.cwd,
                start_new_session=True,
                pass_fds=tuple(self.keep_open),
                preexec_fn=die_with_parent(self.stop_signal),
                user=self.account.uid,
                group=self.account.gid,
                extra_groups=self.account.groups,
                umask=0o077,
            )
        if stdin and self.process.stdin:
            self.process.stdin.write(stdin.encode())
            self.process.stdin.close()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for ``ready``; raise with the end of the log when the process ends or the time is over."""
        end = time.monotonic() + seconds
        while not ready():
            if not self.alive or time.monotonic() > end:
                raise LauncherError(self.obituary())
            time.sleep(0.03)

    def ending(self) -> str:
        """Say in half a sentence how it ended, or that it is not ready."""
        code = self.process.poll() if self.process else None
        what = "未能在限定时间内就绪" if code is None else f"已退出（返回码 {code}）"
        return f"{self.name} {what}"

    def obituary(self) -> str:
        return f"{self.ending()}。日志 {self.log} 的末尾：\n{tail(self.log)}"

    def stop(self, patience: float = 15) -> None:
        if self.process is None:
            return
        if self.alive:
            self.process.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        with suppress(ProcessLookupError):  # whatever of its session did not end with it
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Guard:
    """A small process that kills the watched services' process groups should the launcher be killed."""

    grace = 4.0

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).with_name("guard.py")), str(self.grace)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    def watch(self, service: Service) -> None:
        self._tell(service, "")

    def forget(self, service: Service) -> None:
        """It has ended: its number may be somebody else's by the time the launcher is killed."""
        self._tell(service, "-")

    def _tell(self, service: Service, sign: str) -> None:
        if self.process.stdin and service.process:
            self.process.stdin.write(f"{sign}{service.process.pid}\n")
            self.process.stdin.flush()

    def dismiss(self) -> None:
        """To be called when everything has been stopped in order."""
        self.process.kill()
        self.process.communicate()
