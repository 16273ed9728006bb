"""Screening for machines: ask for up to a thousand subjects, look for names. Reporting back is in `api_feedback`."""

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import bearer, client_of
from agencies.choices import Scope
from agencies.idempotency import HEADER, idempotent
from common.api import StrictQuery, body_object, query_limit, query_problem
from common.gates import Refused
from common.json import parse_json
from common.openapi import PAGING, problem
from common.pagination import keyset_page
from common.problems import Problem
from sanctions import selectors
from sanctions.clauses import refuse
from sanctions.screening import again
from sanctions.screening.service import Question, ScreeningRefused, note_refusal, screen, unavailable

PROBLEM = "application/problem+json"
JSON = "application/json"
_MEMBERS = frozenset({"purpose", "matter", "subjects", "application", "document_number"})
REFUSALS = {
    (400, PROBLEM): problem("请求内容不正确"),
    (401, PROBLEM): problem("没有访问令牌或者令牌无效"),
    (403, PROBLEM): problem("没有 screening:query 权限"),
}
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="同一键和内容重复提交只办理一次"
)


class ScreeningAPIView(StrictQuery):
    """Whatever keeps the database from answering is a 503: nobody may take silence for `clear`."""

    scope: ClassVar[str] = Scope.SCREENING_QUERY

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, DatabaseError):
            exc = unavailable()
        if isinstance(
            exc, ScreeningRefused
        ):  # here, where no transaction is left that could take the row back
            exc = note_refusal(exc)
        return super().handle_exception(exc)


# --- asking -------------------------------------------------------------------------------------------


class IdentitySerializer(serializers.Serializer[object]):
    uscc = serializers.CharField(required=False, help_text="统一社会信用代码；组织和个体工商户")
    id_number = serializers.CharField(required=False, help_text="身份证号码；与姓名同时填写")
    name = serializers.CharField(required=False, help_text="姓名；只用来核对号码是否本人")


class ScreeningRequestSerializer(serializers.Serializer[object]):
    purpose = serializers.CharField(help_text="履职目的的代号，见 /api/v1/purposes/")
    matter = serializers.CharField(help_text="事项的代号，见 /api/v1/matters/")
    subjects = serializers.DictField(child=IdentitySerializer(), help_text="以调用方的键为名，最多1000个")
    application = serializers.CharField(required=False, help_text="受理编号，最长64个字符")
    document_number = serializers.CharField(required=False, help_text="授权文书或者同意书编号，记入查询登记")


class ListedMeasureSerializer(serializers.Serializer[object]):
    code = serializers.CharField()
    name = serializers.CharField()
    content = serializers.CharField()
    measure_class = serializers.CharField()
    can_be_ordered = serializers.BooleanField()
    severity = serializers.IntegerField()
    executing_body = serializers.CharField()
    basis = serializers.CharField(help_text="依据和条款")
    period_text = serializers.CharField()


class PeriodSerializer(serializers.Serializer[object]):
    until = serializers.DateField(allow_null=True, help_text="最后一天；null 为没有预定的止日")

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(), **super().get_fields()}


class GroundSerializer(serializers.Serializer[object]):
    kind = serializers.ChoiceField(
        ["entry", "record", "decision"], help_text="名单条目、信用记录、实施措施的决定"
    )
    id = serializers.CharField()
    title = serializers.CharField()
    document_number = serializers.CharField()
    authority = serializers.CharField()
    decided_on = serializers.DateField()
    disputed_since = serializers.DateField(
        allow_null=True, help_text="异议处理中的，自哪一天起标注；请谨慎使用"
    )


class IncentiveSerializer(serializers.Serializer[object]):
    measure = ListedMeasureSerializer()
    period = PeriodSerializer()
    ground = GroundSerializer()


class DecidedSerializer(serializers.Serializer[object]):
    id = serializers.CharField()
    document_number = serializers.CharField()
    agency = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class HitMeasureSerializer(IncentiveSerializer):
    decided = DecidedSerializer(allow_null=True)
    remedy = serializers.CharField(help_text="救济途径")


class EntryShownSerializer(serializers.Serializer[object]):
    id = serializers.CharField()
    scheme = serializers.CharField()
    scheme_name = serializers.CharField()
    authority = serializers.CharField()
    document_number = serializers.CharField()
    decided_on = serializers.DateField()
    effective_from = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    disputed_since = serializers.DateField(
        allow_null=True, help_text="异议处理中的，自哪一天起标注；请谨慎使用"
    )
    remedy = serializers.CharField()


class ScreenedSerializer(serializers.Serializer[object]):
    status = serializers.ChoiceField(
        ["hit", "clear", "unknown_subject"], help_text="比中；没有适用于该事项的措施；平台没有这个主体"
    )
    entries = EntryShownSerializer(many=True)
    measures = HitMeasureSerializer(many=True)
    incentives = IncentiveSerializer(many=True)


class MatterNamedSerializer(serializers.Serializer[object]):
    code = serializers.CharField()
    name = serializers.CharField()


class ScreeningSerializer(serializers.Serializer[object]):
    id = serializers.CharField(help_text="回执号，反馈时使用")
    receipt = serializers.CharField(help_text="查询登记号")
    as_of = serializers.DateTimeField(help_text="答复所依据的时刻")
    list_version = serializers.CharField(help_text="清单和名单的版本")
    matter = MatterNamedSerializer()
    feedback_due = serializers.DateField(help_text="反馈期限")
    results = serializers.DictField(child=ScreenedSerializer())


class ScreeningsView(ScreeningAPIView):
    _failure: DatabaseError | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An ordinary question asked again is answered at once (`screening.again`); everything else goes the road of all views."""
        try:
            said = _at_once(request)
        except DatabaseError as failure:  # not tried a second time: whoever asks has waited long enough
            said, self._failure = None, failure
        if said is None:
            return super().dispatch(request, *args, **kwargs)
        return HttpResponse(said, content_type=JSON, headers={"Allow": "POST, OPTIONS"})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self._failure is not None:
            raise self._failure
        super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="screening",
        summary="查询比对",
        description="按履职目的和事项比对最多1000个主体，只有代码和号码有效力。有任何一个不正确的，整个请求不作比对，errors 逐个指出。清单不完整或者不是最新时答复503，不会答复 clear。",
        tags=["查询比对"],
        parameters=[IDEMPOTENCY],
        request=ScreeningRequestSerializer,
        responses={
            200: ScreeningSerializer,
            **REFUSALS,
            (422, PROBLEM): problem("没有说明履职目的或者事项、超出必要范围、代码不正确"),
            (503, PROBLEM): problem("清单不完整、不是最新或者暂时不可读（list_unavailable）"),
        },
    )
    @idempotent
    def post(self, request: Request) -> Response:
        client = client_of(request)
        answer = screen(agency=client.agency, client=client, question=_question(body_object(request)))
        return Response(orjson.loads(answer) if HEADER in request.headers else answer)


def _at_once(request: HttpRequest) -> bytes | None:
    """The answer to a plain question about a single body by somebody known; None for everything else."""
    meta = request.META
    plain = (
        request.method == "POST"
        and request.content_type == JSON
        and not meta.get("QUERY_STRING")
        and meta.get("HTTP_ACCEPT", "*/*") in ("*/*", JSON)
        and "HTTP_IDEMPOTENCY_KEY" not in meta
        and len(meta.get("CONTENT_LENGTH", "")) in (1, 2, 3)  # up to 999 bytes
    )
    if not plain or not (token := bearer(request)):
        return None
    try:
        body = parse_json(request.body)
        question = _question(body) if isinstance(body, dict) else None
    except (Problem, Refused):  # said on the road of all views, to whoever is known there
        return None
    return again.answer(question, token=token, request=request) if question else None


def _question(body: Mapping[str, object]) -> Question:
    check_members(body, _MEMBERS)
    subjects = body.get("subjects")
    if not isinstance(subjects, Mapping):
        raise Refused(refuse("field_required", "subjects 应为以键为名的对象", pointer="/subjects"))
    texts = {name: text_member(body, name) for name in sorted(_MEMBERS - {"subjects"})}
    return Question(subjects=subjects, **texts)


def text_member(body: Mapping[str, object], name: str, pointer: str = "") -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Refused(refuse("field_required", f"{name} 应为文本", pointer=f"{pointer}/{name}"))
    return value.strip()


def check_members(body: Mapping[str, object], known: frozenset[str], pointer: str = "") -> None:
    if unknown := sorted(body.keys() - known):
        detail = f"不认识的成员：{unknown[0][:40]}"
        raise Refused(refuse("code_unknown", detail, pointer=f"{pointer}/{unknown[0][:40]}"))


# --- names ------------------------------------------------------------------------------------------------


class CandidateSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    uscc = serializers.CharField(allow_blank=True)
    kind = serializers.CharField()
    region = serializers.CharField(allow_blank=True)


class CandidatesSerializer(serializers.Serializer[object]):
    effect = serializers.ChoiceField(["none"], help_text="名称只用来找代码，没有任何效力")
    note = serializers.CharField()
    items = CandidateSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class CandidatesView(ScreeningAPIView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"name", "cursor", "limit"})

    @extend_schema(
        operation_id="screening_candidates",
        summary="按名称查找代码",
        description="组织和个体工商户的候选，没有任何效力；请核对后以代码比对。自然人不能按姓名查找。",
        tags=["查询比对"],
        parameters=[
            OpenApiParameter("name", str, required=True, description="名称或者其中至少两个字"),
            *PAGING,
        ],
        responses={200: CandidatesSerializer, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        rows = selectors.candidates(request.query_params.get("name", ""))
        if rows is None:
            raise query_problem("name", "请填写名称中至少两个字")
        page = keyset_page(
            rows,
            order=("id",),
            cursor=request.query_params.get("cursor"),
            limit=query_limit(request, default=20, maximum=100),
            serialize=lambda subject: {
                "name": subject.name, "uscc": subject.uscc, "kind": subject.kind, "region": subject.region,
            },
        )  # fmt: skip
        return Response({"effect": "none", "note": "名称相同不等于同一主体，请以代码比对", **page})
