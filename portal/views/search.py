"""Search: a fragment of a name, or an exact code that goes straight to its subject."""

from collections.abc import Collection
from datetime import date
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from agencies.areas import area_name
from catalog.choices import SubjectKind
from common.clock import today
from common.components import Cell, Column, Table
from common.presentation import address_of
from common.problems import Problem
from portal.freshness import public_page
from portal.listed import FOUND_SHOWN, LISTED_SQL, entry_counts, found_on_lists, shown_by_code
from portal.paging import PAGE_SIZE
from portal.views.lists import entry_table
from records import search as finder
from records.search import COUNT_CAP, Hit
from records.typed import Kind, Query, read_query


@public_page(shared=False, indexed=False)
def search(request: HttpRequest) -> HttpResponse:
    """`?q=`; a personal number is led out of the address at once, so that no link, log or history carries it on."""
    typed = request.GET.get("q", "").replace("\0", "")
    query = read_query(typed)
    at = today()
    if query.kind is Kind.PERSONAL:
        return HttpResponseRedirect(reverse("portal:search") + "?refused=personal")
    if query.kind is Kind.CODE and (subject := shown_by_code(query.text, at)):
        return HttpResponseRedirect(reverse("portal:subject", args=[subject.public_id]))
    on_lists = found_on_lists(query, at) if query.kind is Kind.NAME else []
    hits, next_cursor = _hits(request, query) if query.kind is Kind.NAME else ([], None)
    context = {
        "query": query,
        "typed": "" if query.kind is Kind.LONG else typed.strip(),
        "refused": request.GET.get("refused") == "personal",
        "table": _table(hits, at) if hits else None,
        "shown": len(hits),
        "next_cursor": next_cursor,
        "lists_table": entry_table(on_lists[:FOUND_SHOWN])
        if on_lists and not request.GET.get("cursor")
        else None,
        "more_on_lists": len(on_lists) > FOUND_SHOWN,
    }
    return render(request, "portal/search.html", context)


def _hits(request: HttpRequest, query: Query) -> tuple[list[Hit], str | None]:
    found = partial(
        finder.subjects_by_name,
        query.text,
        words=query.words,
        at=today(),
        limit=PAGE_SIZE,
        also=LISTED_SQL,
    )
    try:
        return found(cursor=request.GET.get("cursor"))
    except Problem:  # a cursor of somebody else's: begin again
        return found(cursor=None)


def _how_many(hit: Hit, dishonest: Collection[int]) -> str:
    """A body without a record is shown for a list alone; which kind of list must not be left to the reader's fancy."""
    if not hit.records:
        return "只在严重失信主体名单上" if hit.id in dishonest else "只在诚实守信名单上"
    return f"{COUNT_CAP} 条以上" if hit.records >= COUNT_CAP else f"{hit.records} 条"


def _table(hits: list[Hit], at: date) -> Table:
    by_list_alone = [hit.id for hit in hits if not hit.records]
    dishonest = entry_counts(by_list_alone, at) if by_list_alone else ()
    rows: list[list[Cell | str]] = [
        [
            Cell(hit.name, url=address_of("portal:subject", hit.public_id), note=hit.uscc),
            area_name(hit.region) or str(SubjectKind(hit.kind).label),
            _how_many(hit, dishonest),
        ]
        for hit in hits
    ]
    columns = [Column("名称"), Column("地区"), Column("在公示的信息")]
    return Table("查到的单位和个体工商户", columns, rows, caption_hidden=True)
