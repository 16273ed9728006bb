"""One attempt to hand a batch over HTTP, and nothing else: no database, no decision about what follows.

The client is kept per process with its connections alive. Proxies from the environment are ignored: what is sent holds
personal data, and nobody in between may come in by a variable.
"""

import ssl
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import httpx2
import orjson
from django.utils import timezone

from province import deadline, rules, signing

_CONNECT_SECONDS = 5.0
_MAX_ANSWER = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it. `answer` is the parsed body of a 200; `error` is a sentence for the page, never contents."""

    status: int | None
    answer: object = None
    error: str = ""
    wish: timedelta | None = None


@lru_cache(maxsize=1)
def _client() -> httpx2.Client:
    return httpx2.Client(
        transport=deadline.Transport(ssl.create_default_context()),
        trust_env=False,
        follow_redirects=False,
        headers={"User-Agent": "hegang-credit-push/1", "Content-Type": "application/json"},
    )


def post(url: str, secret: str, batch_id: str, body: bytes, *, timeout: float) -> Attempt:
    """Send once and wait up to `timeout` seconds for the whole answer; every failure becomes an Attempt."""
    headers = {"Idempotency-Key": batch_id, **signing.headers(secret, body, now=time.time())}
    return _sent("POST", url, body, headers, timeout)


def get(url: str, secret: str, *, timeout: float) -> Attempt:
    """Ask once, signed like a push with an empty body; every failure becomes an Attempt."""
    if not rules.address_allowed(url) or not secret:
        return Attempt(None, error="没有可用的对账地址或者密钥")
    return _sent("GET", url, b"", signing.headers(secret, b"", now=time.time()), timeout)


def _sent(method: str, url: str, body: bytes, headers: dict[str, str], timeout: float) -> Attempt:
    limits = httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS))
    try:
        with (
            deadline.within(timeout),
            _client().stream(method, url, content=body, headers=headers, timeout=limits) as response,
        ):
            return _read(response)
    except httpx2.TimeoutException:
        return Attempt(None, error="对方在规定时间内没有答复")
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as failure:
        return Attempt(None, error=f"连接失败（{type(failure).__name__}）")


def _read(response: httpx2.Response) -> Attempt:
    wish = rules.retry_after(response.headers.get("Retry-After"), timezone.now())
    if response.status_code != 200:
        return Attempt(response.status_code, error=f"对方答复状态码 {response.status_code}", wish=wish)
    raw = bytearray()
    for chunk in response.iter_bytes():
        raw += chunk
        if len(raw) > _MAX_ANSWER:
            return Attempt(200, error="对方答复过大，无法读取")
    try:
        return Attempt(200, answer=orjson.loads(bytes(raw)))
    except orjson.JSONDecodeError:
        return Attempt(200, error="对方答复不是正确的 JSON")
