"""Writes of the catalog room; each is one action of one officer, whole or not at all."""

from catalog.services.bases import enter_basis, repeal_basis, revise_basis
from catalog.services.document_kinds import KindText, end_kind, enter_kind
from catalog.services.drafts import (
    DraftChanged,
    add_block,
    discard_draft,
    move_field,
    open_draft,
    put_field,
    put_item,
    remove_field,
    remove_item,
    replace_items,
    revise_draft,
)
from catalog.services.grants import grant_items
from catalog.services.publishing import publication_refusals, publish
from catalog.services.regimes import end_regime, enter_regime
from catalog.services.routes import add_route, end_route

__all__ = [
    "DraftChanged",
    "KindText",
    "add_block",
    "add_route",
    "discard_draft",
    "end_kind",
    "end_regime",
    "end_route",
    "enter_basis",
    "enter_kind",
    "enter_regime",
    "grant_items",
    "move_field",
    "open_draft",
    "publication_refusals",
    "publish",
    "put_field",
    "put_item",
    "remove_field",
    "remove_item",
    "repeal_basis",
    "replace_items",
    "revise_basis",
    "revise_draft",
]
