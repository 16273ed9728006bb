"""Every attribute of an item and of a field with its Chinese name and how its value is written: one table for the pages,
the comparison of editions and the workbook. Names and coded values come from the models, so they cannot drift apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalog import condition_text
from catalog.choices import SubjectKind
from catalog.content import FieldContent, ItemContent
from catalog.models import CatalogItem, FieldDefinition
from catalog.rows import FIELD_ATTRIBUTES, ITEM_ATTRIBUTES

SEVERAL: Final = "；"


@dataclass(frozen=True, slots=True)
class Attribute:
    """`words` = written form of every coded value; empty for text and numbers."""

    name: str
    label: str
    words: Mapping[str, str]
    number: bool = False

    def shown(self, thing: ItemContent | FieldContent) -> str:
        """The value as people read it; empty where there is none."""
        return _written(self, getattr(thing, self.name))


def _written(attribute: Attribute, value: Any) -> str:
    if attribute.name == "conditions":
        return "\n".join(condition_text.write(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return SEVERAL.join(attribute.words.get(one, one) for one in value)
    if isinstance(value, Mapping):
        return SEVERAL.join(f"{key}={meaning}" for key, meaning in value.items())
    return attribute.words.get(value, "" if value is None else str(value))


def _attribute(model: type[CatalogItem] | type[FieldDefinition], name: str) -> Attribute:
    column = model._meta.get_field(name)
    words = {str(value): str(word) for value, word in column.flatchoices}  # type: ignore[union-attr]
    if name == "subject_kinds":
        words = {kind.value: str(kind.label) for kind in SubjectKind}
    if name in ("role", "only_route"):
        words[""] = ""
    number = column.get_internal_type() in ("PositiveSmallIntegerField", "PositiveIntegerField")
    return Attribute(name, str(column.verbose_name), words, number)  # type: ignore[union-attr]


ITEM: Final = tuple(_attribute(CatalogItem, name) for name in ITEM_ATTRIBUTES)
FIELD: Final = tuple(_attribute(FieldDefinition, name) for name in FIELD_ATTRIBUTES)
EIGHT: Final = (
    "conduct",
    "provider",
    "data_source",
    "nature",
    "sharing",
    "publicity",
    "period_rule",
    "update_cycle",
)
