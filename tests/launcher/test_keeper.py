"""Services that end by themselves start again, a bounded number of times; database and broker do not."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hegang_credit.devstack import DevStack
from hegang_credit.launcher import keeper as module
from hegang_credit.launcher.keeper import RESTARTS, Keeper
from hegang_credit.launcher.ports import kept_ports
from hegang_credit.launcher.processes import LauncherError, Service, tail
from tests.launcher.test_processes import FAMILY, gone


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    found = Keeper(DevStack(tmp_path))
    yield found
    found.stop()
    found.dismiss()


def family(log: Path) -> Service:
    return Service("样例服务", [sys.executable, "-u", "-c", FAMILY], log)


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def kill(service: Service) -> int:
    assert service.process is not None
    os.kill(service.process.pid, signal.SIGKILL)
    service.process.wait()
    return service.process.pid


def test_a_killed_service_starts_again_and_what_it_left_is_killed(
    keeper: Keeper, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service = family(tmp_path / "service.log")
    keeper.start(service)
    service.wait_until(lambda: tail(service.log).strip().isdigit())
    child, first = int(tail(service.log)), kill(service)
    keeper.look()
    assert service.alive and service.process is not None and service.process.pid != first
    assert gone(child)
    assert "样例服务 已退出（返回码 -9），已重新启动" in capsys.readouterr().out
    keeper.look()
    assert capsys.readouterr().out == ""


def test_a_service_that_keeps_ending_is_given_up_in_one_sentence(keeper: Keeper, tmp_path: Path) -> None:
    service = Service(
        "样例服务", [sys.executable, "-c", "import sys; sys.exit('内存不足')"], tmp_path / "log"
    )
    keeper.start(service)

    def look_on() -> bool:
        keeper.look()
        return False

    with pytest.raises(
        LauncherError, match=r"样例服务在一分钟内重新启动了 5 次仍然退出，平台已全部停止"
    ) as found:
        wait_for(look_on)
    assert "返回码 1" in str(found.value)
    assert tail(service.log).splitlines() == ["内存不足"] * (RESTARTS + 1)


def test_ends_that_lie_apart_are_forgiven(
    keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WITHIN_SECONDS", 0.0)
    service = family(tmp_path / "service.log")
    keeper.start(service)
    for _ in range(RESTARTS + 2):
        kill(service)
        time.sleep(0.01)
        keeper.look()
    assert service.alive


def test_a_server_of_the_stack_is_not_started_again(keeper: Keeper, tmp_path: Path) -> None:
    service, server = family(tmp_path / "service.log"), family(tmp_path / "server.log")
    server.start()
    keeper.stack.valkey.service = server
    keeper.start(service)
    keeper.look()
    kill(server)
    with pytest.raises(LauncherError, match="样例服务 已退出（返回码 -9）"):
        keeper.look()
    assert not server.alive


def test_the_guard_leaves_alone_what_ended_before(tmp_path: Path) -> None:
    keeper = Keeper(DevStack(tmp_path))
    kept, forgotten = family(tmp_path / "kept.log"), family(tmp_path / "forgotten.log")
    try:
        for service in (kept, forgotten):
            service.start()
            keeper.guard.watch(service)
        keeper.guard.forget(forgotten)
        assert keeper.guard.process.stdin is not None and kept.process is not None
        keeper.guard.process.stdin.close()  # as when the launcher is killed
        assert keeper.guard.process.wait(20) == 0
        assert kept.process.wait(5) == -signal.SIGKILL
        assert forgotten.alive
    finally:
        kept.stop()
        forgotten.stop()


def test_ports_stay_the_same_where_they_are_free(tmp_path: Path) -> None:
    note, names = tmp_path / "ports.json", ("sandbox", "window")
    first = kept_ports(note, names, taken=8000)
    assert first["sandbox"] != first["window"]
    assert kept_ports(note, names, taken=8000) == first
    with socket.socket() as other:
        other.bind(("127.0.0.1", first["window"]))
        other.listen()
        second = kept_ports(note, names, taken=8000)
    assert second["sandbox"] == first["sandbox"] and second["window"] != first["window"]
    assert kept_ports(note, names, taken=second["sandbox"])["sandbox"] != second["sandbox"]
    note.write_text("{")
    assert set(kept_ports(note, names, taken=8000)) == set(names)
