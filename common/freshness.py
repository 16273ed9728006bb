"""How long a public answer may be kept: half a minute, and never past midnight, when publication windows end.

A window ends with its last day (Asia/Shanghai), so an answer produced just before midnight must not be reused after it.
An early end (repair, revocation) takes effect during the day; half a minute is the longest it can be outlived by a cache
that nobody told. Within that time nothing has to ask; after it a cache has to (`must-revalidate`).
"""

from datetime import datetime, time, timedelta
from typing import Any, Final

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import PublicAPIView

MAX_AGE: Final = 30


def seconds_fresh(now: datetime) -> int:
    """How many whole seconds an answer given at `now` may be reused."""
    local = timezone.localtime(now)
    midnight = timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), time.min))
    return max(0, min(MAX_AGE, int((midnight - local).total_seconds())))


def mark_fresh(response: HttpResponseBase, *, shared: bool = True) -> None:
    """Let caches keep the answer for as long as it is certain to be true; `shared` = also caches of many people."""
    scope = "public" if shared else "private"
    response.headers["Cache-Control"] = f"{scope}, max-age={seconds_fresh(timezone.now())}, must-revalidate"


def vary_on_display(response: HttpResponseBase) -> None:
    """Pages are drawn by a cookie (长者模式), so a cache may not hand one reader's page to another."""
    patch_vary_headers(response, ["Cookie"])


class FreshAPIView(PublicAPIView):
    """A public read that caches may keep for a moment; errors are never kept."""

    shared_cache = True

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == 200:
            mark_fresh(answer, shared=self.shared_cache)
        return answer
