"""What an edition says, as plain values: the shape drafts are kept in, compared in and written to workbooks in.

Data flow: rows in force → contents → a draft (JSON) → contents → rows of the next edition. `basis` is the code of a legal
basis; empty means that the item rests on the basis of its edition, so that it follows the edition when that changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from dataclasses import field as attribute
from typing import Any

from catalog.choices import Exposure, FieldType, Required

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldContent:
    """One field; `conditions` as in `catalog.conditions`, attributes as in `catalog.models.FieldDefinition`."""

    code: str
    label: str
    type: str = FieldType.TEXT.value
    max_length: int | None = None
    digits: int | None = None
    decimals: int | None = None
    required: str = Required.YES.value
    values: tuple[str, ...] = ()
    value_labels: Mapping[str, str] = attribute(default_factory=dict)
    conditions: tuple[Mapping[str, Any], ...] = ()
    role: str = ""
    exposure: str = Exposure.SHOWN.value
    rule_text: str = ""
    example: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ItemContent:
    """One item with its fields in order; attributes as in `catalog.models.CatalogItem`."""

    code: str
    name: str
    category: str
    conduct: str
    provider: str
    data_source: str
    nature: str
    sharing: str
    publicity: str
    period_rule: str
    update_cycle: str
    mark: str
    subject_kinds: tuple[str, ...]
    period_kind: str
    order: int = 0
    basis: str = ""
    basis_clause: str = ""
    period_months: int | None = None
    asks_procedure: bool = False
    document_kind: str = ""
    report_within_workdays: int | None = None  # has to be stated before the edition is published
    person_basis: str = ""
    person_basis_clause: str = ""
    person_publication_basis: str = ""
    person_publication_clause: str = ""
    form_basis: str = ""
    double_publicity: bool = False
    only_route: str = ""
    fields: tuple[FieldContent, ...] = ()

    def field(self, code: str) -> FieldContent | None:
        return next((field for field in self.fields if field.code == code), None)


def find(items: Iterable[ItemContent], code: str) -> ItemContent | None:
    return next((item for item in items if item.code == code), None)


def dump(items: Iterable[ItemContent]) -> list[Row]:
    """As JSON can hold it."""
    return [asdict(item) for item in items]


def load(rows: Iterable[Mapping[str, Any]]) -> tuple[ItemContent, ...]:
    """Back from what `dump` gave."""
    return tuple(_item(row) for row in rows)


def _item(row: Mapping[str, Any]) -> ItemContent:
    fields = tuple(
        FieldContent(**{**field, "values": tuple(field["values"]), "conditions": tuple(field["conditions"])})
        for field in row["fields"]
    )
    return ItemContent(**{**row, "subject_kinds": tuple(row["subject_kinds"]), "fields": fields})


def with_field(item: ItemContent, field: FieldContent, *, replaces: str = "", after: str = "") -> ItemContent:
    """The item with a field put in the place of `replaces`, else behind `after`, else last."""
    fields = list(item.fields)
    codes = [one.code for one in fields]
    if replaces in codes:
        fields[codes.index(replaces)] = field
    else:
        fields.insert(codes.index(after) + 1 if after in codes else len(fields), field)
    return replace(item, fields=tuple(fields))


def without_field(item: ItemContent, code: str) -> ItemContent:
    return replace(item, fields=tuple(field for field in item.fields if field.code != code))


def with_field_moved(item: ItemContent, code: str, step: int) -> ItemContent:
    """The item with a field moved by `step` places (negative = towards the front), as far as there are places."""
    fields = list(item.fields)
    old = next((place for place, field in enumerate(fields) if field.code == code), None)
    if old is not None:
        fields.insert(max(0, min(len(fields) - 1, old + step)), fields.pop(old))
    return replace(item, fields=tuple(fields))
