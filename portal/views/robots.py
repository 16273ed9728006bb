"""What search engines may keep: the rules of this site, not the records, whose copies would outlive their window."""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog import selectors as catalog
from common.clock import today
from portal.freshness import public_page
from portal.news import selectors as news

_CLOSED = (
    "/search/",
    "/subjects/",
    "/records/",
    "/reports/",
    "/penalties/",
    "/licences/",
    "/api/",
    "/workbench/",
    "/accounts/",
)
_OPEN: Final = (
    "home",
    "lists",
    "catalog",
    "measures",
    "repair",
    "rights",
    "transparency",
    "news",
    "open-data",
    "statistics",
)
_NEWEST: Final = 1000  # a site map holds 50,000 addresses at most; old news is found by its list
_DAY: Final = 24 * 3600


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED)]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public_page()
def sitemap(request: HttpRequest) -> HttpResponse:
    """The pages that search engines may keep: rules, explanations, news that concern nobody in particular."""
    urls = "".join(f"<url><loc>{escape(request.build_absolute_uri(path))}</loc></url>\n" for path in _paths())
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return HttpResponse(f"{text}{urls}</urlset>\n", content_type="application/xml; charset=utf-8")


def _paths() -> Iterator[str]:
    for name in _OPEN:
        yield reverse(f"portal:{name}")
    for code in sorted({item.code for item in catalog.items(today())}):
        yield reverse("portal:catalog-item", args=[code])
    articles = news.published(today()).filter(anonymous=False).order_by("-pk")
    for pk in articles.values_list("pk", flat=True)[:_NEWEST]:
        yield reverse("portal:article", args=[pk])


@require_safe
@cache_control(public=True, max_age=_DAY)
def favicon(request: HttpRequest) -> FileResponse:
    """For programs that ask here without reading a page; pages name the drawing."""
    icon = (settings.BASE_DIR / "static" / "img" / "favicon.ico").open("rb")
    return FileResponse(icon, content_type="image/x-icon")
