"""The catalogue of open data (开放数据), read from the interface document: an interface that calls itself a data set is one.

Data flow: `extend_schema(..., extensions=dataset(...))` beside each interface → the generated document → `datasets()`, once a
process → `/open-data/` and `/open-data/catalog.json`. Address, parameters, fields and rate limit are those of the code that answers.

Rejected: a table or a page that describes the interfaces again (a second list, which grows apart from the first), and files with
everything in them (copies that outlive the window, and a way to carry natural persons off in bulk).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

from common.openapi import DATASET

Schema = Mapping[str, Any]
_UNITS: Final = {"s": "秒", "m": "分钟", "h": "小时", "d": "天"}
_TYPES: Final = {
    "string": "文字", "integer": "整数", "number": "数", "boolean": "是或否", "date": "日期", "date-time": "时间", "object": "对象",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """A field of the answer or a parameter of the request."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One interface that hands out a data set."""

    code: str
    title: str
    text: str
    path: str
    basis: str
    updated: str
    persons: str
    rate: str
    parameters: tuple[Item, ...]
    fields: tuple[Item, ...]


@cache
def datasets() -> tuple[Dataset, ...]:
    """Every data set there is, in the order of addresses; what belongs to the subject first."""
    document: Schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    found = [
        _dataset(path, operation, document)
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if DATASET in operation
    ]
    return tuple(
        sorted(found, key=lambda one: ("records" not in one.path, "/public/" not in one.path, one.path))
    )


def _dataset(path: str, operation: Schema, document: Schema) -> Dataset:
    said = operation[DATASET]
    page = _resolved(operation["responses"]["200"]["content"]["application/json"]["schema"], document)
    return Dataset(
        code=operation["operationId"].replace("_", "-"),
        title=operation["summary"],
        text=operation["description"],
        path=path,
        basis=said["basis"],
        updated=said["updated"],
        persons=said["persons"],
        rate=rate_of(path),
        parameters=tuple(
            Item(one["name"], _kind(one["schema"], document), one.get("description", ""))
            for one in operation.get("parameters", [])
        ),
        fields=tuple(_fields(page["properties"]["items"]["items"], document)),
    )


def _resolved(schema: Schema, document: Schema) -> Schema:
    """What a reference points to. A field with a description of its own wraps its reference in allOf."""
    if "allOf" in schema:
        schema = schema["allOf"][0]
    if "$ref" in schema:
        found: Schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _fields(schema: Schema, document: Schema, prefix: str = "") -> Iterator[Item]:
    """Fields in the order of the answer; those of an object inside as `subject.name`, of a list as `fields[].code`."""
    for name, field in _resolved(schema, document)["properties"].items():
        yield Item(f"{prefix}{name}", _kind(field, document), field.get("description", ""))
        inner = field.get("items", field)
        if "properties" in _resolved(inner, document) and not prefix:
            yield from _fields(inner, document, f"{name}[]." if "items" in field else f"{name}.")


def _kind(schema: Schema, document: Schema) -> str:
    if schema.get("type") == "array":
        return f"{_kind(schema['items'], document)}的列表"
    found = _resolved(schema, document)
    if "enum" in found:
        return "代码：" + "、".join(str(value) for value in found["enum"] if value)
    return _TYPES.get(found.get("format", ""), _TYPES.get(found.get("type", ""), "文字"))


def rate_of(path: str) -> str:
    """How often one address may ask, in words, from the limit that holds it."""
    throttle = resolve(path).func.view_class.throttle_classes[0]  # type: ignore[attr-defined]
    return rate_words(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"][throttle.scope])


def rate_words(rate: str) -> str:
    """`120/min` as a sentence."""
    number, _, period = rate.partition("/")
    return f"每个网络地址每{_UNITS[period[0]]} {int(number):,} 次"
