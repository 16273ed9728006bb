"""Between contents and table rows: how editions are read, what the models' own field rules say, how rows are made."""

from collections.abc import Iterable, Mapping
from dataclasses import fields as attributes_of
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch

from catalog.content import FieldContent, ItemContent
from catalog.models import CatalogEdition, CatalogItem, DocumentKind, FieldDefinition, LegalBasis
from common.gates import Refusal, refuse

_REFERENCES: Final = ("basis", "person_basis", "person_publication_basis", "document_kind")
ITEM_ATTRIBUTES: Final = tuple(one.name for one in attributes_of(ItemContent) if one.name != "fields")
FIELD_ATTRIBUTES: Final = tuple(one.name for one in attributes_of(FieldContent))


def contents(edition: CatalogEdition) -> tuple[ItemContent, ...]:
    """What a published edition says; two queries whatever its size."""
    rows = (
        CatalogItem.objects.filter(edition=edition)
        .select_related(*_REFERENCES)
        .prefetch_related(Prefetch("fields", FieldDefinition.objects.order_by("order", "pk")))
        .order_by("order", "code")
    )
    return tuple(item_content(row, edition) for row in rows)


def item_content(row: CatalogItem, edition: CatalogEdition) -> ItemContent:
    """One row, its fields prefetched in order; what rests on the edition's basis says so by naming none."""
    values = {name: getattr(row, name) for name in ITEM_ATTRIBUTES if name not in _REFERENCES}
    for name in _REFERENCES:
        values[name] = getattr(row, name).code if getattr(row, f"{name}_id") else ""
    if row.basis_id == edition.basis_id:
        values["basis"] = ""
    values["subject_kinds"] = tuple(row.subject_kinds)
    return ItemContent(**values, fields=tuple(map(field_content, row.fields.all())))


def field_content(row: FieldDefinition) -> FieldContent:
    values = {name: getattr(row, name) for name in FIELD_ATTRIBUTES}
    return FieldContent(**{**values, "values": tuple(row.values), "conditions": tuple(row.conditions)})


def item_row(
    item: ItemContent,
    edition: CatalogEdition,
    bases: Mapping[str, LegalBasis],
    kinds: Mapping[str, DocumentKind],
) -> CatalogItem:
    """The unsaved row of an item in an edition. KeyError for a basis or a kind of document that is not there."""
    columns: dict[str, Any] = {
        name: getattr(item, name) for name in ITEM_ATTRIBUTES if name not in _REFERENCES
    }
    columns["subject_kinds"] = list(item.subject_kinds)
    columns["basis"] = bases[item.basis] if item.basis else edition.basis
    for name in ("person_basis", "person_publication_basis"):
        columns[name] = bases[code] if (code := getattr(item, name)) else None
    columns["document_kind"] = kinds[item.document_kind] if item.document_kind else None
    return CatalogItem(
        edition=edition,
        effective_from=edition.effective_from,
        effective_until=edition.effective_until,
        **columns,
    )


def field_rows(item: ItemContent, row: CatalogItem | None = None) -> list[FieldDefinition]:
    """The unsaved rows of an item's fields."""
    return [
        FieldDefinition(
            **{name: getattr(field, name) for name in FIELD_ATTRIBUTES}
            | {
                "item": row,
                "order": order,
                "values": list(field.values),
                "value_labels": dict(field.value_labels),
                "conditions": list(field.conditions),
            }
        )
        for order, field in enumerate(item.fields, start=1)
    ]


def shape_refusals(item: ItemContent) -> list[Refusal]:
    """What the columns themselves would not take: lengths, unknown codes, empty texts. No query."""
    plain = {name: getattr(item, name) for name in ITEM_ATTRIBUTES if name not in _REFERENCES}
    row = CatalogItem(**plain | {"subject_kinds": list(item.subject_kinds)})
    problems = _cleaned(row, (*_REFERENCES, "edition", "effective_from", "effective_until"), "")
    for field, one in zip(item.fields, field_rows(item), strict=True):
        problems += _cleaned(one, ("item",), f"fields/{field.code}/")
    return problems


def _cleaned(row: Model, exclude: Iterable[str], pointer: str) -> list[Refusal]:
    try:
        row.clean_fields(exclude=set(exclude))
    except ValidationError as error:
        return [
            refuse("item_definition_invalid", _labelled(row, name, message), pointer=f"{pointer}{name}")
            for name, messages in error.message_dict.items()
            for message in messages
        ]
    return []


def _labelled(row: Model, name: str, message: str) -> str:
    return f"{row._meta.get_field(name).verbose_name}：{message}"  # type: ignore[union-attr]  # columns only
