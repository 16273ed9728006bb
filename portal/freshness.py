"""Entity tags of portal pages, known before a page is built: the version of everything the pages are made of.

Every table the public sees is tracked by the ledger, so its height is that version: newest block, newest sealed position
and the number of changes that wait for sealing. Counting the waiting ones, not reading their highest id, is what makes it
safe: ids are drawn before a transaction commits, the count moves when it does. The day is part of the tag, for windows
end without any change. During a large import the waiting changes are not counted to the end; pages then carry no tag.

Rejected: hashing the finished page (saves bytes, not work); whole pages in Redis (one more place that could outlive a
window).
"""

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

from common.clock import today
from common.freshness import mark_fresh, vary_on_display
from common.prepared import Prepared
from common.presentation import DISPLAY_COOKIE

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

_WAITING_LIMIT: Final = 1000
# asked for every page of the portal
_HEIGHT: Final = Prepared(
    "portal_height",
    ["bigint"],
    """SELECT (SELECT max(no) FROM ledger_block), (SELECT max(position) FROM ledger_event),
       (SELECT count(*) FROM (SELECT 1 FROM ledger_pending LIMIT $1) waiting)""",
)


def data_version() -> str | None:
    """Changes whenever anything the ledger tracks has changed; None while too much waits to be counted."""
    [(block, position, waiting)] = cast(list[tuple[int, int, int]], _HEIGHT.rows([_WAITING_LIMIT + 1]))
    return None if waiting > _WAITING_LIMIT else f"{block}/{position}/{waiting}"


@cache
def _build() -> str:
    """The newest change of templates and program: the same on every worker of a host, another after an update."""
    folders = (settings.BASE_DIR / "templates", settings.BASE_DIR / "portal", settings.BASE_DIR / "common")
    newest = max(path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*.[hp][ty]*"))
    return f"{newest}/{settings.CREDIT_SITE_NAME}/{settings.CREDIT_AUTHORITY_NAME}"


def page_etag(request: HttpRequest, *args: object, **kwargs: object) -> str | None:
    """Weak tag of the page at this address as this reader sees it."""
    version = data_version()
    if version is None:
        return None
    display = request.COOKIES.get(DISPLAY_COOKIE, "")
    parts = "\n".join((version, str(today()), _build(), request.get_full_path(), display))
    return f'W/"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'


def public_page(*, shared: bool = True, indexed: bool = True) -> Callable[[View[P]], View[P]]:
    """A portal page: GET and HEAD only, entity tag, short life. `indexed=False` keeps it out of search engines,
    whose copies would outlive the window."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def kept(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if response.status_code == 200:
                mark_fresh(response, shared=shared)
            vary_on_display(response)
            if not indexed:
                response.headers["X-Robots-Tag"] = "noindex, noarchive"
            return response

        return cast(View[P], require_safe(condition(etag_func=page_etag)(kept)))

    return decorate
