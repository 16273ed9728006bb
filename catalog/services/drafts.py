"""Editions being prepared: opened with the running edition's items, adjusted, taken from a workbook, thrown away.

A draft is one row; every change names the version it was made on and is refused when somebody else was quicker.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from agencies.models import Officer
from catalog import content, rows, selectors
from catalog.blocks import block_fields
from catalog.content import FieldContent, ItemContent
from catalog.models import EditionDraft, LegalBasis
from catalog.rules import editions as edition_rules
from catalog.rules.editions import Frame
from catalog.rules.items import field_refusals
from common.gates import Refusal, Refused, refuse
from ledger.services import acting


class DraftChanged(Exception):
    """Somebody else changed the draft since this officer read it."""


@dataclass(frozen=True, slots=True)
class DraftHead:
    """The edition itself. `basis` is the document that issues it."""

    name: str
    basis: LegalBasis
    effective_from: date
    mark: str
    note: str = ""


def open_draft(
    *, officer: Officer, level: str, head: DraftHead, items: Sequence[ItemContent] | None = None
) -> EditionDraft:
    """Begin an edition of a level, with a copy of the newest edition's items unless `items` are given.

    Raises Refused (edition_level_not_allowed): there is no city level.
    """
    if problems := edition_rules.level_refusals(level):
        raise Refused(*problems)
    if items is None:
        newest = selectors.newest(level)
        items = rows.contents(newest) if newest else ()
    draft = EditionDraft(level=level, changed_by=officer, items=content.dump(items))
    _set_head(draft, head)
    with acting(actor=officer.pk, action="catalog.open_draft", basis=str(head.basis)):
        draft.save()
    return draft


def revise_draft(*, officer: Officer, draft_id: int, version: int, head: DraftHead) -> EditionDraft:
    """Change name, basis, first day or note of a draft."""
    with _changing(officer, draft_id, version, "catalog.revise_draft") as draft:
        _set_head(draft, head)
    return draft


def discard_draft(*, officer: Officer, draft_id: int, version: int) -> None:
    """Throw a draft away; nothing was ever in force by it."""
    with acting(actor=officer.pk, action="catalog.discard_draft", basis=_basis_of(draft_id)):
        _locked(draft_id, version).delete()


def replace_items(
    *, officer: Officer, draft_id: int, version: int, items: Sequence[ItemContent]
) -> EditionDraft:
    """Put a whole list of items in the place of the draft's, as a workbook brings it. Whether they may be published is
    judged then; until then a draft may be unfinished."""
    with _changing(officer, draft_id, version, "catalog.replace_items") as draft:
        draft.items = content.dump(items)
    return draft


def put_item(
    *, officer: Officer, draft_id: int, version: int, item: ItemContent, replaces: str = ""
) -> EditionDraft:
    """Add an item or, with `replaces` (its code), change one; the fields of a changed item stay as they are.

    Raises Refused with what is wrong with its attributes and bases; pointers are attribute names.
    """
    with _changing(officer, draft_id, version, "catalog.put_item") as draft:
        items = list(content.load(draft.items))
        place = next((index for index, one in enumerate(items) if one.code == replaces), None)
        if any(one.code == item.code for index, one in enumerate(items) if index != place):
            raise Refused(refuse("item_code_taken", f"本版本已有代码为“{item.code}”的事项", pointer="code"))
        if place is not None:
            item = replace(item, fields=items[place].fields)
        frame = Frame(draft.level, draft.basis.code, draft.effective_from)
        around = selectors.surroundings(draft.level, draft.effective_from)
        problems = [one for one in rows.shape_refusals(item) if not one.pointer.startswith("fields/")]
        problems += edition_rules.item_refusals(item, frame, around)
        if problems:
            raise Refused(*problems)
        if place is None:
            items.append(item)
        else:
            items[place] = item
        draft.items = content.dump(items)
    return draft


def remove_item(*, officer: Officer, draft_id: int, version: int, code: str) -> EditionDraft:
    """Leave an item out of the edition being prepared."""
    with _changing(officer, draft_id, version, "catalog.remove_item") as draft:
        draft.items = content.dump(one for one in content.load(draft.items) if one.code != code)
    return draft


def put_field(
    *,
    officer: Officer,
    draft_id: int,
    version: int,
    item_code: str,
    field: FieldContent,
    replaces: str = "",
) -> EditionDraft:
    """Add a field at the end, or change the one called `replaces`. Raises Refused; pointers are `fields/CODE/attribute`."""
    with _changing_item(officer, draft_id, version, item_code, "catalog.put_field") as change:
        change.item = content.with_field(change.item, field, replaces=replaces)
        change.touched = field.code
    return change.draft


def remove_field(
    *, officer: Officer, draft_id: int, version: int, item_code: str, field_code: str
) -> EditionDraft:
    """Leave a field out. Raises Refused when another field's condition names it."""
    with _changing_item(officer, draft_id, version, item_code, "catalog.remove_field") as change:
        change.item = content.without_field(change.item, field_code)
    return change.draft


def move_field(
    *, officer: Officer, draft_id: int, version: int, item_code: str, field_code: str, step: int
) -> EditionDraft:
    """Move a field by `step` places; negative is towards the front."""
    with _changing_item(officer, draft_id, version, item_code, "catalog.move_field") as change:
        change.item = content.with_field_moved(change.item, field_code, step)
    return change.draft


def add_block(
    *, officer: Officer, draft_id: int, version: int, item_code: str, block: str, prefix: str
) -> EditionDraft:
    """Add the fields that items have in common (`catalog.blocks`), their codes beginning with `prefix`."""
    with _changing_item(officer, draft_id, version, item_code, "catalog.add_block") as change:
        fields = block_fields(block, prefix, change.item.subject_kinds)
        change.item = replace(change.item, fields=change.item.fields + fields)
    return change.draft


# --- how a draft is changed ------------------------------------------------------------------------------


def _set_head(draft: EditionDraft, head: DraftHead) -> None:
    for name in ("name", "basis", "effective_from", "mark", "note"):
        setattr(draft, name, getattr(head, name))
    draft.full_clean()


def _basis_of(draft_id: int) -> str:
    return str(EditionDraft.objects.select_related("basis").get(pk=draft_id).basis)


def _locked(draft_id: int, version: int) -> EditionDraft:
    draft = EditionDraft.objects.select_for_update(of=("self",)).select_related("basis").get(pk=draft_id)
    if draft.version != version:
        raise DraftChanged
    return draft


@contextmanager
def _changing(officer: Officer, draft_id: int, version: int, action: str) -> Iterator[EditionDraft]:
    """The draft, locked, to be changed inside; raises DraftChanged and EditionDraft.DoesNotExist."""
    with acting(actor=officer.pk, action=action, basis=_basis_of(draft_id)):
        draft = _locked(draft_id, version)
        yield draft
        draft.version += 1
        draft.changed_by = officer
        draft.save()


@dataclass
class _ItemChange:
    draft: EditionDraft
    item: ItemContent
    touched: str = ""


@contextmanager
def _changing_item(
    officer: Officer, draft_id: int, version: int, item_code: str, action: str
) -> Iterator[_ItemChange]:
    """One item of the draft; what the change makes wrong is refused, what was wrong before is not held against it."""
    with _changing(officer, draft_id, version, action) as draft:
        items = list(content.load(draft.items))
        place = next((index for index, one in enumerate(items) if one.code == item_code), None)
        if place is None:
            raise Refused(refuse("item_unknown", f"本版本没有代码为“{item_code}”的事项"))
        before = _problems_of(items[place])
        change = _ItemChange(draft, items[place])
        yield change
        own = f"fields/{change.touched}/"
        after = _problems_of(change.item)
        if new := [
            one for one in after if one not in before or (change.touched and one.pointer.startswith(own))
        ]:
            raise Refused(*new)
        items[place] = change.item
        draft.items = content.dump(items)


def _problems_of(item: ItemContent) -> list[Refusal]:
    shape = [one for one in rows.shape_refusals(item) if one.pointer.startswith("fields/")]
    return shape + field_refusals(item)
