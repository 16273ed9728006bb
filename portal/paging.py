"""Cursor pages of HTML lists: a cursor that this site did not issue leads back to the first page, not to an error."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from common.pagination import keyset_page
from common.problems import Problem

PAGE_SIZE: Final = 20

ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[ModelT]):
    """`rows` in order and the cursor of the next page, None at the end."""

    rows: list[ModelT]
    next_cursor: str | None


def page_of(
    request: HttpRequest, rows: QuerySet[ModelT], *, order: Sequence[str], size: int = PAGE_SIZE
) -> Page[ModelT]:
    """The page that `?cursor=` asks for."""
    try:
        return _page(rows, order, request.GET.get("cursor"), size)
    except Problem:
        return _page(rows, order, None, size)


def _page(rows: QuerySet[ModelT], order: Sequence[str], cursor: str | None, size: int) -> Page[ModelT]:
    answer = keyset_page(rows, order=order, cursor=cursor, limit=size, serialize=lambda row: row)
    return Page(cast(list[ModelT], answer["items"]), cast(str | None, answer["next_cursor"]))
