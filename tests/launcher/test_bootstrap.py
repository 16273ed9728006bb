"""The first half of ./dev: help without installing, an environment made once, clear words when something is missing."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hegang_credit.launcher import bootstrap

DEV = bootstrap.ROOT / "dev"


def dev(*argv: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(DEV), *argv],
        cwd="/",
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    # As on Debian without python3-venv: the outer pip has to help, which is also the quickest way.
    monkeypatch.setattr(bootstrap, "_has", lambda module: module == "pip")
    (tmp_path / "requirements-dev.txt").write_text("# nothing is locked\n")
    return tmp_path


def test_help_is_chinese_and_names_every_command() -> None:
    done = dev("--help")
    assert done.returncode == 0
    assert all(f"\n  {command} " in done.stdout for command in bootstrap.COMMANDS)
    assert done.stdout == dev().stdout


@pytest.mark.parametrize("argv", [["up", "--help"], ["up", "--port", "8100", "-h"]])
def test_help_of_up_names_every_option_without_installing_anything(
    project: Path, capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    assert bootstrap.main(argv) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {option} " in said for option in ("--port", "--empty", "--scale")) and "选项" in said
    assert not (project / ".venv").exists() and not (project / "var").exists()


def test_an_unknown_command_is_refused_before_anything_is_installed() -> None:
    done = dev("upp")
    assert done.returncode == 2
    assert "没有“upp”这个命令" in done.stderr


def test_without_a_python_that_is_new_enough_one_sentence_says_so(tmp_path: Path) -> None:
    for tool in ("dirname", "sh"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = dev("up", PATH=str(tmp_path), PYTHON="")
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr


def test_the_environment_is_made_once_and_refreshed_when_the_lock_changes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def run(argv: list[str], complaint: str) -> None:
        ran.append("pip" if "pip" in argv else argv[2])
        if ran[-1] == "venv":
            subprocess.run(argv, check=True, capture_output=True)

    monkeypatch.setattr(bootstrap, "_run", run)
    lock = project / "requirements-dev.txt"
    bootstrap.prepare(lock)
    assert ran == ["venv", "pip"]
    assert bootstrap._works(bootstrap.PYTHON)
    stamp = project / ".venv" / ".requirements-dev.txt.sha256"
    assert stamp.read_text() == hashlib.sha256(lock.read_bytes()).hexdigest()
    bootstrap.prepare(lock)
    assert ran == ["venv", "pip"]
    lock.write_text("# changed\n")
    bootstrap.prepare(lock)
    assert ran == ["venv", "pip", "pip"]


def test_a_failed_installation_is_tried_again_next_time(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "requirements-dev.txt").write_text(
        "no-such-distribution-at-all==1 --hash=sha256:" + "0" * 64 + "\n"
    )
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(bootstrap.SetupError, match="安装依赖失败"):
        bootstrap.prepare(project / "requirements-dev.txt")
    assert not (project / ".venv" / ".requirements-dev.txt.sha256").exists()


def test_the_outer_pip_helps_where_the_environment_has_none(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(project / ".venv")], check=True)
    assert bootstrap._pip() == [sys.executable, "-m", "pip", "--python", str(bootstrap.PYTHON)]
    monkeypatch.setattr(bootstrap, "_has", lambda module: False)
    with pytest.raises(bootstrap.SetupError, match="apt install python3-venv"):
        bootstrap._pip()


def test_nothing_of_the_caller_leads_python_or_pip_astray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    environment = bootstrap._environment()
    assert "PIP_USER" not in environment
    assert "PYTHONPATH" not in environment
    assert environment["PYTHONUTF8"] == "1"
