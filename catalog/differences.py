"""What changed from one edition to another, item by item, attribute by attribute, field by field. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog import columns
from catalog.columns import Attribute
from catalog.content import FieldContent, ItemContent


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute before and after, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    code: str
    label: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that stands in both editions and is not the same; `reordered` when the same fields stand in another order."""

    before: ItemContent
    after: ItemContent
    changes: tuple[Change, ...]
    fields_added: tuple[FieldContent, ...]
    fields_removed: tuple[FieldContent, ...]
    fields_changed: tuple[FieldChange, ...]
    reordered: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """From an older edition to a newer one."""

    added: tuple[ItemContent, ...]
    removed: tuple[ItemContent, ...]
    changed: tuple[ItemChange, ...]
    same: int

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compare(before: Sequence[ItemContent], after: Sequence[ItemContent]) -> Difference:
    """Items are matched by code; each list holds a code once."""
    old, new = ({item.code: item for item in items} for items in (before, after))
    both = [code for code in new if code in old]
    changed = tuple(_item(old[code], new[code]) for code in both if old[code] != new[code])
    return Difference(
        added=tuple(item for code, item in new.items() if code not in old),
        removed=tuple(item for code, item in old.items() if code not in new),
        changed=changed,
        same=len(both) - len(changed),
    )


def _item(before: ItemContent, after: ItemContent) -> ItemChange:
    old, new = ({field.code: field for field in item.fields} for item in (before, after))
    both = [code for code in new if code in old]
    return ItemChange(
        before=before,
        after=after,
        changes=_changes(columns.ITEM, before, after),
        fields_added=tuple(field for code, field in new.items() if code not in old),
        fields_removed=tuple(field for code, field in old.items() if code not in new),
        fields_changed=tuple(
            FieldChange(code, new[code].label, _changes(columns.FIELD, old[code], new[code]))
            for code in both
            if old[code] != new[code]
        ),
        reordered=both != [code for code in old if code in new],
    )


def _changes(
    attributes: Iterable[Attribute], before: ItemContent | FieldContent, after: ItemContent | FieldContent
) -> tuple[Change, ...]:
    return tuple(
        Change(attribute.label, attribute.shown(before), attribute.shown(after))
        for attribute in attributes
        if getattr(before, attribute.name) != getattr(after, attribute.name)
    )
