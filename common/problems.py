"""Errors of every interface as RFC 9457 problem documents: stable code, Chinese sentence, errors with pointers.

`Problem` is raised where a request itself is wrong; `common.gates.Refused` comes from services whose rules
refuse. Both, and what the framework raises, leave as application/problem+json with the same six members. The
answer is a plain HttpResponse, so that it is JSON even where a view renders CSV or negotiation failed. Texts of
unexpected exceptions never reach the client.

Status of refusals: 403 if the unit may not hand this in (`provider_not_authorised`), 409 if everything refused
is a `duplicate`, otherwise 422.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views import defaults
from rest_framework import exceptions

from common.gates import CLAUSES, Refuse, Refused, refuse

CONTENT_TYPE = "application/problem+json"
_TYPE = "tag:credit.hegang.gov.cn,2022:problem:"

TITLES = {
    400: "请求内容不正确",
    401: "需要身份认证",
    403: "没有权限",
    404: "没有找到",
    405: "不支持的请求方法",
    406: "不支持的返回格式",
    409: "与已有信息冲突",
    410: "信息已不再提供",
    411: "没有写明内容长度",
    412: "内容已被改动",
    413: "请求内容过大",
    415: "不支持的内容类型",
    422: "不符合规定，不予受理",
    428: "缺少前提条件",
    429: "请求过于频繁",
    500: "系统出现错误",
    503: "服务暂不可用",
}


class FieldProblem(NamedTuple):
    """One error: JSON pointer into the body ("/fields/CF_WSH"; "?on" for a query parameter), code, text, clause."""

    pointer: str
    code: str
    detail: str
    basis: str = ""


def pointer_step(name: str) -> str:
    """A name as one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


class Problem(Exception):
    """A request that cannot be served; becomes the problem document of `status`."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        title: str = "",
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.title = title or TITLES.get(status, TITLES[400])
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def problem_body(problem: Problem) -> dict[str, object]:
    """The members of the document, in the order they are read."""
    return {
        "type": _TYPE + problem.code,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "errors": [error._asdict() for error in problem.errors],
    }


def as_response(problem: Problem) -> HttpResponse:
    """Render a problem; never cached by anybody in between."""
    headers = {"Cache-Control": "no-store", **problem.headers}
    body = orjson.dumps(problem_body(problem))
    return HttpResponse(body, status=problem.status, content_type=CONTENT_TYPE, headers=headers)


def problem_response(
    status: int, code: str, detail: str, *, title: str = "", errors: Sequence[FieldProblem] = ()
) -> HttpResponse:
    """A problem document from a view that is not DRF's."""
    return as_response(Problem(status, code, detail, title=title, errors=errors))


def problem_from_refusal(refused: Refused) -> Problem:
    """Every refusal of a rule with its clause; status as the module says, code of the refusal that decided it."""
    codes = [refusal.code for refusal in refused.refusals]
    if "provider_not_authorised" in codes:
        status, code = 403, "provider_not_authorised"
    elif codes and set(codes) == {"duplicate"}:
        status, code = 409, "duplicate"
    else:
        status, code = 422, next(iter(code for code in codes if code != "duplicate"), "refused")
    details = list(dict.fromkeys(refusal.detail for refusal in refused.refusals))
    errors = [FieldProblem(item.pointer, item.code, item.detail, item.basis) for item in refused.refusals]
    return Problem(status, code, "；".join(details), errors=errors)


# --- what the framework raises -------------------------------------------------------------------------

_FIELD_CODES = {
    "required": "field_required",
    "blank": "field_required",
    "null": "field_required",
    "empty": "field_required",
    "max_length": "field_too_long",
    "max_string_length": "field_too_long",
    "invalid_choice": "code_unknown",
    "does_not_exist": "code_unknown",
    "unique": "duplicate",
}


# What DRF nests inside a ValidationError.
_Detail: TypeAlias = "exceptions.ErrorDetail | Mapping[str, _Detail] | Sequence[_Detail]"


def _field_problem(path: str, detail: exceptions.ErrorDetail, cite: Refuse) -> FieldProblem:
    code = _FIELD_CODES.get(str(detail.code), str(detail.code))
    if code not in CLAUSES:
        return FieldProblem(path, "value_invalid", str(detail))
    return FieldProblem(path, code, str(detail), cite(code).basis)


def _walk(detail: _Detail, path: str = "") -> Iterator[tuple[str, exceptions.ErrorDetail]]:
    """Flatten DRF's nested error structure into pointers (RFC 6901)."""
    if isinstance(detail, exceptions.ErrorDetail):
        yield path, detail
    elif isinstance(detail, Mapping):
        for key, inner in detail.items():
            step = "" if key == "non_field_errors" else "/" + str(key).replace("~", "~0").replace("/", "~1")
            yield from _walk(inner, path + step)
    else:
        for position, inner in enumerate(detail):
            leaf = isinstance(inner, exceptions.ErrorDetail)
            yield from _walk(inner, path if leaf else f"{path}/{position}")


def validation_problem(detail: _Detail, cite: Refuse = refuse) -> Problem:
    """What a serializer found, each with the clause that the room it belongs to cites."""
    errors = [_field_problem(path, one, cite) for path, one in _walk(detail)]
    codes = {error.code for error in errors}
    code = codes.pop() if len(codes) == 1 else "validation_failed"
    return Problem(400, code, "；".join(dict.fromkeys(error.detail for error in errors)), errors=errors)


# Sentences of ours replace the framework's wherever its text could name models, parsers or positions.
_FIXED = {
    exceptions.ParseError: ("body_malformed", "请求内容无法解析，请检查格式"),
    exceptions.NotAuthenticated: ("not_authenticated", "请先取得访问令牌，再以 Bearer 方式提交"),
    exceptions.AuthenticationFailed: ("authentication_failed", "访问令牌无效或者已经过期"),
    exceptions.MethodNotAllowed: ("method_not_allowed", "该地址不支持这种请求方法"),
    exceptions.NotAcceptable: ("not_acceptable", "无法按所要求的格式返回，请检查 Accept 请求头"),
    exceptions.UnsupportedMediaType: (
        "unsupported_media_type",
        "不支持这种内容类型，请检查 Content-Type 请求头",
    ),
    exceptions.Throttled: ("throttled", "请求过于频繁，请稍后再试"),
}
_SPOKEN = {
    exceptions.PermissionDenied: ("permission_denied", "您没有执行该操作的权限"),
    exceptions.NotFound: ("not_found", "没有找到您要的内容"),
}


def _api_problem(exc: exceptions.APIException) -> Problem:
    headers: dict[str, str] = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, int(wait)))
    if (fixed := _FIXED.get(type(exc))) is not None:
        return Problem(exc.status_code, *fixed, headers=headers)
    code, sentence = _SPOKEN.get(type(exc), (exc.default_code, TITLES.get(exc.status_code, TITLES[500])))
    # A view of ours may have said more than the framework's default: a sentence, perhaps with a code of its own.
    own = exc.detail
    if isinstance(own, exceptions.ErrorDetail) and str(own) != str(exc.default_detail):
        sentence = str(own)
        code = code if own.code in (None, exc.default_code) else str(own.code)
    return Problem(exc.status_code, code, sentence, headers=headers)


def problem_from(exc: BaseException) -> Problem | None:
    """The problem an exception stands for; None for what nobody expected (a 500 that tells nothing)."""
    match exc:
        case Problem():
            return exc
        case Refused():
            return problem_from_refusal(exc)
        case exceptions.ValidationError():
            return validation_problem(exc.detail)
        case ModelValidationError():
            return validation_problem(exceptions.ValidationError(exc.messages).detail)
        case exceptions.APIException():
            return _api_problem(exc)
        case Http404():
            return Problem(404, *_SPOKEN[exceptions.NotFound])
        case PermissionDenied():
            return Problem(403, *_SPOKEN[exceptions.PermissionDenied])
        case RequestDataTooBig():
            return Problem(413, "body_too_large", "请求内容超过允许的大小")
        case SuspiciousOperation():
            return Problem(400, "body_malformed", "请求内容不正确")
    return None


def exception_handler(exc: Exception, context: Mapping[str, object]) -> HttpResponse | None:
    """DRF's hook: answer with a problem document and roll back; None lets an unexpected error reach server_error."""
    problem = problem_from(exc)
    if problem is None:
        return None
    # Not at the top: DRF's views import the parsers, which import this module.
    from rest_framework.views import set_rollback

    set_rollback()
    return as_response(problem)


# --- handlers of the URL configuration -----------------------------------------------------------------


def is_api(request: HttpRequest) -> bool:
    """Whether the caller is a machine, which wants a problem document instead of a page."""
    return request.path.startswith("/api/")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request):
        return problem_response(404, "not_found", "没有这个接口地址，或者没有找到您要的内容")
    return defaults.page_not_found(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request):
        return problem_response(403, *_SPOKEN[exceptions.PermissionDenied])
    return defaults.permission_denied(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request):
        return problem_response(400, "body_malformed", "请求内容不正确")
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    if is_api(request):
        return problem_response(500, "internal_error", "系统出现错误，我们已经记录，请稍后再试")
    return defaults.server_error(request)
