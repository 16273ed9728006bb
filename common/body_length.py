"""A body that does not say its length is refused; it would be taken for an empty one.

Django reads from WSGI as many bytes as Content-Length says. A body in chunks (Transfer-Encoding) says nothing, so that a file came out as
no file at all and JSON as text that cannot be read. Only programs send such bodies: everybody hears it as a problem document.
Rejected: reading to the end where the server marks one (`wsgi.input_terminated`): how large a body may be is asked before it is read.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from common.problems import problem_response

_DETAIL = "请求没有写明内容长度：不接收分块传输（Transfer-Encoding: chunked），请在请求头写明 Content-Length 后重新提交"


def length_required(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, before anything looks into a body."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            return problem_response(411, "length_required", _DETAIL)
        return get_response(request)

    return answer
