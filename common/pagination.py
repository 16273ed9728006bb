"""Lists by cursor: keyset conditions only, no OFFSET and no count, so the last page costs what the first does.

A cursor is the sort key of the last item, opaque to clients (base64url of a JSON array). It is not signed: it
can only move a reader inside what the queryset already lets the reader see.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import orjson
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Field, Func, Model, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan

from common.problems import FieldProblem, Problem

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000

ModelT = TypeVar("ModelT", bound=Model)
RowT = TypeVar("RowT")


def cursor_invalid() -> Problem:
    """The problem of a cursor that this list did not issue."""
    detail = "翻页游标不正确，请使用上一页返回的 next_cursor，或者从头开始"
    return Problem(400, "cursor_invalid", detail, errors=[FieldProblem("?cursor", "cursor_invalid", detail)])


def encode_cursor(values: Sequence[object]) -> str:
    """Make an opaque cursor of a sort key; values are what JSON can hold, dates and times become text."""
    return urlsafe_b64encode(orjson.dumps(list(values), default=str)).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[object]:
    """Read back `length` values; raises the `cursor_invalid` problem for anything else."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        values = orjson.loads(urlsafe_b64decode(padded))
    except (ValueError, binascii.Error):
        raise cursor_invalid() from None
    if (
        not isinstance(values, list)
        or len(values) != length
        or any(isinstance(v, list | dict) for v in values)
    ):
        raise cursor_invalid()
    return values


def page_answer(items: Sequence[object], next_cursor: str | None) -> dict[str, object]:
    """The shape of every list: {"items": [...], "next_cursor": text or null}."""
    return {"items": items, "next_cursor": next_cursor}


class _Row(Func):
    """ROW(a, b): one comparison over the whole key, which a btree index serves as a range."""

    function = "ROW"
    output_field = BooleanField()  # never read; comparisons demand some field


def _key_value(model: type[Model], name: str, raw: object) -> Value:
    """A cursor's value as its field reads it, within the field's bounds (a bigint's, say)."""
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    assert isinstance(field, Field)
    try:
        value = field.to_python(raw)
        field.run_validators(value)
    except (ValidationError, TypeError, ValueError, OverflowError):
        raise cursor_invalid() from None
    if value is None or (isinstance(value, str) and "\0" in value):
        raise cursor_invalid()
    return Value(value, output_field=field)


def _after(
    queryset: QuerySet[ModelT, RowT], fields: Sequence[str], descending: bool, cursor: str
) -> QuerySet[ModelT, RowT]:
    raws = decode_cursor(cursor, len(fields))
    values = [_key_value(queryset.model, name, raw) for name, raw in zip(fields, raws, strict=True)]
    comparison = LessThan if descending else GreaterThan
    return queryset.filter(comparison(_Row(*map(F, fields)), _Row(*values)))


def keyset_page(
    queryset: QuerySet[ModelT, RowT],
    *,
    order: Sequence[str],
    cursor: str | None,
    limit: int,
    serialize: Callable[[RowT], object],
) -> dict[str, object]:
    """One page of `queryset` in `order`, as `page_answer`.

    `order` names plain non-null fields of the model, all ascending ("id") or all descending ("-id"), the last
    one unique. Works for instances and for .values(); `limit` is taken as given, check it before.
    """
    descending = order[0].startswith("-")
    if any(name.startswith("-") != descending for name in order):
        raise ValueError("a keyset runs in one direction")
    fields = [name.lstrip("-") for name in order]
    if cursor:
        queryset = _after(queryset, fields, descending, cursor)
    rows = list(queryset.order_by(*order)[: limit + 1])
    return page_answer([serialize(row) for row in rows[:limit]], cursor_behind(rows, fields, limit))


def cursor_behind(rows: Sequence[object], fields: Sequence[str], limit: int) -> str | None:
    """The cursor of the next page, if more than `limit` rows were found; of `fields` only the names count."""
    if len(rows) <= limit:
        return None
    return encode_cursor([_value(rows[limit - 1], name.lstrip("-")) for name in fields])


def _value(row: object, name: str) -> object:
    return row[name] if isinstance(row, Mapping) else getattr(row, name)
