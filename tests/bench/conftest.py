"""Measurements at a small scale: that they run, and that what they compare is right. Figures are not judged here."""

import gc
import multiprocessing
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from bench.__main__ import main
from common.text import pinyin_key


@dataclass(frozen=True)
class Bench:
    """`python -m bench …` as `./dev bench` calls it, on the servers of the tests, in a process parted from this one: the
    platform has been read here already."""

    output: Path
    blocker: DjangoDbBlocker

    def __call__(self, *argv: str) -> str:
        """What it printed, having ended well."""
        child = multiprocessing.get_context("fork").Process(target=self._run, args=[argv])
        child.start()
        child.join(300)
        child.kill()
        printed = self.output.read_text(encoding="utf-8")
        assert child.exitcode == 0, printed
        return printed

    def _run(self, argv: tuple[str, ...]) -> None:
        sys.settrace(None)
        gc.freeze()  # every measurement begins by tidying up, and what was there before is no business of its own
        for connection in connections.all():
            connection.connection = None  # the parent's; it goes on using it
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
