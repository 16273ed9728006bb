"""Which demo is running on var/, and ``./dev manage`` on its data.

The lock in var/ is inherited by every server. A second start therefore sees at once whether the platform runs, and
after a killed launcher it waits until the last server is gone before it touches the data.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

from hegang_credit.devstack import DevStack, StackLock

from .bootstrap import ROOT
from .environment import Environments, demo_environments, demo_keys, write_private
from .processes import LauncherError

VAR = Path(os.environ.get("CREDIT_VAR_DIR") or ROOT / "var")
RUN = VAR / "run.json"
_LEFTOVER_SECONDS = 30


class Run(TypedDict):
    """What ``var/run.json`` (mode 600) says while the platform runs."""

    pid: int
    web: str
    sandbox: str
    owner: dict[str, str]
    worker: dict[str, str]


def record_run(web: str, sandbox: str, environments: Environments) -> None:
    owner, worker = dict(environments.owner), dict(environments.worker)
    write_private(RUN, Run(pid=os.getpid(), web=web, sandbox=sandbox, owner=owner, worker=worker))


def forget_run() -> None:
    RUN.unlink(missing_ok=True)


def stack_lock() -> StackLock:
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    return StackLock(VAR / "up.lock")


def claim(lock: StackLock) -> None:
    """Take the lock of var/, waiting out what a killed launcher has left."""
    end = time.monotonic() + _LEFTOVER_SECONDS
    said = False
    while not lock.acquire():
        if (run := _read_run()) and _alive(run["pid"]):
            raise LauncherError(
                f"演示平台已在运行（进程 {run['pid']}，{run['web']}）。请先在那里按 Ctrl-C 停止。"
            )
        if time.monotonic() > end:
            raise LauncherError("上一次运行留下的进程没有结束，var/ 仍被占用。请结束这些进程后重试。")
        if not said:
            print("等待上一次运行收尾…", flush=True)
            said = True
        time.sleep(0.2)
    forget_run()


def manage(argv: list[str]) -> int:
    """Run manage.py on the demo's data; where the platform does not run, its servers are started meanwhile."""
    lock = stack_lock()
    if not lock.acquire():
        lock.release()
        run = _read_run()
        if run is None:
            raise LauncherError("演示平台正在启动或停止，请稍后再试。")
        return _call(run["owner"] if _needs_owner(argv) else run["worker"], argv)
    stack = DevStack(VAR, keep_open=(lock.descriptor,))
    try:
        keys = demo_keys(VAR / "secrets.json")
        found = demo_environments(stack.start(), var=VAR, web="http://127.0.0.1:8000", push_url="", keys=keys)
        return _call(found.owner if _needs_owner(argv) else found.worker, argv)
    finally:
        stack.stop()
        lock.release()


def _needs_owner(argv: list[str]) -> bool:
    return argv[:1] in (["migrate"], ["rotate_data_keys"])


def _call(environment: Mapping[str, str], argv: list[str]) -> int:
    command = [sys.executable, "manage.py", *argv]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode


def _read_run() -> Run | None:
    with suppress(FileNotFoundError, ValueError):
        run: Run = json.loads(RUN.read_text())
        return run
    return None


def _alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False
