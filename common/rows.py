"""Reference data: readable TOML files beside each room, brought into the tables without touching what already agrees.

Data flow: `<room>/reference/*.toml` → unsaved model rows → `upsert` by natural key → one INSERT and one UPDATE a table at most.
A file is the truth for the rows it names; rows it does not name stay, for dated data is never deleted.
"""

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model

M = TypeVar("M", bound=Model)
Key = tuple[object, ...]


class ReferenceDataError(Exception):
    """A reference file says something the tables cannot take."""


def read_rows(path: Path, table: str) -> list[dict[str, Any]]:
    """The array of tables `table` of one TOML file, in file order."""
    with path.open("rb") as source:
        rows: list[dict[str, Any]] = tomllib.load(source).get(table, [])
    return rows


def upsert(rows: Iterable[M], *, key: Sequence[str], keep: Sequence[str] = ()) -> dict[Key, M]:
    """Make the table hold `rows`, compared by `key` (attribute names); returns the saved rows by key.

    `keep` names attributes that belong to the running system once the row exists and are then left alone.
    ReferenceDataError when a row breaks its model's field rules or a key stands twice.
    """
    wanted: dict[Key, M] = {}
    for row in rows:
        identity = _identity(row, key)
        if identity in wanted:
            raise ReferenceDataError(f"{row._meta.label}: {identity} stands twice")
        wanted[identity] = row
    if not wanted:
        return {}
    model = type(next(iter(wanted.values())))
    present = {_identity(row, key): row for row in model._default_manager.all()}
    compared = [
        field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key and field.editable and field.name not in keep
    ]
    changed: list[M] = []
    touched: set[str] = set()
    for identity, row in wanted.items():
        old = present.get(identity)
        differing = [name for name in compared if old and getattr(old, name) != getattr(row, name)]
        for name in differing:
            setattr(old, name, getattr(row, name))
        if old and differing:
            changed.append(old)
            touched.update(differing)
    new = [row for identity, row in wanted.items() if identity not in present]
    for row in (*new, *changed):
        _check(row)
    if changed:  # first, so that a row whose term now ends makes room for its successor
        model._default_manager.bulk_update(changed, sorted(touched))
    model._default_manager.bulk_create(new)
    return {identity: present.get(identity, row) for identity, row in wanted.items()}


def _identity(row: Model, key: Sequence[str]) -> Key:
    return tuple(getattr(row, name) for name in key)


def _check(row: Model) -> None:
    relations = {field.name for field in row._meta.concrete_fields if isinstance(field, ForeignKey)}
    try:
        row.clean_fields(exclude=relations)
    except ValidationError as error:
        raise ReferenceDataError(f"{row._meta.label} {row}: {error.message_dict}") from error
