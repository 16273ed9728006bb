"""What the platform keeps sealed and where: one list, gathered from a module `sealed` of every room.

`SEALED` of such a module names columns with what their values are bound to, `SEALED_FILES` names folders with the columns that
name their files. The change of the data key (`ledger.resealing`) goes by it, and what no column names is swept up
(`common.files.sweeping`); a test fails when a column or a folder is missing.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Literal

from django.apps import apps
from django.db.models import Model, Q
from django.utils.module_loading import module_has_submodule

from common.files.store import Area

Form = Literal["bytes", "hex", "base64", "line"]
# how a sealed value is read out of its column, and how another takes its place
_READ: Final[dict[Form, str]] = {
    "bytes": "{column}",
    "hex": "decode(substr({column} ->> '{inside}', 3), 'hex')",
    "base64": "decode({column} ->> '{inside}', 'base64')",
    "line": r"decode(substring({column} from '\\\\x([0-9a-f]{{60,}})'), 'hex')",
}
_WRITE: Final[dict[Form, str]] = {
    "bytes": "n.new",
    "hex": r"jsonb_set({column}, '{{{inside}}}', to_jsonb('\x' || encode(n.new, 'hex')))",
    "base64": r"jsonb_set({column}, '{{{inside}}}', to_jsonb(translate(encode(n.new, 'base64'), E'\n', '')))",
    "line": "replace({column}, encode(n.old, 'hex'), encode(n.new, 'hex'))",
}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of sealed values. `context` says of a row what its value is bound to; `inside` is the member of a JSON column,
    `bare` the length of values of the column that are not sealed."""

    model: type[Model]
    column: str
    context: Callable[[Any], str]
    form: Form = "bytes"
    inside: str = ""
    related: tuple[str, ...] = ()
    bare: int = 0

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        return str(self.model._meta.pk.column)

    @property
    def name(self) -> str:
        return ".".join(filter(None, (self.table, self.column, self.inside)))

    def read(self, alias: str = "t") -> str:
        """SQL: the sealed value of a row as bytes."""
        return _READ[self.form].format(column=f"{alias}.{self.column}", inside=self.inside)

    def write(self, alias: str = "t") -> str:
        """SQL: the column with `n.new` in the place of `n.old`."""
        return _WRITE[self.form].format(column=f"{alias}.{self.column}", inside=self.inside)


@dataclass(frozen=True, slots=True)
class SealedFiles:
    """Files of a folder that a column names."""

    area: Area
    model: type[Model]
    column: str
    only: Q

    @property
    def name(self) -> str:
        return f"{self.area.root.name}/（{self.model._meta.db_table}.{self.column}）"

    def names(self) -> Iterable[str]:
        rows = self.model._base_manager.filter(self.only).exclude(**{self.column: ""}).order_by("pk")
        return rows.values_list(self.column, flat=True).iterator(chunk_size=2000)

    def named(self, names: Collection[str]) -> set[str]:
        """Which of these files a row names."""
        rows = self.model._base_manager.filter(self.only, **{f"{self.column}__in": names})
        return set(rows.values_list(self.column, flat=True))


def _gathered(name: str) -> list[Any]:
    return [
        one
        for config in apps.get_app_configs()
        if module_has_submodule(config.module, "sealed")
        for one in getattr(import_module(f"{config.name}.sealed"), name, ())
    ]


def sealed_columns() -> list[Sealed]:
    """Every column of sealed values, room by room."""
    return _gathered("SEALED")


def sealed_files() -> list[SealedFiles]:
    return _gathered("SEALED_FILES")
