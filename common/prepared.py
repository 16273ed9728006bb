"""Statements that the server prepares once per connection. psycopg2 never prepares by itself, so a hot statement that takes
longer to plan than to run is declared here and executed by name.

Behind a transaction pooler (DATABASE_POOLED) connections change hands between transactions and nothing may be prepared: the
same text then runs with its values written in.

How long a statement may take (`timeout_ms`) and how it is planned go before it in the same message, set for its own transaction:
outside of one, message and transaction are the same, and neither BEGIN nor COMMIT costs a round trip. Inside `atomic` both last to
its end, or until somebody says otherwise: whoever goes on with long work in the same transaction says his own limit, as the work on
a file of subjects does. Putting back what was before would take a message more: of several statements in one message the driver
hands out the rows of the last alone, so nothing can follow the one that answers. Rejected for the same reason: a savepoint around
it (letting it go keeps the settings, going back to it undoes the work).
"""

import io
import re
from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Any, Final, TypeAlias
from weakref import WeakSet

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Value: TypeAlias = str | int | bytes | date | list[str] | list[str | None] | list[int] | list[bytes] | None

_PLACE: Final = re.compile(r"\$(\d+)")


class Plan(Enum):
    """How the server plans a statement."""

    AUTO = "auto"  # by its own comparison of estimates
    ONE = "one"  # once, whatever the values; only where no values make another plan better
    EACH = "each"  # anew with the values written in


class Mark(Enum):
    """Stands for a value that is said later (`Prepared.given`)."""

    LATER = "later"


class Prepared:
    """One statement with typed parameters $1 … $n; `name` must be unique in the project."""

    def __init__(self, name: str, types: Sequence[str], sql: str, *, plan: Plan = Plan.AUTO) -> None:
        self.name, self.types, self.sql, self._plan = name, tuple(types), sql, plan
        self._known: WeakSet[object] = WeakSet()
        self._prepare = f"prepare {name} {_listed(types)} as {sql}"
        forced = "set local plan_cache_mode = force_generic_plan; " if plan is Plan.ONE else ""
        # without casts: the server knows the types, and every cast is a name that it looks up
        self._execute = f"{forced}execute {name} {_listed(['%s' for _ in types])}"
        self._plain = _PLACE.sub(
            lambda found: f"%(p{found[1]})s::{types[int(found[1]) - 1]}", sql.replace("%", "%%")
        )

    def row(
        self, values: list[Value], *, timeout_ms: int | None = None, using: str = "default"
    ) -> tuple[object, ...] | None:
        """Run it with `values` and return the first row, None without one."""
        found = self.rows(values, timeout_ms=timeout_ms, using=using)
        return found[0] if found else None

    def rows(
        self, values: list[Value], *, timeout_ms: int | None = None, using: str = "default"
    ) -> list[tuple[object, ...]]:
        """Run it with `values` and return every row; an error when it takes longer than `timeout_ms`."""
        connection = connections[using]
        before = "" if timeout_ms is None else f"set local statement_timeout = {timeout_ms:d}; "
        with connection.cursor() as cursor:
            if self._plan is Plan.EACH or connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
                given = {f"p{place}": one for place, one in enumerate(values, start=1)}
                cursor.execute(before + self._plain, given)
            else:
                self.prepare_on(connection, cursor, before)
                cursor.execute(before + self._execute, values)
            found: list[tuple[object, ...]] = cursor.fetchall()
            return found

    def prepare_on(self, connection: Any, cursor: Any, before: str = "") -> None:
        """Have it prepared on this connection, once. That reads the tables' definitions, and may have to wait for them as well."""
        if connection.connection not in self._known:
            cursor.execute(before + self._prepare)
            self._known.add(connection.connection)

    def given(self, values: Sequence[Value | Mark], *, using: str = "default") -> "Given":
        """The same with some of its values written in already; `Mark.LATER` stands for those that are said each time."""
        with connections[using].cursor() as cursor:
            written = [
                "%s" if one is Mark.LATER else cursor.cursor.mogrify("%s", [one]).decode().replace("%", "%%")
                for one in values
            ]
        text = self._execute.replace(_listed(["%s" for _ in self.types]), _listed(written))
        return Given(self, list(values), text, using)

    def copy(self, values: list[Value], *, using: str = "default") -> bytes:
        """Run it once with its values written in and return all rows as CSV; for results too large to be fetched."""
        sink = io.BytesIO()
        with connections[using].cursor() as cursor:
            given = {f"p{place}": one for place, one in enumerate(values, start=1)}
            text = cursor.cursor.mogrify(self._plain, given).decode()
            cursor.copy_expert(f"copy ({text}) to stdout with (format csv)", sink)
        return sink.getvalue()


class Given:
    """A statement that is told only what is new: most of what is asked again and again is the same, and writing it takes time."""

    def __init__(self, statement: Prepared, values: list[Value | Mark], text: str, using: str) -> None:
        self._statement, self._values, self._text, self._using = statement, values, text, using

    def rows(
        self, later: list[Value], *, timeout_ms: int, connection: BaseDatabaseWrapper | None = None
    ) -> list[tuple[object, ...]]:
        """Run it with what was left open, in its order, and return every row; on this thread's connection or another to the same
        database."""
        connection = connection or connections[self._using]
        if connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
            rest = iter(later)
            whole = [next(rest) if isinstance(one, Mark) else one for one in self._values]
            return self._statement.rows(whole, timeout_ms=timeout_ms, using=self._using)
        with connection.cursor() as cursor:
            before = f"set local statement_timeout = {timeout_ms:d}; "
            self._statement.prepare_on(connection, cursor, before)
            cursor.execute(before + self._text, later)
            found: list[tuple[object, ...]] = cursor.fetchall()
            return found


def _listed(parts: Sequence[str]) -> str:
    return f"({', '.join(parts)})" if parts else ""
