"""Measurements at a small scale: that they run, and that what they compare is right. Figures are not judged here.

A measurement starts the platform in many processes, and at this scale starting is nearly all they do. Here they are parted from one
that has read the platform already, and told the same as on the command line.
"""

import gc
import multiprocessing
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from bench import importing, servers
from bench.__main__ import main
from bench.databases import use
from common.text import pinyin_key


def parted(work: Callable[..., object], *given: object) -> BaseProcess:
    """A process of its own with all that this one knows, but for the connections, which this one goes on using."""

    def run() -> None:
        gc.freeze()  # every measurement begins by tidying up, and what was there before is no business of its own
        for connection in connections.all():
            connection.connection = None
        work(*given)

    child = multiprocessing.get_context("fork").Process(target=run)
    child.start()
    return child


class Module:
    """In place of `Popen` for `python -m …` with settings in the environment."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], **_: object) -> None:
        self.process = parted(self._run, argv[2], argv[2:], env)
        self.wait = self.process.join

    def send_signal(self, number: int) -> None:
        assert self.process.pid
        os.kill(self.process.pid, number)

    @staticmethod
    def _run(module: str, argv: list[str], env: Mapping[str, str]) -> None:
        os.environ.update(env)
        use(urlsplit(env["DATABASE_URL"]).path[1:])
        for connection in connections.all():
            connection.settings_dict["CONN_MAX_AGE"] = int(env.get("DATABASE_CONN_MAX_AGE", "60"))
        sys.argv = argv
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
            runpy.run_module(module, run_name="__main__", alter_sys=True)


def part_of_a_measurement(argv: Sequence[str], **_: object) -> "subprocess.CompletedProcess[str]":
    """In place of `subprocess.run` for `python -m bench …` whose output is read."""
    reading, writing = os.pipe()

    def run() -> None:
        with os.fdopen(writing, "w") as out, redirect_stdout(out):
            sys.exit(main(list(argv[3:])))

    child = parted(run)
    os.close(writing)
    with os.fdopen(reading) as output:
        printed = output.read()
    child.join()
    assert child.exitcode == 0
    return subprocess.CompletedProcess(argv, 0, printed)


@dataclass(frozen=True)
class Bench:
    """`python -m bench …` as `./dev bench` calls it, on the servers of the tests."""

    output: Path
    blocker: DjangoDbBlocker

    def __call__(self, *argv: str) -> str:
        """What it printed, having ended well."""
        child = parted(self._run, argv)
        child.join(300)
        child.kill()
        printed = self.output.read_text(encoding="utf-8")
        assert child.exitcode == 0, printed
        return printed

    def _run(self, argv: tuple[str, ...]) -> None:
        sys.settrace(None)
        here: Any = SimpleNamespace(
            run=part_of_a_measurement, Popen=Module, PIPE=subprocess.PIPE, DEVNULL=subprocess.DEVNULL
        )
        importing.subprocess = servers.subprocess = here
        with (
            self.output.open("w", encoding="utf-8") as out,
            redirect_stdout(out),
            redirect_stderr(out),
            self.blocker.unblock(),
        ):
            code = main(list(argv))
        os._exit(code)


@pytest.fixture
def bench(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Bench:
    pinyin_key("鹤岗")  # its tables too have been read before the processes part
    return Bench(tmp_path / "printed", django_db_blocker)
