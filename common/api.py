"""The base of every API view: strict query parameters, public access with a rate limit.

Views inherit `StrictQuery` (with DRF's APIView) or `PublicAPIView`, and list the query parameters they know;
any other is refused by name, because a mistyped filter that is ignored answers with far too much.
"""

import ipaddress
import logging
import re
import time
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Final, NamedTuple

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from common.pagination import DEFAULT_LIMIT, MAX_LIMIT
from common.problems import FieldProblem, Problem

logger = logging.getLogger(__name__)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_INTEGER = re.compile(r"-?[0-9]{1,18}").fullmatch


def body_object(request: Request) -> dict[str, object]:
    """The request body, which must be a JSON object."""
    data: object = request.data
    if not isinstance(data, dict):
        raise Problem(400, "body_malformed", "请求内容应为JSON对象")
    return data


_ETAG = re.compile(r'(?:W/)?"?([0-9]{1,18})"?').fullmatch


def matched_version(request: Request) -> int | None:
    """The version a change was made on (`If-Match`, as `ETag` gave it); None without the header."""
    value = request.headers.get("If-Match", "").strip()
    if not value:
        return None
    found = _ETAG(value)
    if found is None:
        raise Problem(400, "if_match_invalid", 'If-Match 应为查询时返回的 ETag，例如 "3"')
    return int(found[1])


# --- query parameters ----------------------------------------------------------------------------------


def query_problem(name: str, detail: str, code: str = "query_invalid") -> Problem:
    """A 400 about one query parameter."""
    return Problem(400, code, detail, errors=[FieldProblem(f"?{name}", code, detail)])


def query_date(request: Request, name: str) -> date | None:
    """A query parameter written YYYY-MM-DD, or None where it is absent."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text if _DATE(text) else "")
    except ValueError:
        raise query_problem(name, f"参数{name}应为日期，格式为YYYY-MM-DD") from None


def query_int(request: Request, name: str, *, default: int, minimum: int, maximum: int) -> int:
    """A whole number between `minimum` and `maximum`; outside is a 400, not silently clipped."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not _INTEGER(text) or not minimum <= int(text) <= maximum:
        raise query_problem(name, f"参数{name}应为{minimum}至{maximum}之间的整数")
    return int(text)


def query_limit(request: Request, *, default: int = DEFAULT_LIMIT, maximum: int = MAX_LIMIT) -> int:
    """How many items of a list are wanted (`?limit=`)."""
    return query_int(request, "limit", default=default, minimum=1, maximum=maximum)


def query_choice(request: Request, name: str, allowed: frozenset[str], *, default: str = "") -> str:
    """A query parameter that must be one of `allowed`."""
    text: str = request.query_params.get(name, default)
    if text != default and text not in allowed:
        raise query_problem(name, f"参数{name}应为以下之一：{'、'.join(sorted(allowed))}")
    return text


class _ByHeaderOnly(NamedTuple):
    URL_FORMAT_OVERRIDE: str | None = None


class HeaderNegotiation(DefaultContentNegotiation):
    """Chooses by Accept only: `?format=` is an ordinary parameter here, known to a view or refused by name."""

    settings = _ByHeaderOnly()  # type: ignore[assignment]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        if request.META.get("HTTP_ACCEPT", "*/*") == "*/*":  # most machines: the first, without asking each
            return renderers[0], renderers[0].media_type
        chosen: tuple[Any, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen


class StrictQuery(APIView):
    """Refuses query parameters that the view does not know, repeats itself, or that hold a NUL character."""

    query_parameters: ClassVar[frozenset[str]] = frozenset()
    content_negotiation_class = HeaderNegotiation

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        for name, values in request.query_params.lists():
            if name not in self.query_parameters:
                raise query_problem(name, f"不认识的查询参数：{name[:40]}", "query_unknown")
            if len(values) > 1:
                raise query_problem(name, f"查询参数{name}只能出现一次")
            if "\0" in values[0]:
                raise query_problem(name, f"查询参数{name}含有空字符")


# --- public access -------------------------------------------------------------------------------------

_PARTS: Final = 12


class PublicThrottle(SimpleRateThrottle):
    """So many requests per client address in any stretch of time as long as the window, counted in Redis.

    The window slides in twelfths: one number for each, the current one raised by an atomic increment. DRF's own list of
    times is neither atomic nor small. If Redis is away the public must still be served, so the limit opens.
    """

    scope = "public"
    rate: str | None
    num_requests: int
    duration: int  # seconds
    _wait: float = 0.0

    def get_rate(self) -> str | None:
        rates = api_settings.DEFAULT_THROTTLE_RATES
        rate = rates.get(self.scope, rates.get("public"))
        return str(rate) if rate else None

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """The client's key; IPv6 clients are counted by their /64, which is one household's."""
        ident = self.get_ident(request)
        try:
            address = ipaddress.ip_address(ident)
            if address.version == 6:
                ident = str(ipaddress.ip_network((address, 64), strict=False))
        except ValueError:
            ident = "unknown"
        return f"throttle:{self.scope}:{ident}"

    def allow_request(self, request: Request, view: APIView) -> bool:
        if self.rate is None:
            return True
        key, now = self.get_cache_key(request, view), time.time()
        part = self.duration / _PARTS
        current = int(now // part)
        keys = [f"{key}:{number}" for number in range(current - _PARTS, current + 1)]
        try:
            cache.add(keys[-1], 0, timeout=int(self.duration + part) + 1)
            cache.incr(keys[-1])
            counted = cache.get_many(keys)
            over: int = sum(counted.values()) - self.num_requests
            if over > 0:
                cache.decr(keys[-1])  # who is refused is not counted, or waiting would never end
                self._wait = _seconds_until(over, [counted.get(key, 0) for key in keys], part) - now % part
            return over <= 0
        except ValueError:  # expired between two calls
            return True
        except RedisError:
            logger.warning("rate limit is open: cache not reachable")
            return True

    def wait(self) -> float:
        return self._wait


def _seconds_until(over: int, counts: Sequence[int], part: float) -> float:
    """When, counted from the start of the current part, as many requests as are over have left the window."""
    for number, count in enumerate(counts, 1):
        over -= count
        if over <= 0:
            return number * part
    return len(counts) * part


class ReferenceThrottle(PublicThrottle):
    """Rules and block heads say nothing about anybody, and a witness reads them whole: more of them, counted apart."""

    scope = "reference"


class PublicAPIView(StrictQuery):
    """No account, no token, rate-limited by address."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PublicThrottle,)
