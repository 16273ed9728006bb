"""What earlier starts have done to a database, so that the next one does not do it again.

Noted in the database itself, in a schema of its own: the notes go with the data, whatever is restored, removed or pointed
to. A digest of the program stands with each; when in doubt a step is done, for all can be repeated.
"""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from .bootstrap import ROOT
from .given import connection_words

_NOT_THE_PLATFORM = ("tests", "bench", "sandbox")
_READ_BY_STEPS = (".py", ".toml", ".sql", ".csv", ".json")
_TABLE = """CREATE SCHEMA IF NOT EXISTS launcher;
CREATE TABLE IF NOT EXISTS launcher.done (step text PRIMARY KEY, mark text NOT NULL)"""
_NOTE = "INSERT INTO launcher.done VALUES (%s, %s) ON CONFLICT (step) DO UPDATE SET mark = excluded.mark"
_MIGRATIONS = "SELECT md5(string_agg(app || '.' || name, ' ' ORDER BY app, name)) FROM django_migrations"


def program_mark(root: Path = ROOT) -> str:
    """A digest of the program, its reference files and the libraries it is locked to."""
    rooms = (path.parent for path in root.glob("*/__init__.py") if path.parent.name not in _NOT_THE_PLATFORM)
    files = [path for room in rooms for path in room.rglob("*") if path.suffix in _READ_BY_STEPS]
    digest = hashlib.sha256()
    for path in sorted([*files, *root.glob("requirements*.txt")]):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


class Prepared:
    """The notes of one database; its owner reads and writes them."""

    def __init__(self, url: str) -> None:
        self.words, self.program = connection_words(url), program_mark()

    def holds(self, step: str, mark: str = "") -> bool:
        """Whether the step was done by the program as it is now, and with the same mark."""
        with self._cursor() as cursor:
            cursor.execute("SELECT to_regclass('launcher.done') IS NOT NULL")
            if not cursor.fetchone()[0]:
                return False
            cursor.execute("SELECT mark FROM launcher.done WHERE step = %s", [step])
            return bool(cursor.fetchone() == (f"{self.program} {mark}",))

    def note(self, step: str, mark: str = "") -> None:
        with self._cursor() as cursor:
            cursor.execute(_TABLE)
            cursor.execute(_NOTE, [step, f"{self.program} {mark}"])

    def migrations(self) -> str:
        """A digest of the migrations that this database says it has seen."""
        with self._cursor() as cursor:
            cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
            if not cursor.fetchone()[0]:
                return ""
            cursor.execute(_MIGRATIONS)
            return str(cursor.fetchone()[0])

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        with closing(psycopg2.connect(**self.words)) as connection, connection, connection.cursor() as cursor:
            yield cursor
