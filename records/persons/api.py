"""Consents by machine: registered before the record they carry is handed in, seen and withdrawn by the same agency."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.choices import Scope
from agencies.idempotency import idempotent
from common.api import StrictQuery, body_object
from common.clock import today
from common.openapi import NOT_FOUND, problem
from common.problems import FieldProblem, Problem
from records.persons import selectors, services
from records.persons.choices import Allowed, GivenBy, Means
from records.persons.models import Consent
from records.persons.services import Person, Terms

_PROBLEM: Final = "application/problem+json"
_PERSON: Final = ("name", "document_kind", "document")
_TEXTS: Final = (
    "kind", "purpose", "method", "scope", "given_by", "relation", "giver_name", "giver_document", "means", "document_number",
)  # fmt: skip
_LISTS: Final = ("items", "allows")
_DATES: Final = ("given_on", "valid_from", "valid_until")
_MEMBERS: Final = frozenset({"person", "rights_told", *_TEXTS, *_LISTS, *_DATES})
_IDEMPOTENCY: Final = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="同一键和内容重复提交只办理一次"
)
_REFUSALS: Final = {
    (400, _PROBLEM): problem("请求内容不正确"),
    (401, _PROBLEM): problem("没有访问令牌或者令牌无效"),
    (403, _PROBLEM): problem("没有权限"),
    (422, _PROBLEM): problem("不符合规定；errors 逐项给出字段、代码、说明和依据"),
}


class ConsentPersonSerializer(serializers.Serializer[object]):
    """Whose consent; kept encrypted, never answered."""

    name = serializers.CharField(help_text="姓名")
    document_kind = serializers.CharField(help_text="证件类型，例如 身份证")
    document = serializers.CharField(help_text="证件号码")


class ConsentRequestSerializer(serializers.Serializer[object]):
    person = ConsentPersonSerializer()
    kind = serializers.CharField(help_text="collection 归集；publication 公开（单独同意）")
    purpose = serializers.CharField(help_text="收集使用的目的")
    items = serializers.ListField(child=serializers.CharField(), help_text="目录事项代码")
    allows = serializers.ListField(
        child=serializers.ChoiceField(Allowed.choices), required=False, help_text="同意的处理；不填只保存"
    )
    method = serializers.CharField(help_text="收集使用的方式")
    scope = serializers.CharField(help_text="用途和范围")
    rights_told = serializers.BooleanField(help_text="已告知权利和义务")
    given_by = serializers.ChoiceField(GivenBy.choices)
    relation = serializers.CharField(required=False, help_text="监护人与本人的关系")
    giver_name = serializers.CharField(required=False, help_text="监护人姓名")
    giver_document = serializers.CharField(required=False, help_text="监护人证件号码")
    means = serializers.ChoiceField(Means.choices)
    document_number = serializers.CharField(help_text="同意书编号")
    given_on = serializers.DateField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(help_text="必须有止日，不得终身")


@extend_schema_serializer(component_name="Consent")
class ConsentSerializer(serializers.Serializer[Consent]):
    id = serializers.CharField(source="public_id")
    kind = serializers.CharField(help_text="collection 归集；publication 公开（单独同意）")
    items = serializers.ListField(child=serializers.CharField())
    allows = serializers.ListField(child=serializers.CharField())
    document_number = serializers.CharField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()
    state = serializers.SerializerMethodField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)

    def get_state(self, consent: Consent) -> str:
        return consent.state(today()).value


class WithdrawalSerializer(serializers.Serializer[object]):
    means = serializers.ChoiceField(Means.choices, help_text="撤回方式")


class _ConsentApi(StrictQuery):
    scope: ClassVar[str] = Scope.RECORDS_SUBMIT


class ConsentsView(_ConsentApi):
    @extend_schema(
        operation_id="consent_submit",
        summary="登记自然人的同意",
        description="目录没有写明法律依据的自然人信息，先登记同意，再报送。公开须另外单独同意。",
        tags=["报送"],
        parameters=[_IDEMPOTENCY],
        request=ConsentRequestSerializer,
        responses={201: ConsentSerializer, **_REFUSALS},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = body_object(request)
        _known(body, _MEMBERS)
        client = client_of(request)
        consent = services.register_consent(
            agency=client.agency, client=client, person=_person(body), terms=_terms(body)
        )
        return Response(ConsentSerializer(consent).data, status=201)


class ConsentView(_ConsentApi):
    @extend_schema(
        operation_id="consent",
        summary="一份同意",
        tags=["报送"],
        responses={200: ConsentSerializer, **NOT_FOUND},
    )
    def get(self, request: Request, public_id: str) -> Response:
        return Response(ConsentSerializer(_own(request, public_id)).data)


class ConsentWithdrawalView(_ConsentApi):
    @extend_schema(
        operation_id="consent_withdraw",
        summary="登记同意的撤回",
        description="即时生效，不问理由：只依据这份同意的信息停止归集、共享、公开和使用。重复登记不改变第一次的时间。",
        tags=["报送"],
        parameters=[_IDEMPOTENCY],
        request=WithdrawalSerializer,
        responses={200: ConsentSerializer, **_REFUSALS, **NOT_FOUND},
    )
    @idempotent
    def post(self, request: Request, public_id: str) -> Response:
        body = body_object(request)
        _known(body, frozenset({"means"}))
        consent = services.withdraw_consent(
            consent=_own(request, public_id), means=_text(body, "means"), client=client_of(request)
        )
        return Response(ConsentSerializer(consent).data)


def _own(request: Request, public_id: str) -> Consent:
    consent = selectors.of_agency(client_of(request).agency).filter(public_id=public_id).first()
    if consent is None:
        raise Http404
    return consent


def _malformed(pointer: str, detail: str) -> Problem:
    return Problem(400, "body_malformed", detail, errors=[FieldProblem(pointer, "body_malformed", detail)])


def _known(body: Mapping[str, object], members: frozenset[str]) -> None:
    if unknown := sorted(body.keys() - members):
        raise _malformed(f"/{unknown[0]}", f"请求内容有不认识的成员：{unknown[0][:40]}")


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise _malformed(f"/{name}", f"{name}应为文本")
    return value


def _list(body: Mapping[str, object], name: str) -> list[str]:
    value = body.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _malformed(f"/{name}", f"{name}应为文本的列表")
    return value


def _date(body: Mapping[str, object], name: str) -> date | None:
    text = _text(body, name) if body.get(name) is not None else ""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _malformed(f"/{name}", f"{name}应为日期，例如 2026-11-22") from None


def _person(body: Mapping[str, object]) -> Person:
    person = body.get("person")
    if not isinstance(person, dict):
        raise _malformed("/person", "person应为对象：name、document_kind、document")
    _known(person, frozenset(_PERSON))
    return Person(**{name: _text(person, name) for name in _PERSON})


def _terms(body: Mapping[str, object]) -> Terms:
    texts = {name: _text(body, name) for name in _TEXTS}
    lists = {name: _list(body, name) for name in _LISTS}
    days = {name: _date(body, name) for name in _DATES}
    return Terms(**texts, **lists, **days, rights_told=body.get("rights_told") is True)  # type: ignore[arg-type]
