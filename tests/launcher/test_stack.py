"""The servers from wheels: really PostgreSQL and Valkey, fit for Chinese, durable where asked, gone when over."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from hegang_credit import devstack
from hegang_credit.devstack import DevStack, StackLock, throw_away_stack
from hegang_credit.launcher import postgres
from hegang_credit.launcher.processes import Account, LauncherError


@pytest.fixture
def no_servers_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def state() -> Iterator[Path]:
    """In memory where there is room: writing a cluster's thousand files through to a busy disk, and removing them, takes seconds."""
    home = Path(tempfile.mkdtemp(dir=devstack._in_memory()))
    home.chmod(0o711)  # the account of the servers passes through
    folder = home / "状态 目录"
    folder.mkdir()
    yield folder
    postgres.discard(folder)
    home.rmdir()


def query(url: str, sql: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        connection.close()


@pytest.mark.long
@pytest.mark.usefixtures("no_servers_given")
def test_data_and_passwords_survive_a_restart(state: Path) -> None:
    first = DevStack(state)
    url = first.start()["DATABASE_URL"]
    query(url, "create extension pg_trgm")
    # 0 for every pair of Chinese words when the cluster has the wrong character type
    assert query(url, "select similarity('鹤岗煤业', '鹤岗市煤业')") > 0  # type: ignore[operator]
    query(url, "create table 保留 as select 42 as 值")
    first.stop()
    second = DevStack(state)
    addresses = second.start()
    try:
        assert query(addresses["DATABASE_URL"], "select 值 from 保留") == 42
        client = redis.Redis.from_url(addresses["REDIS_URL"])
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=client.connection_pool.connection_kwargs["port"]).ping()
    finally:
        second.stop()
    assert not any(service.alive for service in second.services)


def test_addresses_that_are_given_are_used_and_nothing_is_started(state: Path) -> None:
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    stack = DevStack(state)
    assert stack.start() == given
    assert stack.services == []


def test_only_the_missing_server_is_started(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL")
    stack = DevStack(state)
    try:
        assert redis.Redis.from_url(stack.start()["REDIS_URL"]).ping()
        assert [service.name for service in stack.services] == ["Valkey"]
    finally:
        stack.stop()


@pytest.mark.long
@pytest.mark.usefixtures("no_servers_given")
def test_a_killed_run_leaves_no_server_and_the_next_one_sweeps_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = (
        "import sys, time\nfrom hegang_credit.devstack import throw_away_stack\n"
        "with throw_away_stack() as servers:\n    print(servers['CREDIT_VAR_DIR'], flush=True)\n    time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        home = Path(process.stdout.readline().strip()).parent
        os.kill(process.pid, signal.SIGKILL)
    lock = StackLock(home / "lock")
    end = time.monotonic() + 15
    while not lock.acquire():
        assert time.monotonic() < end, "a server of the killed run still holds the lock"
        time.sleep(0.05)
    lock.release()
    devstack._sweep()
    assert home.exists()  # too young to judge
    os.utime(home, (time.time() - 120, time.time() - 120))
    with throw_away_stack() as servers:
        assert not home.exists()
        mine = Path(servers["CREDIT_VAR_DIR"]).parent
        assert mine.exists()
    assert not mine.exists()


def test_what_is_thrown_away_lies_in_memory_where_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(devstack, "_MEMORY", tmp_path)
    monkeypatch.setattr(devstack, "_MEMORY_WANTED", 1)
    assert devstack._in_memory() == str(tmp_path)
    monkeypatch.setenv("TMPDIR", "/tmp")  # somebody said where
    assert devstack._in_memory() is None
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setattr(devstack, "_MEMORY_WANTED", 2**60)
    assert devstack._in_memory() is None
    monkeypatch.setattr(devstack, "_MEMORY", tmp_path / "none")  # as on other systems than Linux
    assert devstack._in_memory() is None


def test_what_is_measured_is_committed_as_in_production(tmp_path: Path) -> None:
    saved = [one for one in postgres.Postgres(tmp_path, throw_away=True).settings if one.endswith("=off")]
    assert "fsync=off" in saved and "synchronous_commit=off" in saved
    assert not set(saved) & set(postgres.Postgres(tmp_path, throw_away=True, measured=True).settings)


def test_a_cluster_of_another_major_version_is_named(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("9\n")
    with pytest.raises(LauncherError, match=r"由 PostgreSQL 9 建立，而当前程序是 \d+"):
        postgres._check_version(postgres._binaries(Account()), tmp_path)


def test_a_directory_of_somebody_else_is_not_trusted(tmp_path: Path) -> None:
    target = tmp_path / "真实"
    target.mkdir()
    (tmp_path / "链接").symlink_to(target)
    with pytest.raises(LauncherError, match="属于其他用户"):
        postgres._own_shared_dir(tmp_path / "链接")


class Stranger(Account):
    """An account that cannot get below a closed directory."""

    def can_run(self, *argv: str | Path) -> bool:
        return not any("家目录" in str(word) for word in argv)


def test_a_state_directory_closed_to_the_database_account_is_kept_elsewhere(tmp_path: Path) -> None:
    stranger = Stranger(os.geteuid(), os.getegid())
    state = tmp_path / "家目录" / "var"
    elsewhere = postgres._reachable(state, stranger)
    try:
        assert elsewhere.parent == Path("/var/tmp")
        assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o711
        assert postgres._reachable(state, stranger) == elsewhere
        shutil.rmtree(state)
        afresh = postgres._reachable(state, stranger)
        assert afresh != elsewhere
        afresh.rmdir()
    finally:
        elsewhere.rmdir()


def test_an_open_state_directory_is_used_as_it_is(tmp_path: Path) -> None:
    stranger = Stranger(os.geteuid(), os.getegid())
    assert postgres._reachable(tmp_path / "var", stranger) == tmp_path / "var"
    assert postgres._reachable(tmp_path / "var", Account()) == tmp_path / "var"
