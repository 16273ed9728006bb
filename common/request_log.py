"""One log line per request, as JSON: what was asked by path alone, because what somebody searches for does not belong into a log.

The library binds a number to every request, which the ledger takes over, and logs how it ended. Who asked is named where
somebody is signed in, and the address is the one that limits are counted by (`TRUSTED_PROXIES`): a header that anybody
can write is not believed.
"""

import logging
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from rest_framework.throttling import BaseThrottle


class QuietRequestMiddleware(RequestMiddleware):
    """As django_structlog's, without looking for what is not there."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=BaseThrottle().get_ident(request))  # type: ignore[arg-type]

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            RequestMiddleware.bind_user_id(request)


def configure(level: str) -> None:
    """Lines of `level` and above to standard output; called once, when the program starts."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(serializer=_text),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
    )


def _text(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=repr).decode()
