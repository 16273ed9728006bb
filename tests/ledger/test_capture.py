"""Whatever way a row changes, the database writes exactly one event for it, and none when nothing changed."""

import io
import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction

from ledger.verify import check_rows
from tests.ledger.samples import NUMBER, TABLE, Note, create_table, drain, one, pending, run

pytestmark = pytest.mark.django_db


def seed(count: int) -> None:
    Note.objects.bulk_create([Note(id=i, code=f"备注{i}") for i in range(1, count + 1)])
    drain()


def copy_in() -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {TABLE} (id, code) FROM STDIN", io.StringIO("11\t甲\n12\t乙\n13\t丙\n"))


def upsert() -> None:
    run(
        f"INSERT INTO {TABLE} (id, code) VALUES (1, '备注1'), (11, '新') ON CONFLICT (code) DO UPDATE SET plain = '并入'"
    )


def orm_upsert() -> None:
    Note.objects.bulk_create(
        [Note(code="备注2", plain="并入"), Note(id=12, code="新")],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["plain"],
    )


def merge() -> None:
    run(
        f"MERGE INTO {TABLE} t USING (VALUES ('备注1'), ('备注9')) v(code) ON v.code = t.code "
        "WHEN MATCHED THEN UPDATE SET plain = '合并' WHEN NOT MATCHED THEN INSERT (id, code) VALUES (19, v.code)"
    )


def save() -> None:
    note = Note.objects.get(id=2)
    note.plain = "改"
    note.save()


WAYS: list[tuple[Callable[[], object], list[tuple[int, str]]]] = [
    (lambda: Note.objects.create(id=11, code="甲"), [(11, "I")]),
    (lambda: Note.objects.bulk_create([Note(id=11, code="甲"), Note(id=12, code="乙")]), [(11, "I"), (12, "I")]),
    (copy_in, [(11, "I"), (12, "I"), (13, "I")]),
    (lambda: run(f"INSERT INTO {TABLE} (id, code) SELECT i, i::text FROM generate_series(11, 12) i"), [(11, "I"), (12, "I")]),
    (save, [(2, "U")]),
    (lambda: Note.objects.filter(id__lte=3).update(plain="改"), [(1, "U"), (2, "U"), (3, "U")]),
    (lambda: Note.objects.bulk_update([Note(id=1, plain="改"), Note(id=3, plain="改")], ["plain"]), [(1, "U"), (3, "U")]),
    (lambda: run(f"UPDATE {TABLE} SET plain = '改' WHERE id = 3"), [(3, "U")]),
    (upsert, [(1, "U"), (11, "I")]),
    (orm_upsert, [(2, "U"), (12, "I")]),
    (merge, [(1, "U"), (19, "I")]),
    (lambda: Note.objects.get(id=3).delete(), [(3, "D")]),
    (lambda: Note.objects.filter(id__gt=1).delete(), [(2, "D"), (3, "D")]),
    (lambda: run(f"DELETE FROM {TABLE} USING (VALUES (1)) v(id) WHERE {TABLE}.id = v.id"), [(1, "D")]),
    (lambda: run(f"WITH gone AS (DELETE FROM {TABLE} WHERE id = 1) UPDATE {TABLE} SET plain = 'x' WHERE id = 2"), [(1, "D"), (2, "U")]),
]  # fmt: skip


@pytest.mark.parametrize(("act", "expected"), WAYS)
def test_every_way_of_writing_is_recorded(
    notes: None, act: Callable[[], object], expected: list[tuple[int, str]]
) -> None:
    seed(3)
    act()
    assert sorted(pending()) == sorted(expected)
    assert list(check_rows()) == []


def test_a_savepoint_taken_back_takes_its_events_back(notes: None) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        Note.objects.create(id=1, code="甲")
        raise RuntimeError
    Note.objects.create(id=2, code="乙")
    assert pending() == [(2, "I")]


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE {TABLE} SET plain = plain",
        f"UPDATE {TABLE} SET plain = 'x' WHERE false",
        f"DELETE FROM {TABLE} WHERE id = 99",
        f"INSERT INTO {TABLE} (id, code) SELECT 5, 'x' WHERE false",
        f"INSERT INTO {TABLE} (id, code) VALUES (1, '备注1') ON CONFLICT DO NOTHING",
    ],
)
def test_what_changes_nothing_writes_nothing(notes: None, sql: str) -> None:
    seed(2)
    contexts = one("SELECT count(*) FROM ledger_context")
    run(sql)
    assert pending() == []
    assert one("SELECT count(*) FROM ledger_context") == contexts


def test_an_equal_number_in_another_form_is_a_change(notes: None) -> None:
    run(f"ALTER TABLE {TABLE} ALTER ignored TYPE numeric")
    run("SELECT ledger_snapshot(%s::regclass, 'R')", [TABLE])
    Note.objects.create(id=1, code="甲", ignored=Decimal("1.0"))
    before = one("SELECT count(*) FROM ledger_pending")
    run(f"UPDATE {TABLE} SET ignored = 1.00")
    assert one("SELECT count(*) FROM ledger_pending") == before + 1
    assert list(check_rows()) == []


def test_ignored_columns_neither_count_nor_enter_the_digest(db: None) -> None:
    create_table(ignoring=("touched_at", "number"))
    seed(2)
    run(f"UPDATE {TABLE} SET touched_at = now(), number = 7")
    assert pending() == []
    run(f"UPDATE {TABLE} SET touched_at = now() - interval '1 day', plain = '改' WHERE id = 1")
    run(f"UPDATE {TABLE} SET number = 8 WHERE id = 1")
    assert pending() == [(1, "U")]
    Note.objects.filter(id=1).delete()
    run("SELECT ledger_snapshot(%s::regclass, 'R')", [TABLE])
    assert list(check_rows()) == []


def test_a_primary_key_may_not_change(notes: None) -> None:
    seed(2)
    with pytest.raises(Error, match="primary key of a tracked row"), transaction.atomic():
        run(f"UPDATE {TABLE} SET id = 9 WHERE id = 1")
    assert pending() == []


def test_rows_that_stood_before_tracking_enter_as_baseline(db: None) -> None:
    drain()
    run(f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, plain text)")
    run(f"INSERT INTO {TABLE} VALUES (2, '乙'), (1, '甲')")
    run("SELECT ledger_track(%s::regclass, %s::smallint)", [TABLE, NUMBER])
    assert pending() == [(1, "R"), (2, "R")]
    assert list(check_rows()) == []


@pytest.mark.parametrize("columns", ["id integer PRIMARY KEY", "id bigint", "no bigint PRIMARY KEY", "id bigint, b bigint, PRIMARY KEY (id, b)"])  # fmt: skip
def test_only_a_table_with_a_bigint_id_can_be_tracked(db: None, columns: str) -> None:
    run(f"CREATE TABLE {TABLE} ({columns})")
    with pytest.raises(Error, match="primary key"), transaction.atomic():
        run("SELECT ledger_track(%s::regclass, %s::smallint)", [TABLE, NUMBER])


SESSION = """
SET LOCAL timezone = 'Asia/Shanghai'; SET LOCAL datestyle = 'SQL, DMY'; SET LOCAL bytea_output = 'escape';
SET LOCAL extra_float_digits = 0; SET LOCAL intervalstyle = 'iso_8601'
"""


def test_session_settings_do_not_reach_the_digest(db: None) -> None:
    run(
        f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, at timestamptz, span daterange, raw bytea, x float8, age interval, "
        "tags text[], body jsonb, twice int GENERATED ALWAYS AS (2 * id) STORED)"
    )
    run("SELECT ledger_track(%s::regclass, %s::smallint)", [TABLE, NUMBER])
    run(SESSION)
    run(
        f"INSERT INTO {TABLE} VALUES (1, now(), '[2026-01-02,2026-02-03)', '\\x00ff', 0.1::float8 + 0.2, '1 day 02:03', "
        "'{甲,乙}', '{\"b\": 1.0}')"
    )
    run("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'")
    run("SET LOCAL extra_float_digits = 1; SET LOCAL intervalstyle = 'postgres'")
    assert list(check_rows()) == []
    run(SESSION)
    assert list(check_rows()) == []


def test_a_cascade_in_the_database_is_recorded(notes: None) -> None:
    run(
        f"CREATE TABLE {TABLE}_part (id bigint PRIMARY KEY, note bigint REFERENCES {TABLE} ON DELETE CASCADE);"
        f"SELECT ledger_track('{TABLE}_part'::regclass, 901::smallint)"
    )
    seed(2)
    run(f"INSERT INTO {TABLE}_part VALUES (1, 1), (2, 1), (3, 2)")
    drain()
    run(f"DELETE FROM {TABLE} WHERE id = 1")
    assert sorted(run("SELECT tbl, object_id, op FROM ledger_pending")) == [
        (900, 1, "D"),
        (901, 1, "D"),
        (901, 2, "D"),
    ]


def test_a_large_update_stays_quick_after_many_small_ones(notes: None) -> None:
    # The trigger's plan is made for the first statement; with nested loops it would compare 100 million pairs here.
    run(f"INSERT INTO {TABLE} (id, code) SELECT i, i::text FROM generate_series(1, 10000) i")
    for number in range(8):
        Note.objects.filter(id=number + 1).update(number=7)
    drain()
    started = time.monotonic()
    run(f"UPDATE {TABLE} SET plain = 'x'")
    assert time.monotonic() - started < 5
    assert one("SELECT count(*) FROM ledger_pending") == 10000


def test_replication_mode_does_not_silence_the_triggers(notes: None) -> None:
    run("SET LOCAL session_replication_role = replica")
    Note.objects.create(id=1, code="甲")
    with pytest.raises(Error, match="refused"), transaction.atomic():
        run(f"TRUNCATE {TABLE}")
    assert pending() == [(1, "I")]


def test_order_of_one_object_is_the_order_of_its_changes(notes: None) -> None:
    Note.objects.create(id=1, code="甲")
    for text in "一二三":
        Note.objects.filter(id=1).update(plain=text)
    Note.objects.filter(id=1).delete()
    assert pending() == [(1, "I"), (1, "U"), (1, "U"), (1, "U"), (1, "D")]


@pytest.mark.parametrize("ignoring", [(), ("touched_at",)])
def test_a_client_of_another_encoding_writes_the_same_digests(db: None, ignoring: tuple[str, ...]) -> None:
    create_table(ignoring)
    run("SET LOCAL client_encoding = 'GB18030'")
    run(f"INSERT INTO {TABLE} (id, code) VALUES (1, convert_from('\\xe5a4b1e4bfa1', 'UTF8'))")
    run("SET LOCAL client_encoding = 'UTF8'")
    assert one(f"SELECT code FROM {TABLE}") == "失信"
    assert list(check_rows()) == []


def test_a_type_numbered_by_the_database_itself_is_not_tracked(db: None) -> None:
    # A restored copy may number it otherwise; its rows would look tampered with.
    run("SET ROLE credit_owner")
    run("CREATE TYPE mood AS ENUM ('calm')")
    run(f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, felt mood)")
    run("RESET ROLE")
    with pytest.raises(Error, match="built-in types only"), transaction.atomic():
        run("SELECT ledger_track(%s::regclass, %s::smallint, '{}')", [TABLE, NUMBER])
