"""Django's compilers, but columns by a short way: a row of the platform has dozens, each took five calls, and most of the time of a
small statement went there. The text that results is the same.
"""

from functools import lru_cache
from typing import Any

from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)
from django.db.models.expressions import Col

__all__ = [
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]


@lru_cache(maxsize=4096)
def _columns(model: Any, alias: str) -> tuple[Any, ...]:
    """Every column of a model under that alias; Django keeps those under the name of the table, and nobody changes them."""
    return tuple(field.get_col(alias) for field in model.concrete_fields)


class SQLCompiler(compiler.SQLCompiler):
    def compile(self, node: Any) -> tuple[str, Any]:
        if type(node) is not Col or not node.alias:
            return super().compile(node)
        column: Any = node.target.column
        known, alias = self.quote_cache, node.alias
        table = known.get(alias) or self.quote_name_unless_alias(alias)
        return f"{table}.{known.get(column) or self._quoted(column)}", []

    def _quoted(self, column: str) -> str:
        query = self.query
        if column in query.alias_map or query.extra or query.external_aliases or "$" in column:
            return str(self.quote_name_unless_alias(column))
        quoted: str = self.quote_cache.setdefault(column, self.connection.ops.quote_name(column))
        return quoted

    def get_default_columns(
        self, select_mask: Any, start_alias: Any = None, opts: Any = None, from_parent: Any = None
    ) -> list[Any]:
        whole = opts or self.query.get_meta()
        if select_mask or from_parent or whole is None or whole.parents or whole.proxy:
            return super().get_default_columns(select_mask, start_alias, opts, from_parent)
        return list(_columns(whole, start_alias or self.query.get_initial_alias()))
