"""Querysets compiled once. Django builds and compiles a queryset anew for every request; where wide joins meet few rows,
that takes several times as long as running it.

A frozen queryset is built once by the same gates as any other, with marks in the place of values; its SQL becomes a
prepared statement, and rows become instances by the queryset's own columns. So no rule is written a second time.
Rejected: SQL by hand for each page (the gates would stand twice); keeping finished pages (see `portal.freshness`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators

from common.prepared import Plan, Prepared, Value

ModelT = TypeVar("ModelT", bound=Model)

# What stands for the n-th value while the statement is compiled; nothing else in a queryset looks like it.
_MARKS: Final[dict[str, Callable[[int], Value]]] = {
    "bigint": lambda number: 8_070_605_040_302_010_000 + number,
    "date": lambda number: date(3, 1, 1 + number),
    "text": lambda number: f"\x02frozen {number}\x02",
    "text[]": lambda number: [f"\x02frozen {number}\x02"],
}


class Frozen(Generic[ModelT]):
    """`build` makes the queryset from the named values, whose SQL types are given; it must use each of them as it is.

    No prefetches, no annotations, and no condition that depends on a value, for it is asked once. `plan` as in
    `common.prepared`.
    """

    def __init__(
        self, name: str, build: Callable[..., QuerySet[ModelT]], *, plan: Plan = Plan.AUTO, **types: str
    ) -> None:
        self._name, self._build, self._types, self._planning = name, build, types, plan

    def rows(self, **values: Value) -> list[ModelT]:
        """Instances as the queryset would give them, read from the default database."""
        plan = self._plan
        found: Any = plan.statement.rows([values[name] for name in self._types])
        if plan.converters:
            found = plan.compiler.apply_converters(found, plan.converters)
        rows: list[ModelT] = []
        met: dict[tuple[int, object], Model | None] = {}
        for row in found:
            one = _instance(plan.model, plan.names, row[plan.columns])
            for place, related in enumerate(plan.related):
                _relate(related, place, row, one, met)
            rows.append(one)
        return rows

    def count(self, **values: Value) -> int:
        """How many rows it has; it should say itself where counting stops."""
        found = self._plan.counting.row([values[name] for name in self._types])
        return int(str(found[0])) if found else 0

    @cached_property
    def _plan(self) -> "_Plan":
        marks = {name: _MARKS[kind](place) for place, (name, kind) in enumerate(self._types.items(), 1)}
        compiler = self._build(**marks).query.get_compiler("default")
        sql, params = compiler.as_sql()
        if missing := [name for name, mark in marks.items() if mark not in params]:
            raise ImproperlyConfigured(f"{self._name} does not use {missing} as given")
        places = {str(mark): f"${place}" for place, mark in enumerate(marks.values(), 1)}
        with connections["default"].cursor() as cursor:
            texts = [places.get(str(one)) or _literal(cursor, one) for one in params]
        types, text = list(self._types.values()), sql % tuple(texts)
        count = f"select count(*) from ({text}) counted"  # noqa: S608  # the queryset's own text
        return _Plan.of(
            compiler,
            Prepared(self._name, types, text, plan=self._planning),
            Prepared(f"{self._name}_count", types, count, plan=self._planning),
        )


def _instance(model: type[ModelT], names: Sequence[str], values: Sequence[object]) -> ModelT:
    """What `Model.from_db` leaves, without asking each field of the model: columns that were not read stay deferred."""
    one = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, "default"
    one.__dict__.update(zip(names, values, strict=True), _state=state)
    return one


def _relate(
    related: Any, place: int, row: Any, one: Model, met: dict[tuple[int, object], Model | None]
) -> None:
    """Hang the related instance of a row in; rows that refer to the same share it, as with `prefetch_related`."""
    key = place, row[related.cols_start + related.pk_idx]
    if key not in met:
        found = None
        if key[1] is not None:
            found = _instance(
                related.model_cls, related.init_list, row[related.cols_start : related.cols_end]
            )
            for deeper in related.related_populators:
                deeper.populate(row, found)
        met[key] = found
    related.local_setter(one, met[key])


@dataclass(frozen=True, slots=True)
class _Plan:
    """The statement, and how a row of it becomes an instance."""

    statement: Prepared
    counting: Prepared
    compiler: Any
    converters: Any
    model: Any
    names: list[str]
    columns: slice
    related: list[Any]

    @classmethod
    def of(cls, compiler: Any, statement: Prepared, counting: Prepared) -> "_Plan":
        info, select = compiler.klass_info, compiler.select
        columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        return cls(
            statement,
            counting,
            compiler,
            compiler.get_converters([one[0] for one in select]),
            info["model"],
            [one[0].target.attname for one in select[columns]],
            columns,
            get_related_populators(info, select, "default"),  # type: ignore[call-arg]
        )


def _literal(cursor: Any, value: object) -> str:
    return str(cursor.cursor.mogrify("%s", [value]).decode())
