"""A new edition of the national or provincial catalog: {"level", "name", "basis", "effective_from", "items": [...]}.

It waits: an officer of the credit authority opens it as a draft, which is judged when it is published.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from agencies.models import ApiClient, Officer
from catalog import content, selectors, services
from catalog.choices import EditionLevel, SourceMark
from catalog.models import EditionDraft, LegalBasis
from catalog.services.drafts import DraftHead
from common.gates import Refused, refuse
from province.incoming import Taken
from records.api_bodies import text

KIND: Final = "catalog_edition"
TITLE: Final = "目录版本"
OPENED_BY: Final = "catalog.manage_catalog"
PAGE: Final = "workbench:catalog-draft"


def take(client: ApiClient, payload: Mapping[str, Any]) -> Taken:
    _parsed(payload)
    return Taken(held=True)


def open_as_draft(*, officer: Officer, payload: Mapping[str, Any]) -> EditionDraft:
    """The message as a draft beside the catalog. Raises Refused as `take` does."""
    level, head, items = _parsed(payload)
    return services.open_draft(officer=officer, level=level, head=head, items=items)


def _parsed(payload: Mapping[str, Any]) -> tuple[str, DraftHead, tuple[content.ItemContent, ...]]:
    level = text(payload, "level")
    if level not in EditionLevel.values:
        raise Refused(refuse("edition_level_not_allowed", pointer="/payload/level"))
    basis = LegalBasis.objects.filter(code=text(payload, "basis")).first()
    if basis is None:
        raise Refused(
            refuse("item_basis_too_low", "印发依据尚未在本平台登记，请先登记", pointer="/payload/basis")
        )
    try:
        first_day = date.fromisoformat(text(payload, "effective_from"))
        own = selectors.own_attributes()
        items = content.load({**own.get(row["code"], {}), **row} for row in payload["items"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(
            refuse("item_definition_invalid", "施行日期或者事项内容无法读取", pointer="/payload")
        ) from error
    return level, DraftHead(text(payload, "name"), basis, first_day, SourceMark.EXCERPT), items
