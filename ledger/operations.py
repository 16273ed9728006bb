"""Migration operations with which other rooms put their tables under the ledger.

    dependencies = [("ledger", "0001_initial")]
    operations = [..., TrackTable("agencies_officer", 2, ignoring=("last_login",))]

A later migration that adds, drops or alters a column of a tracked table changes the digest of every row, so it ends with
`RebaseTable`, which takes the rows down as they now stand. Run `manage.py verify_ledger` before such a migration:
the re-base vouches for whatever the table holds at that moment.
"""

from collections.abc import Mapping, Sequence

from django.db import router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

from ledger.tables import TABLES


class _LedgerOperation(Operation):
    reduces_to_sql = True
    reversible = True
    category = OperationCategory.SQL

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, Sequence[object], Mapping[str, object]]:  # type: ignore[override]
        return (self.__class__.__name__, [self.table], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def _run(self, editor: BaseDatabaseSchemaEditor, app_label: str, sql: str, params: list[object]) -> None:
        if router.allow_migrate(editor.connection.alias, app_label):
            editor.execute(sql, params)


class TrackTable(_LedgerOperation):
    """From here on every change of `table` writes an event under `number` (see `ledger.tables`).

    `ignoring` names columns that change constantly and say nothing, such as a sign-in time or a progress counter: they
    enter neither the digest nor the question whether a row changed. ValueError for a pair the registry does not know.
    """

    def __init__(self, table: str, number: int, ignoring: Sequence[str] = ()) -> None:
        if TABLES.get(table) != number:
            raise ValueError(f"{table} does not stand under {number} in ledger.tables")
        super().__init__(table)
        self.number = number
        self.ignoring = tuple(ignoring)

    def deconstruct(self) -> tuple[str, Sequence[object], Mapping[str, object]]:  # type: ignore[override]
        return (self.__class__.__name__, [self.table, self.number], {"ignoring": self.ignoring})

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        sql = "SELECT ledger_track(%s::regclass, %s::smallint, %s::text[])"
        self._run(schema_editor, app_label, sql, [self.table, self.number, list(self.ignoring)])

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._run(schema_editor, app_label, "SELECT ledger_untrack(%s::regclass)", [self.table])

    def describe(self) -> str:
        return f"Track {self.table} in the ledger as table {self.number}"


class RebaseTable(_LedgerOperation):
    """Enter every row of a tracked table as it stands, after its columns changed. Reversing re-bases again."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        sql = "SELECT ledger_snapshot(%s::regclass, 'R')"
        self._run(schema_editor, app_label, sql, [self.table])

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Enter every row of {self.table} in the ledger again"
