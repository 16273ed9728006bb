"""One start of the demo, with quick stand-ins for web, worker, beat and sandbox: order, messages, nothing left."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hegang_credit.devstack import StackLock
from hegang_credit.launcher import prepared, running, up
from hegang_credit.launcher.bootstrap import ROOT
from hegang_credit.launcher.processes import LauncherError, free_port

STAND_IN = '''
"""Answers 200 on its port if it has one; notes when it is told to stop."""
import http.server, os, signal, subprocess, sys, time

held = [int(fd) for fd in os.listdir("/proc/self/fd") if "up.lock" in os.path.realpath(f"/proc/self/fd/{fd}")]
name, ports = sys.argv[1], [word.rsplit(":")[-1] for word in sys.argv if word.rsplit(":")[-1].isdigit()]

def stop(*_):
    with open(os.environ["STOPPED"], "a") as note:
        note.write(name + " ")
    os._exit(0)

signal.signal(signal.SIGTERM, stop)
if os.environ.get("DIES") == name:
    sys.exit("内存不足")
if os.environ.get("INTERRUPTS") == name:
    os.kill(os.getppid(), signal.SIGINT)

if name == "worker":  # a pool process that hears nothing, as one busy in a long task
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, pass_fds=held).stdout.readline()

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

if ports:
    http.server.HTTPServer(("127.0.0.1", int(ports[0])), Answer).serve_forever()
time.sleep(600)
'''


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_database: str) -> Path:
    """Stand-ins in place, state in ``tmp_path``; the commands that would run are noted there."""
    monkeypatch.setenv("DATABASE_URL", own_database)
    (tmp_path / "credit_stand_in.py").write_text(STAND_IN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("STOPPED", str(tmp_path / "stopped"))
    for name in ("WEB", "WORKER", "BEAT", "SANDBOX", "WINDOW"):
        monkeypatch.setattr(up, name, ("credit_stand_in", name.lower()))
    for module in (up, running):
        monkeypatch.setattr(module, "VAR", tmp_path)
    monkeypatch.setattr(running, "RUN", tmp_path / "run.json")
    monkeypatch.setattr(up, "CREDENTIALS", tmp_path / "demo-credentials.json")

    def note(self: up.DemoRun, environment: dict[str, str], command: str, *argv: str) -> None:
        with (tmp_path / "commands").open("a") as commands:
            commands.write(f"{command}:{environment['DATABASE_ROLE']}{''.join(argv[:1])} ")
        up.CREDENTIALS.touch()
        (tmp_path / "demo-secrets.json").touch()

    monkeypatch.setattr(up.DemoRun, "_manage", note)
    return tmp_path


def nothing_left(var: Path, seconds: float = 15) -> bool:
    """Every service and its children inherit the lock: it is free only when the last of them has ended."""
    lock, end = StackLock(var / "up.lock"), time.monotonic() + seconds
    while not (free := lock.acquire()) and time.monotonic() < end:
        time.sleep(0.02)
    lock.release()
    return free


def test_ctrl_c_stops_everything_in_reverse_order(
    stage: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(up.DemoRun, "_require_all_alive", _interrupt_once_announced(capsys))
    assert up.main(["--port", str(free_port())]) == 0
    assert (stage / "stopped").read_text().split() == ["window", "web", "beat", "worker", "sandbox"]
    assert (stage / "commands").read_text().split() == [
        "migrate:--no-input",
        "load_reference:credit_app",
        "load_demo:credit_app--scale",
        "write_demo_credentials:credit_app--web",
    ]
    assert up.CREDENTIALS.stat().st_mode & 0o777 == 0o600
    assert not running.RUN.exists()
    assert nothing_left(stage, seconds=2)


def _interrupt_once_announced(capsys: pytest.CaptureFixture[str]) -> object:
    def check(self: up.DemoRun) -> None:
        assert "平台已启动" in capsys.readouterr().out
        assert len(self.keeper.services) == 5
        raise KeyboardInterrupt

    return check


def test_an_empty_platform_gets_accounts_but_no_records(stage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERRUPTS", "web")
    assert up.main(["--empty", "--port", str(free_port())]) == 0
    commands = (stage / "commands").read_text().split()
    assert "load_demo:credit_app--accounts-only" in commands
    assert "load_demo:credit_app--scale" not in commands
    assert nothing_left(stage)


EVERYTHING = ["migrate", "load_reference", "load_demo", "write_demo_credentials"]


def ran(stage: Path) -> list[str]:
    """The commands of one start."""
    note = stage / "commands"
    words = note.read_text().split() if note.exists() else []
    note.unlink(missing_ok=True)
    return [word.partition(":")[0] for word in words]


def test_a_second_start_does_nothing_again_unless_something_changed(
    stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(*argv: str) -> list[str]:
        monkeypatch.setattr(up.DemoRun, "_require_all_alive", _interrupt)
        assert up.main(["--port", str(port), *argv]) == 0
        return ran(stage)

    port = free_port()
    assert start() == EVERYTHING
    ports = (stage / "ports.json").read_text()
    assert start() == []
    assert (stage / "ports.json").read_text() == ports
    assert (stage / "stopped").read_text().split()[-5:] == ["window", "beat", "worker", "sandbox", "web"]
    assert start("--scale", "500") == ["load_demo", "write_demo_credentials"]
    assert start() == []
    up.CREDENTIALS.unlink()
    assert start() == ["write_demo_credentials"]
    (stage / "demo-secrets.json").unlink()
    assert start() == ["load_demo", "write_demo_credentials"]
    monkeypatch.setattr(prepared, "program_mark", lambda: "after an update")
    assert start() == EVERYTHING
    assert start() == []


def _interrupt(_: up.DemoRun) -> None:
    raise KeyboardInterrupt


def test_a_step_that_failed_is_done_again(stage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noting = up.DemoRun._manage

    def fail(self: up.DemoRun, environment: dict[str, str], command: str, *argv: str) -> None:
        if command == "load_demo":
            raise LauncherError("磁盘已满")
        noting(self, environment, command, *argv)

    monkeypatch.setattr(up.DemoRun, "_require_all_alive", _interrupt)
    monkeypatch.setattr(up.DemoRun, "_manage", fail)
    with pytest.raises(LauncherError, match="磁盘已满"):
        up.main(["--port", str(free_port())])
    assert ran(stage) == EVERYTHING[:2]
    monkeypatch.setattr(up.DemoRun, "_manage", noting)
    assert up.main(["--port", str(free_port())]) == 0
    assert ran(stage) == EVERYTHING[2:]


@pytest.mark.parametrize(("name", "title"), [("worker", "后台任务"), ("beat", "定时任务")])
def test_a_service_that_does_not_stay_is_named_and_the_rest_is_stopped(
    stage: Path, monkeypatch: pytest.MonkeyPatch, name: str, title: str
) -> None:
    monkeypatch.setenv("DIES", name)
    with pytest.raises(LauncherError, match=rf"{title}在一分钟内重新启动了 5 次仍然退出，(?s:.*)内存不足"):
        up.main(["--port", str(free_port())])
    assert name not in (stage / "stopped").read_text().split()
    assert {"sandbox", "web"} <= set((stage / "stopped").read_text().split())
    assert nothing_left(stage)


@pytest.mark.parametrize(
    ("name", "title", "ready"), [("web", "网站", {"sandbox"}), ("sandbox", "省平台沙箱", set())]
)
def test_a_service_that_never_gets_ready_is_named_and_the_rest_is_stopped(
    stage: Path, monkeypatch: pytest.MonkeyPatch, name: str, title: str, ready: set[str]
) -> None:
    monkeypatch.setenv("DIES", name)
    with pytest.raises(LauncherError, match=rf"{title} 已退出（返回码 1）(?s:.*)内存不足"):
        up.main(["--port", str(free_port())])
    told = stage / "stopped"  # by those that were there long enough to hear it
    stopped = set(told.read_text().split()) if told.exists() else set()
    assert name not in stopped and ready <= stopped
    assert nothing_left(stage)


def test_a_command_that_fails_is_named_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (up, running):
        monkeypatch.setattr(module, "VAR", tmp_path)
    run = up.DemoRun(up.Options())
    run.lock.acquire()
    try:
        with pytest.raises(LauncherError, match=r"manage.py no_such_command 已退出(?s:.*)Unknown command"):
            run._manage({"DJANGO_SETTINGS_MODULE": "hegang_credit.settings"}, "no_such_command")
        run._manage({"DJANGO_SETTINGS_MODULE": "hegang_credit.settings"}, "version")
    finally:
        run.stop()


def test_a_killed_launcher_leaves_neither_services_nor_their_children(stage: Path) -> None:
    script = stage / "start.py"
    script.write_text(KILLED.format(stage=str(stage), port=free_port()))
    with subprocess.Popen(
        [sys.executable, str(script)], cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{ROOT}:{stage}"}
    ) as run:
        end = time.monotonic() + 30
        while not (stage / "announced").exists():
            assert run.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        run.kill()
    assert nothing_left(stage)
    assert set((stage / "stopped").read_text().split()) == {"window", "web", "beat", "worker", "sandbox"}


KILLED = """
from pathlib import Path
from hegang_credit.launcher import processes, running, up

processes.Guard.grace = 1.5  # one of them hears nothing, and so it is waited for in full
stage = Path({stage!r})
up.VAR = running.VAR = stage
running.RUN, up.CREDENTIALS = stage / "run.json", stage / "demo-credentials.json"
names = ("web", "worker", "beat", "sandbox", "window")
up.WEB, up.WORKER, up.BEAT, up.SANDBOX, up.WINDOW = (("credit_stand_in", name) for name in names)
up.DemoRun._manage = lambda *_: up.CREDENTIALS.touch()
up.DemoRun._announce = lambda *_: (stage / "announced").touch()
up.main(["--port", "{port}"])
"""
