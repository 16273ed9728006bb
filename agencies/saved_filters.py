"""Filters officers keep for themselves: a name for the query of a list's address. They grant nothing and are no record.

Only what names no person may be kept, for a query is stored as it stands: lists that can be asked for a person keep none, and of a
list with a free text only the filters named here.

Rejected: filters in the browser (gone with the machine), a field per filter of every list (a table for each form).
"""

from typing import Final
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from agencies.models import Officer, SavedFilter
from agencies.sign_in import officer_of

# Lists that keep filters, and which ones where not all are kept.
PAGES: Final[dict[str, frozenset[str] | None]] = {
    "batch-list": frozenset({"item", "status", "since", "until", "sort"}),
    "case-list": None,
    "record-list": frozenset({"item", "since", "until", "sort"}),
    "repair-list": None,
    "supervision": None,
}
MOST: Final = 12
_LONGEST: Final = 500
_LEFT_OUT: Final = frozenset({"cursor"})


def plain_query(text: str, page: str) -> str:
    """A query as it is kept: in order, without empty values, the place in the list and what this list does not keep."""
    kept = PAGES[page]
    pairs = [
        (name, value)
        for name, value in parse_qsl(text)
        if name not in _LEFT_OUT and (kept is None or name in kept)
    ]
    return urlencode(sorted(pairs))[:_LONGEST]


def kept_for(officer: Officer, page: str) -> list[SavedFilter]:
    return list(SavedFilter.objects.filter(officer=officer, page=page).order_by("name", "id")[:MOST])


def keep(*, officer: Officer, page: str, name: str, query: str) -> None:
    """Keep a filter; the same name is written over, and the thirteenth is not kept."""
    known = SavedFilter.objects.filter(officer=officer, page=page)
    if known.filter(name=name).exists() or known.count() < MOST:
        known.update_or_create(officer=officer, page=page, name=name, defaults={"query": query})


def forget(*, officer: Officer, page: str, name: str) -> None:
    SavedFilter.objects.filter(officer=officer, page=page, name=name).delete()


@login_required
@require_POST
def keep_filter(request: HttpRequest) -> HttpResponse:
    """Keep the filter in use under a name (`name`, `query`), or forget one (`forget`); then back to the list."""
    officer, page = officer_of(request), request.POST.get("page", "")
    if page not in PAGES:
        raise Http404
    name, query = request.POST.get("name", "").strip()[:30], plain_query(request.POST.get("query", ""), page)
    if forgotten := request.POST.get("forget", ""):
        forget(officer=officer, page=page, name=forgotten)
    elif name and query:
        keep(officer=officer, page=page, name=name, query=query)
    return redirect(reverse(f"workbench:{page}") + (f"?{query}" if query else ""))
