"""What search engines may keep: the rules of this site, not the records, whose copies would outlive their window."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

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


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
