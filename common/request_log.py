"""Log lines of requests without their query: what somebody searches for does not belong into a log."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class QuietRequestMiddleware(RequestMiddleware):
    """As django_structlog's, with the path alone."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
