"""Fresh databases for every run: clones of a migrated template on the server of DATABASE_URL."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.utils import CursorWrapper


def url_of(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def admin(sql: str) -> None:
    """Run one statement outside any transaction, beside the databases measured."""
    connection = psycopg2.connect(url_of("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()


def use(name: str) -> None:
    """Point this process at a database."""
    for alias in ("default", "sealer"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


@contextmanager
def database(template: str = "template0") -> Iterator[str]:
    """A database of its own, dropped afterwards, when the connections are back where they were; yields its name."""
    before = str(connections["default"].settings_dict["NAME"])
    name = f"bench_{os.urandom(4).hex()}"
    encoding = " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'" if template == "template0" else ""
    admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY{encoding}')
    try:
        yield name
    finally:
        use(before)
        admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def prepared() -> Iterator[str]:
    """A migrated database with the reference data, closed and ready to be cloned."""
    with database() as name:
        use(name)
        call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
        use(name)
        yield name


def server_seconds(work: Callable[[], object], calls: int) -> float | None:
    """Processor seconds of the database's own process per call of `work`; None where it cannot be seen (another machine).

    For absolute goals: unlike a clock it does not tell of whoever else is using the machine.
    """
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        figures = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    host = str(settings.DATABASES["default"]["HOST"])
    if not (host in ("127.0.0.1", "localhost", "") or host.startswith("/")) or not figures.exists():
        return None
    before = int(figures.read_text().split()[0])
    for _ in range(calls):
        work()
    return (int(figures.read_text().split()[0]) - before) / 1e9 / calls


@contextmanager
def without_triggers(cursor: CursorWrapper, table: str) -> Iterator[None]:
    """Bulk data without ledger, gates and references; every trigger afterwards as it was, also those marked ALWAYS."""
    cursor.execute("select tgname, tgenabled from pg_trigger where tgrelid = %s::regclass", [table])
    before = cursor.fetchall()
    cursor.execute(f"alter table {table} disable trigger all")
    yield
    for name, mode in before:
        if mode in ("O", "A"):
            cursor.execute(f'alter table {table} enable {"always" if mode == "A" else ""} trigger "{name}"')
