"""信用动态 on the public site: columns, articles, one article."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from common.clock import today
from common.documents import Heading, Items
from portal.freshness import public_page
from portal.news import selectors
from portal.news.rules import blocks
from portal.paging import page_of


@public_page()
def news(request: HttpRequest) -> HttpResponse:
    """What is published, the newest first; `?column=` for one column."""
    at = today()
    columns = list(selectors.columns(at))
    chosen = next((one for one in columns if one.code == request.GET.get("column")), None)
    rows = selectors.published(at).defer("body")
    if chosen is not None:
        rows = rows.filter(column__code=chosen.code)
    page = page_of(request, rows, order=selectors.ORDER)
    context = {"columns": columns, "chosen": chosen, "page": page}
    return render(request, "portal/news.html", context)


@public_page()
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """One article. One that names cases stays out of search engines, whose copies would outlive it."""
    found = selectors.published(today()).filter(pk=pk).first()
    if found is None:
        raise Http404
    context = {"article": found, "blocks": drawn(found.body)}
    answer = render(request, "portal/article.html", context)
    if found.anonymous:
        answer.headers["X-Robots-Tag"] = "noindex, noarchive"
    return answer


def drawn(body: str) -> list[tuple[str, object]]:
    """Blocks as (kind, contents) for the template."""
    return [
        ("heading", block.text)
        if isinstance(block, Heading)
        else ("items", block.lines)
        if isinstance(block, Items)
        else ("paragraph", block.text)
        for block in blocks(body)
    ]
