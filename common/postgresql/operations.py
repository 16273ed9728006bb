"""Which fields a join compares without a cast is noted: Django makes a field anew for each join to learn of what type a key is."""

from typing import Any

from django.db.backends.postgresql import operations
from django.db.models.expressions import Col


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "common.postgresql.compiler"

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._alike: set[tuple[Any, Any]] = set()

    def prepare_join_on_clause(
        self, lhs_table: str, lhs_field: Any, rhs_table: str, rhs_field: Any
    ) -> tuple[Any, Any]:
        pair = (lhs_field, rhs_field)
        if pair in self._alike:
            return Col(lhs_table, lhs_field), Col(rhs_table, rhs_field)
        found = super().prepare_join_on_clause(lhs_table, lhs_field, rhs_table, rhs_field)
        if isinstance(found[1], Col):
            self._alike.add(pair)
        return found
