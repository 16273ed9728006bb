"""Migration operations: tracking, end of tracking, re-base after a change of shape."""

import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import OperationWriter

from ledger.operations import RebaseTable, TrackTable
from ledger.tables import NAMES, TABLES
from ledger.verify import check_guards, check_rows
from tests.ledger.samples import CREATE, NUMBER, TABLE, Note, pending, run


@pytest.fixture
def table(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TABLES, TABLE, NUMBER)
    run(CREATE)


def forwards(operation: Operation) -> None:
    state = ProjectState()
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("ledger", editor, state, state)


def backwards(operation: Operation) -> None:
    state = ProjectState()
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("ledger", editor, state, state)


def test_tracking_and_back_and_again(table: None) -> None:
    operation = TrackTable(TABLE, NUMBER, ignoring=("touched_at",))
    forwards(operation)
    Note.objects.create(id=1, code="甲")
    run(f"UPDATE {TABLE} SET touched_at = now()")
    assert pending() == [(1, "I")]
    backwards(operation)
    Note.objects.create(id=2, code="乙")
    assert pending() == [(1, "I"), (1, "D")]
    assert run("SELECT 1 FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [TABLE]) == []
    run(f"TRUNCATE {TABLE}")
    Note.objects.create(id=3, code="丙")
    forwards(operation)
    assert pending() == [(1, "I"), (1, "D"), (3, "R")]
    assert [found for found in check_rows() if found.table == TABLE] == []


@pytest.mark.parametrize(("name", "number"), [(TABLE, 901), ("ledger_test_other", NUMBER)])
def test_a_table_outside_the_registry_is_refused(table: None, name: str, number: int) -> None:
    with pytest.raises(ValueError, match=r"ledger\.tables"):
        TrackTable(name, number)


def test_a_change_of_shape_ends_with_a_rebase(table: None) -> None:
    forwards(TrackTable(TABLE, NUMBER))
    Note.objects.bulk_create([Note(id=1, code="甲"), Note(id=2, code="乙")])
    run(f"ALTER TABLE {TABLE} ADD COLUMN level integer DEFAULT 3")
    assert [(found.kind, found.ref) for found in check_rows() if found.table == TABLE] == [("row_changed", 1), ("row_changed", 2)]  # fmt: skip
    forwards(RebaseTable(TABLE))
    assert [found for found in check_rows() if found.table == TABLE] == []
    assert pending()[-2:] == [(1, "R"), (2, "R")]
    run(f"ALTER TABLE {TABLE} DROP COLUMN level")
    backwards(RebaseTable(TABLE))
    assert [found for found in check_rows() if found.table == TABLE] == []


def test_operations_can_be_written_into_a_migration(table: None) -> None:
    operation = TrackTable(TABLE, NUMBER, ignoring=("touched_at",))
    written, imports = OperationWriter(operation, indentation=0).serialize()
    assert written.replace("\n", "").replace("    ", "") == (
        f"ledger.operations.TrackTable(table='{TABLE}',number={NUMBER},ignoring=('touched_at',),),"
    )
    assert imports == {"import ledger.operations"}
    assert operation.describe() == f"Track {TABLE} in the ledger as table {NUMBER}"
    assert RebaseTable(TABLE).deconstruct() == ("RebaseTable", [TABLE], {})
    assert TABLE in RebaseTable(TABLE).describe()


def test_operations_can_be_shown_as_sql(table: None) -> None:
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        TrackTable(TABLE, NUMBER).database_forwards("ledger", editor, ProjectState(), ProjectState())
    assert f"ledger_track('{TABLE}'::regclass, {NUMBER}" in "".join(editor.collected_sql)


def test_a_router_may_keep_a_database_out(table: None, settings: object) -> None:
    class Closed:
        def allow_migrate(self, *args: object, **hints: object) -> bool:
            return False

    settings.DATABASE_ROUTERS = [Closed()]  # type: ignore[attr-defined]
    forwards(TrackTable(TABLE, NUMBER))
    assert run("SELECT 1 FROM ledger_table WHERE name = %s", [TABLE]) == []


def test_numbers_are_used_once() -> None:
    assert len(NAMES) == len(TABLES)
    assert all(0 < number < NUMBER for number in NAMES), "numbers from 900 on belong to tests"


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", "ledger", check=True, dry_run=True, stdout=io.StringIO())


def test_the_ledger_guards_itself(db: None) -> None:
    assert [found for found in check_guards() if found.kind == "guard_off"] == []
