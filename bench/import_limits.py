"""The limit of an import: one COPY of the ready-made rows into the same table, with its triggers and without."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2

from bench.databases import database, url_of
from records.intake.build import RECORD_COLUMNS
from records.intake.subject_lines import SUBJECT_COLUMNS

_PARENTS = (
    ("agencies_officer", "*"),
    ("records_intakebatch", "*"),
    ("records_subject", SUBJECT_COLUMNS),
)


@contextmanager
def copy_of(filled: str, template: str) -> Iterator[tuple[str, bytes]]:
    """A database like `template` that also holds the subjects `filled` names, and the lines of its newest batch."""
    batch = "(select max(batch_id) from records_creditrecord)"
    records = _copied(
        filled,
        f"copy (select {RECORD_COLUMNS} from records_creditrecord where batch_id = {batch} order by id) to stdout",
    )
    with database(template) as empty:
        for table, columns in _PARENTS:
            lines = _copied(filled, f"copy (select {columns} from {table} order by id) to stdout")
            _merge(empty, table, "" if columns == "*" else columns, lines)
        yield empty, records


def seconds(template: str, lines: bytes, *, triggers: bool) -> float:
    """One COPY into a fresh clone, until it is committed."""
    off = "alter table records_creditrecord disable trigger all"
    with database(template) as name:
        sql = f"copy records_creditrecord ({RECORD_COLUMNS}) from stdin"
        return _copy_in(name, sql, lines, "select 1" if triggers else off)


def _copied(name: str, sql: str) -> bytes:
    sink = io.BytesIO()
    own = psycopg2.connect(url_of(name))
    with own, own.cursor() as cursor:
        cursor.copy_expert(sql, sink)
    own.close()
    return sink.getvalue()


def _merge(name: str, table: str, columns: str, lines: bytes) -> None:
    """Bring in the rows that are not there yet."""
    named = f"({columns})" if columns else ""
    own = psycopg2.connect(url_of(name))
    with own, own.cursor() as cursor:
        cursor.execute(f"create temp table came (like {table} including defaults)")
        cursor.copy_expert(f"copy came {named} from stdin", io.BytesIO(lines))
        cursor.execute(
            f"insert into {table} {named} select {columns or '*'} from came"
            f" where id not in (select id from {table}) order by id"
        )
    own.close()


def _copy_in(name: str, sql: str, lines: bytes, before: str) -> float:
    """COPY and commit; the seconds without what `before` takes."""
    own = psycopg2.connect(url_of(name))
    with own.cursor() as cursor:
        cursor.execute(before)
        start = time.perf_counter()
        cursor.copy_expert(sql, io.BytesIO(lines))
        own.commit()
    found = time.perf_counter() - start
    own.close()
    return found
