"""Services start, are waited for, and never outlive the one that started them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hegang_credit.launcher.processes import LauncherError, Service, free_port, tail

FAMILY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


def python(code: str, log: Path, **options: object) -> Service:
    return Service("样例服务", [sys.executable, "-u", "-c", code], log, **options)  # type: ignore[arg-type]


def gone(pid: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_a_service_is_waited_for_and_stopped(tmp_path: Path) -> None:
    service = python("import time; print('就绪'); time.sleep(600)", tmp_path / "log" / "service.log")
    service.start()
    service.wait_until(lambda: "就绪" in tail(service.log))
    assert service.alive
    service.stop()
    assert not service.alive
    assert service.process is not None
    assert service.process.returncode == -signal.SIGTERM


def test_a_service_that_ends_early_says_why_with_the_end_of_its_log(tmp_path: Path) -> None:
    service = python("import sys; sys.exit('配置有误')", tmp_path / "service.log")
    service.start()
    with pytest.raises(LauncherError, match=r"样例服务 已退出（返回码 1）(?s:.*)配置有误"):
        service.wait_until(lambda: False)
    service.stop()


def test_a_service_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    service = python("import time; time.sleep(600)", tmp_path / "service.log")
    service.start()
    with pytest.raises(LauncherError, match="未能在限定时间内就绪"):
        service.wait_until(lambda: False, seconds=0.1)
    service.stop()


def test_a_deaf_service_and_its_children_are_killed(tmp_path: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + FAMILY
    service = python(deaf, tmp_path / "service.log")
    service.start()
    service.wait_until(lambda: tail(service.log).strip().isdigit())
    child = int(tail(service.log))
    service.stop(patience=0.2)
    assert not service.alive
    assert gone(child)


def test_children_of_a_service_that_died_by_itself_are_killed_too(tmp_path: Path) -> None:
    service = python(FAMILY, tmp_path / "service.log")
    service.start()
    service.wait_until(lambda: tail(service.log).strip().isdigit())
    child = int(tail(service.log))
    assert service.process is not None
    os.kill(service.process.pid, signal.SIGKILL)
    service.process.wait()
    service.stop()
    assert gone(child)


def test_what_is_written_to_its_input_arrives_and_its_files_are_private(tmp_path: Path) -> None:
    service = python(f"open({str(tmp_path / 'out')!r}, 'w').write(input())", tmp_path / "service.log")
    service.start(stdin="口令\n")
    assert service.process is not None
    assert service.process.wait(10) == 0
    assert (tmp_path / "out").read_text() == "口令"
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


def test_a_killed_launcher_takes_its_services_along(tmp_path: Path) -> None:
    launcher = f"""
import sys, time
from pathlib import Path
from hegang_credit.launcher.processes import Service
service = Service("样例", [sys.executable, "-c", "import time; time.sleep(600)"], Path({str(tmp_path / "service.log")!r}))
service.start()
print(service.process.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", launcher], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        service_pid = int(process.stdout.readline())
        process.kill()
    assert gone(service_pid)


def test_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hegang_credit.launcher.processes._LOG_LIMIT", 10)
    log = tmp_path / "service.log"
    log.write_text("上一次运行留下的长日志")
    service = python("print('新的一行')", log)
    service.start()
    assert service.process is not None
    service.process.wait(10)
    assert tail(log) == "新的一行"
    assert (tmp_path / "service.old.log").exists()


def test_free_ports_differ() -> None:
    assert free_port() != free_port()
