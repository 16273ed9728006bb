"""A draft becomes the edition in force: the running one ends the day before, its rows stay, records keep them."""

from datetime import date, timedelta

from django.db import transaction

from agencies.models import Officer
from catalog import content, rows, selectors
from catalog.models import (
    CatalogEdition,
    CatalogItem,
    DocumentKind,
    EditionDraft,
    FieldDefinition,
)
from catalog.rules import editions as edition_rules
from catalog.rules.editions import Frame
from catalog.services.drafts import DraftChanged
from common.gates import Refusal, Refused
from ledger.services import acting


def publication_refusals(draft: EditionDraft, *, on: date) -> list[Refusal]:
    """Everything that keeps the draft from being published on `on`; empty = it may be."""
    items = content.load(draft.items)
    frame = Frame(draft.level, draft.basis.code, draft.effective_from)
    around = selectors.surroundings(draft.level, draft.effective_from)
    problems = edition_rules.publication_refusals(items, frame, around, on=on)
    for item in items:
        problems += [
            Refusal(one.code, one.detail, one.basis, f"items/{item.code}/{one.pointer}")
            for one in rows.shape_refusals(item)
        ]
    return problems


def publish(*, officer: Officer, draft_id: int, version: int, on: date) -> CatalogEdition:
    """Publish a draft: rows of the edition, its items and their fields; the draft is gone afterwards.

    Raises Refused with everything found, DraftChanged, EditionDraft.DoesNotExist. One edition is published at a time
    (the rows of all are locked), so that two officers can neither take over from the same one nor use one item code twice.
    """
    with transaction.atomic():
        draft = EditionDraft.objects.select_for_update(of=("self",)).select_related("basis").get(pk=draft_id)
        if draft.version != version:
            raise DraftChanged
        list(CatalogEdition.objects.select_for_update().order_by("pk").values_list("pk"))
        if problems := publication_refusals(draft, on=on):
            raise Refused(*problems)
        with acting(actor=officer.pk, action="catalog.publish", basis=str(draft.basis)):
            _close(draft.level, draft.effective_from - timedelta(days=1))
            edition = _open(draft)
            draft.delete()
    return edition


def _close(level: str, last_day: date) -> None:
    """End what runs in a level with `last_day`; an earlier end of its own stays."""
    for rows_of, of_level in (
        (CatalogEdition.objects, {"level": level}),
        (CatalogItem.objects, {"edition__level": level}),
    ):
        running = rows_of.filter(**of_level, effective_from__lte=last_day)
        running.exclude(effective_until__lte=last_day).update(effective_until=last_day)


def _open(draft: EditionDraft) -> CatalogEdition:
    edition = CatalogEdition.objects.create(
        code=f"{draft.level.replace('_', '-')}-{draft.effective_from:%Y%m%d}",
        name=draft.name,
        level=draft.level,
        basis=draft.basis,
        effective_from=draft.effective_from,
        mark=draft.mark,
        note=draft.note,
    )
    items = content.load(draft.items)
    bases = selectors.bases_by_code()
    kinds = {row.code: row for row in DocumentKind.objects.all()}
    saved = CatalogItem.objects.bulk_create(rows.item_row(item, edition, bases, kinds) for item in items)
    FieldDefinition.objects.bulk_create(
        field for item, row in zip(items, saved, strict=True) for field in rows.field_rows(item, row)
    )
    return edition
