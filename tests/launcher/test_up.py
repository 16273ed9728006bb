"""./dev up: its options, its lock, what each process is told, and what happens when one of them ends."""

import json
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hegang_credit.launcher import running, up
from hegang_credit.launcher.environment import demo_environments, demo_keys
from hegang_credit.launcher.processes import LauncherError


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(running, "VAR", tmp_path)
    monkeypatch.setattr(running, "RUN", tmp_path / "run.json")
    monkeypatch.setattr(up, "VAR", tmp_path)
    monkeypatch.setattr(running, "_LEFTOVER_SECONDS", 0.3)
    return tmp_path


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_options() -> None:
    assert up.parse([]) == up.Options(port=8000, empty=False, scale=None)
    assert up.parse(["--port", "8080", "--scale", "50", "--empty"]) == up.Options(8080, True, 50)


@pytest.mark.parametrize("argv", [["--port", "八千"], ["--port", "70000"], ["--scale", "0"], ["--what"]])
def test_wrong_options_are_refused_in_one_sentence(argv: list[str]) -> None:
    with pytest.raises(LauncherError, match=r"参数有误|应"):
        up.parse(argv)


def test_a_taken_port_is_named_before_anything_is_started(busy_port: int) -> None:
    with pytest.raises(LauncherError, match=f"端口 {busy_port} 已被占用.*--port {busy_port + 1}"):
        up.main(["--port", str(busy_port)])


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    keys = demo_keys(tmp_path / "secrets.json")
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert demo_keys(tmp_path / "secrets.json") == keys
    assert keys["CREDIT_DATA_KEYS"].startswith("d1=")
    assert len(set(keys.values())) == len(keys)


def test_only_the_worker_may_seal_and_only_the_owner_has_no_role(tmp_path: Path) -> None:
    servers = {"DATABASE_URL": "postgres://one/credit", "REDIS_URL": "redis://one/0"}
    told = demo_environments(
        servers, var=tmp_path, web="http://127.0.0.1:8000", push_url="http://p/push", keys={}
    )
    roles = [
        (one["DATABASE_ROLE"], one["DATABASE_SEALER_ROLE"]) for one in (told.owner, told.app, told.worker)
    ]
    assert roles == [("", ""), ("credit_app", ""), ("credit_app", "credit_sealer")]
    assert told.app["PROVINCE_PUSH_URL"] == "http://p/push"
    assert told.app["CSRF_TRUSTED_ORIGINS"] == "http://127.0.0.1:8000,http://localhost:8000"


def test_a_second_start_names_the_first(var: Path) -> None:
    first, second = running.stack_lock(), running.stack_lock()
    running.claim(first)
    environments = demo_environments(
        {"DATABASE_URL": "postgres://one/credit", "REDIS_URL": "redis://one/0"},
        var=var,
        web="http://127.0.0.1:8000",
        push_url="",
        keys={},
    )
    running.record_run("http://127.0.0.1:8000", "http://127.0.0.1:9000", environments)
    assert stat.S_IMODE((var / "run.json").stat().st_mode) == 0o600
    with pytest.raises(LauncherError, match=f"已在运行（进程 {os.getpid()}，http://127.0.0.1:8000）"):
        running.claim(second)
    first.release()
    running.claim(second)
    assert not (var / "run.json").exists()
    second.release()


def test_what_a_killed_launcher_left_is_waited_for(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left, lock = running.stack_lock(), running.stack_lock()
    running.claim(left)
    with pytest.raises(LauncherError, match="仍被占用"):
        running.claim(lock)
    assert "等待上一次运行收尾" in capsys.readouterr().out
    left.release()
    lock.release()


def test_manage_uses_the_running_platform_or_starts_its_servers(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dict[str, str]] = []

    def call(environment: dict[str, str], argv: list[str]) -> int:
        calls.append(environment)
        return 7

    monkeypatch.setattr(running, "_call", call)
    assert running.manage(["check"]) == 7
    assert calls[0]["DATABASE_ROLE"] == "credit_app"
    lock = running.stack_lock()
    running.claim(lock)
    with pytest.raises(LauncherError, match="正在启动或停止"):
        running.manage(["check"])
    own = {"pid": os.getpid(), "web": "", "sandbox": "", "owner": {"AS": "owner"}, "worker": {"AS": "worker"}}
    (var / "run.json").write_text(json.dumps(own))
    running.manage(["shell"])
    running.manage(["migrate"])
    assert [environment["AS"] for environment in calls[1:]] == ["worker", "owner"]
    lock.release()


def test_a_plain_restart_keeps_the_scale(tmp_path: Path) -> None:
    note = tmp_path / "demo-scale"
    assert up.demo_scale(note, None) == up.DEFAULT_SCALE
    assert up.demo_scale(note, 200) == 200
    assert up.demo_scale(note, None) == 200
