"""Servers that somebody else runs and that do not answer: one sentence with the variable and the place, no password."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hegang_credit.launcher.bootstrap import ROOT
from hegang_credit.launcher.given import require_answers
from hegang_credit.launcher.processes import LauncherError, free_port

WORD = "geheim-7Q"


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that nobody listens on, and that nobody is given meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("DATABASE_URL", "postgres://credit:{word}@127.0.0.1:{port}/credit"),
        ("REDIS_URL", "redis://:{word}@127.0.0.1:{port}/0"),
    ],
)
def test_a_start_with_a_server_that_does_not_answer_ends_in_one_sentence(
    variable: str, address: str, silent: int, tmp_path: Path
) -> None:
    given = {variable: address.format(word=WORD, port=silent), "CREDIT_VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "hegang_credit.launcher", "up", "--port", str(free_port())],
        cwd=ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert variable in done.stderr and f"127.0.0.1:{silent}" in done.stderr and "连接不上" in done.stderr
    assert WORD not in done.stderr + done.stdout
    assert not (tmp_path / "run.json").exists() and not (tmp_path / "pg").exists()


def test_a_server_that_answers_and_lets_nobody_in_is_told_apart() -> None:
    database, broker = urlsplit(os.environ["DATABASE_URL"]), urlsplit(os.environ["REDIS_URL"])
    wrong = database._replace(netloc=f"postgres:{WORD}@127.0.0.1:{database.port}").geturl()
    with pytest.raises(
        LauncherError, match=f"DATABASE_URL .*127.0.0.1:{database.port} 有应答.*口令"
    ) as first:
        require_answers({"DATABASE_URL": wrong})
    wrong = broker._replace(netloc=f":{WORD}@127.0.0.1:{broker.port}").geturl()
    with pytest.raises(LauncherError, match=f"REDIS_URL .*127.0.0.1:{broker.port} .*口令") as second:
        require_answers({"REDIS_URL": wrong})
    assert WORD not in f"{first.value}{second.value}"


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("DATABASE_URL", f"mysql://credit:{WORD}@db/credit"),
        ("DATABASE_URL", f"postgres://credit:{WORD}@db:port/credit"),
        ("REDIS_URL", f"amqp://:{WORD}@broker"),
        ("REDIS_URL", WORD),
    ],
)
def test_what_is_no_address_is_said_with_what_one_looks_like(variable: str, address: str) -> None:
    with pytest.raises(LauncherError, match=f"{variable} 不是.*地址，应形如") as found:
        require_answers({variable: address})
    assert WORD not in str(found.value)


def test_servers_that_answer_are_let_pass() -> None:
    require_answers(os.environ)
    require_answers({})
