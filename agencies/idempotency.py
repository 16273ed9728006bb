"""Idempotency-Key on write endpoints: the same key and body get the same answer, and the work is done once.

The answer is stored in the transaction that did the work, under a lock on (client, key): a repeat that arrives while
the first is still running waits for it. Refusals raise and are not stored; asking again asks the rules again.
"""

import functools
import hashlib
from collections.abc import Callable
from typing import Any, Protocol

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.models import IdempotentRequest
from common.problems import Problem

HEADER = "Idempotency-Key"
_MAX_KEY = 128


class WriteMethod(Protocol):
    def __call__(self, view: Any, request: Request, *args: Any, **kwargs: Any) -> Response: ...


def idempotent(method: Callable[..., Response]) -> WriteMethod:
    """Decorate a DRF view method that writes. Without the header the call is simply passed on."""

    @functools.wraps(method)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key:
            return method(view, request, *args, **kwargs)
        if len(key) > _MAX_KEY:
            raise Problem(400, "idempotency_key_invalid", f"{HEADER} 最长 {_MAX_KEY} 个字符")
        with transaction.atomic():
            return _once(key, lambda: method(view, request, *args, **kwargs), request)

    return wrapper


def _once(key: str, work: Callable[[], Response], request: Request) -> Response:
    client = client_of(request)
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency:{client.pk}:{key}"]
        )
    digest = _digest(request)
    method_path = f"{request.method} {request.path}"
    earlier = IdempotentRequest.objects.filter(client=client, key=key).first()
    if earlier is not None:
        if bytes(earlier.body_digest) != digest or earlier.method_path != method_path:
            raise Problem(422, "idempotency_key_reused", f"同一 {HEADER} 已用于内容不同的请求")
        return Response(earlier.answer, status=earlier.status, headers={"Idempotent-Replay": "true"})
    answer = work()
    IdempotentRequest.objects.create(
        client=client,
        key=key,
        method_path=method_path[:200],
        body_digest=digest,
        status=answer.status_code,
        answer=answer.data,
    )
    return answer


def _digest(request: Request) -> bytes:
    """SHA-256 over what was sent: JSON by value, forms by field, files by content."""
    digest = hashlib.sha256()
    data = request.data
    for name in sorted(data):
        value = data[name]
        digest.update(str(name).encode() + b"\0")
        if isinstance(value, UploadedFile):
            for chunk in value.chunks():
                digest.update(chunk)
            value.seek(0)
        else:
            digest.update(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
        digest.update(b"\0")
    return digest.digest()
