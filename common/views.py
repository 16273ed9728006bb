"""Two views that belong to no room: remembering how a reader wants to see pages, and the living style guide."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.presentation import DISPLAY_COOKIE, ELDER, OFF, SHORTCUT_COOKIE
from common.styleguide import styleguide_context

ONE_YEAR = 365 * 24 * 3600


@never_cache
@require_http_methods(["GET", "POST"])
def display_preferences(request: HttpRequest) -> HttpResponse:
    """Remember 长者模式 (`mode=elder|standard`) or keyboard shortcuts (`shortcuts=on|off`), then go back to `next`.

    GET is allowed so that a plain link works without script; all it changes is how this browser draws pages.
    """
    wanted = request.POST if request.method == "POST" else request.GET
    response = HttpResponseRedirect(_safe_return(request, wanted.get("next", "")))
    if "mode" in wanted:
        _remember(response, DISPLAY_COOKIE, ELDER if wanted["mode"] == ELDER else "")
    if "shortcuts" in wanted:
        _remember(response, SHORTCUT_COOKIE, OFF if wanted["shortcuts"] == OFF else "")
    return response


def _safe_return(request: HttpRequest, address: str) -> str:
    """`address` if it stays on this site, else the front page: a preference link must not lead people elsewhere."""
    allowed = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if address and allowed else "/"


def _remember(response: HttpResponse, name: str, value: str) -> None:
    if value:
        response.set_cookie(
            name,
            value,
            max_age=ONE_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(name, samesite="Lax")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The living page of all components (`/workbench/styleguide/`)."""
    return render(request, "workbench/styleguide.html", styleguide_context(request))
