"""Problem documents: six members, the right status, Chinese sentences, nothing of the inside."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from common import problems
from common.gates import PLAN, Refused, refuse
from common.problems import FieldProblem, Problem, problem_response

MEMBERS = ["type", "title", "status", "detail", "code", "errors"]


def _answer(error: Exception) -> HttpResponse:
    class View(APIView):
        authentication_classes = ()
        permission_classes = ()

        def get(self, request: Request) -> HttpResponse:
            raise error

    response = View.as_view()(APIRequestFactory().get("/api/v1/something/"))
    assert isinstance(response, HttpResponse)
    return response


def _document(response: HttpResponse) -> dict[str, object]:
    import orjson

    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    body: dict[str, object] = orjson.loads(response.content)
    assert list(body) == MEMBERS
    assert body["status"] == response.status_code
    assert str(body["type"]).endswith(f":{body['code']}")
    return body


def test_a_refusal_carries_every_clause_and_pointer() -> None:
    body = _document(
        _answer(
            Refused(
                refuse("item_unknown", pointer="/item"), refuse("field_required", pointer="/fields/CF_WSH")
            )
        )
    )
    assert (body["status"], body["code"]) == (422, "item_unknown")
    assert body["detail"] == "公共信用信息目录中没有这个事项；必填项为空"
    first, second = body["errors"]
    assert first == {
        "pointer": "/item",
        "code": "item_unknown",
        "detail": "公共信用信息目录中没有这个事项",
        "basis": f"{PLAN} 第1条：实行目录制管理",
    }
    assert second["pointer"] == "/fields/CF_WSH"


@pytest.mark.parametrize(
    ("codes", "status", "code"),
    [
        (["duplicate"], 409, "duplicate"),
        (["duplicate", "duplicate"], 409, "duplicate"),
        (["duplicate", "field_required"], 422, "field_required"),
        (["field_required", "provider_not_authorised"], 403, "provider_not_authorised"),
        (["purpose_not_registered"], 422, "purpose_not_registered"),
    ],
)
def test_the_status_of_refusals(codes: list[str], status: int, code: str) -> None:
    body = _document(_answer(Refused(*[refuse(each) for each in codes])))
    assert (body["status"], body["code"]) == (status, code)
    assert [error["code"] for error in body["errors"]] == codes


def test_a_problem_goes_out_as_it_was_raised() -> None:
    response = _answer(
        Problem(
            503,
            "list_stale",
            "名单数据不是最新，暂不能核对",
            errors=[FieldProblem("/subjects", "list_stale", "请稍后再试")],
            headers={"Retry-After": "30"},
        )
    )
    body = _document(response)
    assert body["title"] == "服务暂不可用" and response["Retry-After"] == "30"
    assert body["errors"] == [
        {"pointer": "/subjects", "code": "list_stale", "detail": "请稍后再试", "basis": ""}
    ]
    assert _document(problem_response(418, "odd", "没有见过"))["title"] == problems.TITLES[400]


class _Line(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=18, decimal_places=6)


class _Body(serializers.Serializer):
    item = serializers.CharField(max_length=4)
    kind = serializers.ChoiceField(["普通程序", "简易程序"])
    lines = _Line(many=True)
    a_b = serializers.CharField()

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        raise serializers.ValidationError("整体不一致")


def _serializer_error(data: dict[str, object]) -> exceptions.ValidationError:
    with pytest.raises(exceptions.ValidationError) as caught:
        _Body(data=data).is_valid(raise_exception=True)
    return caught.value


def test_field_errors_become_pointers_with_stable_codes() -> None:
    error = _serializer_error(
        {"item": "xzcf-long", "kind": "其他", "lines": [{"amount": "1"}, {"amount": "一"}]}
    )
    body = _document(_answer(error))
    assert (body["status"], body["code"]) == (400, "validation_failed")
    found = {error["pointer"]: error["code"] for error in body["errors"]}
    assert found == {
        "/item": "field_too_long",
        "/kind": "code_unknown",
        "/lines/1/amount": "value_invalid",
        "/a_b": "field_required",
    }
    assert all(error["basis"] for error in body["errors"] if error["code"] != "value_invalid")
    assert "必填" in str(body["detail"])


def test_an_error_of_the_whole_body_points_at_the_whole() -> None:
    good = {"item": "xzcf", "kind": "普通程序", "lines": [], "a_b": "x"}
    body = _document(_answer(_serializer_error(good)))
    assert body["errors"] == [{"pointer": "", "code": "value_invalid", "detail": "整体不一致", "basis": ""}]
    assert body["code"] == "value_invalid"


def test_pointers_escape_slash_and_tilde() -> None:
    body = _document(_answer(exceptions.ValidationError({"a/b~c": ["不对"]})))
    assert body["errors"][0]["pointer"] == "/a~1b~0c"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (exceptions.ParseError("JSON parse error - line 1 column 2"), 400, "body_malformed"),
        (exceptions.NotAuthenticated(), 403, "not_authenticated"),
        (exceptions.PermissionDenied(), 403, "permission_denied"),
        (exceptions.NotFound(), 404, "not_found"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.NotAcceptable(), 406, "not_acceptable"),
        (exceptions.UnsupportedMediaType("text/odd"), 415, "unsupported_media_type"),
        (Http404("No Person matches the given query."), 404, "not_found"),
        (PermissionDenied("secret rule"), 403, "permission_denied"),
        (RequestDataTooBig("5242880"), 413, "body_too_large"),
        (SuspiciousOperation("Invalid HTTP_HOST"), 400, "body_malformed"),
        (ModelValidationError("日期不正确"), 400, "value_invalid"),
        (exceptions.APIException(), 500, "error"),
    ],
)
def test_framework_errors_speak_chinese_and_tell_nothing_of_the_inside(
    error: Exception, status: int, code: str
) -> None:
    body = _document(_answer(error))
    assert (body["status"], body["code"]) == (status, code)
    text = str(body["title"]) + str(body["detail"])
    assert text.isascii() is False
    for inside in ("Person", "JSON parse", "secret", "HTTP_HOST", "5242880", "text/odd", "Invalid"):
        assert inside not in text


def test_a_view_may_say_more_than_the_framework() -> None:
    body = _document(
        _answer(exceptions.PermissionDenied("该客户端没有 records:submit 权限", code="scope_missing"))
    )
    assert (body["code"], body["detail"]) == ("scope_missing", "该客户端没有 records:submit 权限")
    body = _document(_answer(exceptions.NotFound("没有这个批次")))
    assert (body["code"], body["detail"]) == ("not_found", "没有这个批次")


def test_challenge_and_pause_reach_the_client() -> None:
    error = exceptions.NotAuthenticated()
    error.auth_header = 'Bearer realm="api"'  # as DRF does when the authenticator has a challenge
    problem = problems.problem_from(error)
    assert problem is not None
    challenge = problems.as_response(problem)
    assert challenge.status_code == 401 and challenge["WWW-Authenticate"] == 'Bearer realm="api"'
    assert _answer(exceptions.Throttled(wait=12.3))["Retry-After"] == "13"
    assert _answer(exceptions.Throttled(wait=0.2))["Retry-After"] == "1"


def test_what_nobody_expected_is_left_to_the_server_error_page() -> None:
    assert problems.problem_from(DatabaseError("password=…")) is None
    with pytest.raises(DatabaseError):
        _answer(DatabaseError("password=…"))


@pytest.mark.parametrize(
    ("handler", "status", "code"),
    [
        (lambda request: problems.page_not_found(request, Http404()), 404, "not_found"),
        (lambda request: problems.permission_denied(request, PermissionDenied()), 403, "permission_denied"),
        (lambda request: problems.bad_request(request, SuspiciousOperation()), 400, "body_malformed"),
        (problems.server_error, 500, "internal_error"),
    ],
)
def test_handlers_answer_machines_with_problems_and_people_with_pages(
    handler: Callable[[object], HttpResponse], status: int, code: str
) -> None:
    body = _document(handler(RequestFactory().get("/api/v1/nothing/")))
    assert (body["status"], body["code"]) == (status, code)
    page = handler(RequestFactory().get("/nothing/"))
    assert page.status_code == status and page["Content-Type"].startswith("text/html")
