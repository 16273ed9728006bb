"""The base of every API view: JSON by orjson, strict query parameters, public access with a rate limit.

Views inherit `StrictQuery` (with DRF's APIView) or `PublicAPIView`, and list the query parameters they know;
any other is refused by name, because a mistyped filter that is ignored answers with far too much.
"""

import ipaddress
import logging
import re
import time
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import IO, Any, ClassVar, NamedTuple

import orjson
from django.conf import settings
from django.core.cache import cache
from django.utils.functional import Promise
from redis.exceptions import RedisError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from common.pagination import DEFAULT_LIMIT, MAX_LIMIT
from common.problems import FieldProblem, Problem

logger = logging.getLogger(__name__)

MAX_DEPTH = 32
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_INTEGER = re.compile(r"-?[0-9]{1,18}").fullmatch


# --- JSON ----------------------------------------------------------------------------------------------


def _plain(value: object) -> object:
    """What orjson does not know: decimals keep every digit as text, lazy texts and sets become plain."""
    if isinstance(value, Decimal | Promise):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not JSON: {type(value).__name__}")


def json_bytes(value: object) -> bytes:
    """UTF-8 JSON; dates and times in ISO 8601, decimals as text. `orjson.Fragment` passes ready-made JSON through."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS)


class OrjsonRenderer(BaseRenderer):
    """application/json; bytes (JSON that the database built) go out as they are."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: object,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        return data if isinstance(data, bytes) else json_bytes(data)


def _malformed(detail: str) -> Problem:
    return Problem(400, "body_malformed", detail)


def _check_tree(root: object) -> None:
    """Refuse nesting beyond MAX_DEPTH and the NUL character, which PostgreSQL text cannot hold."""
    level: list[object] = [root]
    depth = 0
    while level:
        if depth > MAX_DEPTH:
            raise _malformed(f"JSON嵌套超过{MAX_DEPTH}层")
        depth += 1
        below: list[object] = []
        for node in level:
            if isinstance(node, str):
                if "\0" in node:
                    raise _malformed("请求内容含有空字符（U+0000）")
            elif isinstance(node, dict):
                below += node.keys()
                below += node.values()
            elif isinstance(node, list):
                below += node
        level = below


def parse_json(raw: bytes) -> object:
    """Parse a request body; raises the `body_malformed` problem. Of repeated keys the last one counts."""
    try:
        value: object = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _malformed(f"请求内容不是正确的JSON（UTF-8），问题在第{error.pos + 1}个字符附近") from None
    # Most bodies are neither deep nor escaped: two scans of the text save a walk over the tree.
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH or rb"\u0000" in raw:
        _check_tree(value)
    return value


class OrjsonParser(BaseParser):
    """application/json up to DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise Problem(413, "body_too_large", f"请求内容超过{limit // 1024 // 1024}MB，请分批提交")
        return parse_json(raw)


def body_object(request: Request) -> dict[str, object]:
    """The request body, which must be a JSON object."""
    data: object = request.data
    if not isinstance(data, dict):
        raise _malformed("请求内容应为JSON对象")
    return data


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

    settings = _ByHeaderOnly()


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


class PublicThrottle(SimpleRateThrottle):
    """So many requests per client address and minute, counted in Redis by one atomic increment.

    Fixed windows: at a window's edge twice the rate can pass, which protects as well and costs one number
    instead of DRF's list of times. If Redis is away the public must still be served, so the limit opens.
    """

    scope = "public"
    rate: str | None
    num_requests: int
    duration: int  # seconds

    def get_rate(self) -> str | None:
        rate: str | None = api_settings.DEFAULT_THROTTLE_RATES.get("public")
        return rate

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """The window's key; IPv6 clients are counted by their /64, which is one household's."""
        ident = self.get_ident(request)
        try:
            address = ipaddress.ip_address(ident)
            if address.version == 6:
                ident = str(ipaddress.ip_network((address, 64), strict=False))
        except ValueError:
            ident = "unknown"
        return f"throttle:{self.scope}:{ident}:{int(time.time()) // self.duration}"

    def allow_request(self, request: Request, view: APIView) -> bool:
        if self.rate is None:
            return True
        key = self.get_cache_key(request, view)
        try:
            cache.add(key, 0, timeout=self.duration + 1)
            return int(cache.incr(key)) <= self.num_requests
        except ValueError:  # expired between the two calls
            return True
        except RedisError:
            logger.warning("rate limit is open: cache not reachable")
            return True

    def wait(self) -> float:
        return self.duration - time.time() % self.duration


class PublicAPIView(StrictQuery):
    """No account, no token, rate-limited by address."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PublicThrottle,)
