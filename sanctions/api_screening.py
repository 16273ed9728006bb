"""Screening for machines: ask for up to a thousand subjects, report back, see what is to be lifted, look for names."""

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import bearer, client_of
from agencies.choices import Scope
from agencies.idempotency import HEADER, idempotent
from common.api import StrictQuery, body_object, query_limit, query_problem
from common.clock import today
from common.gates import Refused, refuse
from common.json import parse_json
from common.openapi import NOT_FOUND, PAGING, page_of, problem
from common.pagination import keyset_page
from common.problems import Problem
from records.disclosure import public_name
from sanctions import lifting, selectors
from sanctions.models import AppliedMeasure, Screening
from sanctions.screening import again
from sanctions.screening.service import Question, ScreeningRefused, note_refusal, screen, unavailable
from sanctions.services import Report, give_feedback

PROBLEM = "application/problem+json"
JSON = "application/json"
_MEMBERS = frozenset({"purpose", "matter", "subjects", "application", "document_number"})
_REPORT = frozenset({"measure", "applied", "lifted", "document", "reason"})
REFUSALS = {
    (400, PROBLEM): problem("请求内容不正确"),
    (401, PROBLEM): problem("没有访问令牌或者令牌无效"),
    (403, PROBLEM): problem("没有 screening:query 权限"),
}
_IDEMPOTENCY = OpenApiParameter(
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
        description="按履职目的和事项比对最多1000个主体，只有代码和号码有效力。清单不完整或者不是最新时答复503，不会答复 clear。",
        tags=["查询比对"],
        parameters=[_IDEMPOTENCY],
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
    _check_members(body, _MEMBERS)
    subjects = body.get("subjects")
    if not isinstance(subjects, Mapping):
        raise Refused(refuse("field_required", "subjects 应为以键为名的对象", pointer="/subjects"))
    texts = {name: _text(body, name) for name in sorted(_MEMBERS - {"subjects"})}
    return Question(subjects=subjects, **texts)


def _text(body: Mapping[str, object], name: str, pointer: str = "") -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Refused(refuse("field_required", f"{name} 应为文本", pointer=f"{pointer}/{name}"))
    return value.strip()


def _check_members(body: Mapping[str, object], known: frozenset[str], pointer: str = "") -> None:
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


# --- reporting back -----------------------------------------------------------------------------------


class ReportSerializer(serializers.Serializer[object]):
    measure = serializers.CharField(help_text="答复中的措施代号")
    applied = serializers.BooleanField(required=False, help_text="是否已实施")
    document = serializers.CharField(required=False, help_text="已实施或者已解除的，所依据的文书号")
    reason = serializers.CharField(required=False, help_text="没有实施的原因，或者说明")
    lifted = serializers.BooleanField(required=False, help_text="原先实施的措施已经解除")


class FeedbackRequestSerializer(serializers.Serializer[object]):
    results = serializers.DictField(
        child=serializers.ListField(child=ReportSerializer()), help_text="以调用方的键为名"
    )


class FeedbackSerializer(serializers.Serializer[object]):
    id = serializers.CharField()
    accepted = serializers.IntegerField(help_text="收下的反馈数")
    remaining = serializers.IntegerField(help_text="还没有反馈的措施数")


class FeedbackView(ScreeningAPIView):
    @extend_schema(
        operation_id="screening_feedback",
        summary="反馈结果",
        description="逐个主体、逐项措施说明是否实施、依据哪份文书、为什么没有实施；以后解除的，以 lifted 反馈。一次反馈要么全部收下，要么全部退回。",
        tags=["查询比对"],
        parameters=[_IDEMPOTENCY],
        request=FeedbackRequestSerializer,
        responses={
            200: FeedbackSerializer,
            **REFUSALS,
            **NOT_FOUND,
            (409, PROBLEM): problem("已经反馈过，内容不同"),
            (422, PROBLEM): problem("措施不在答复中、依据已经失效、缺少文书号或者原因"),
        },
    )
    @idempotent
    def post(self, request: Request, public_id: str) -> Response:
        client = client_of(request)
        screening = get_object_or_404(Screening, public_id=public_id, agency=client.agency)
        reports = _reports(body_object(request))
        done = give_feedback(agency=client.agency, client=client, screening_id=public_id, reports=reports)
        return Response({"id": public_id, "accepted": len(done), "remaining": lifting.remaining(screening)})


def _reports(body: Mapping[str, object]) -> list[Report]:
    _check_members(body, frozenset({"results"}))
    results = body.get("results")
    if not isinstance(results, Mapping) or not results:
        raise Refused(refuse("field_required", "请以键为名逐个主体反馈", pointer="/results"))
    found = []
    for key, given in results.items():
        for place, one in enumerate(given if isinstance(given, list) else [given]):
            pointer = f"/results/{key}/{place}"
            if not isinstance(one, Mapping):
                raise Refused(refuse("field_required", "应为对象", pointer=pointer))
            _check_members(one, _REPORT, pointer)
            found.append(_report(key, one, pointer))
    return found


def _report(key: str, one: Mapping[str, object], pointer: str) -> Report:
    applied, lifted = one.get("applied"), one.get("lifted", False)
    if not isinstance(lifted, bool) or (not lifted and not isinstance(applied, bool)):
        raise Refused(
            refuse("field_required", "请以 true 或者 false 说明是否实施", pointer=f"{pointer}/applied")
        )
    return Report(
        key=key, measure=_text(one, "measure", pointer), applied=applied is True, lifted=lifted,
        document=_text(one, "document", pointer), reason=_text(one, "reason", pointer), pointer=pointer,
    )  # fmt: skip


# --- what is to be lifted ---------------------------------------------------------------------------------


class LiftTaskSerializer(serializers.Serializer[object]):
    id = serializers.CharField(help_text="实施的措施")
    subject = serializers.CharField(help_text="主体；自然人为脱敏姓名")
    uscc = serializers.CharField(allow_blank=True)
    measure = serializers.CharField()
    measure_name = serializers.CharField()
    document_number = serializers.CharField(help_text="实施时的文书号")
    screening = serializers.CharField(allow_blank=True, help_text="当时的回执号")
    ended_on = serializers.DateField(help_text="依据自这一天起终止")
    due = serializers.DateField(help_text="应当在这一天前解除")


class LiftTasksView(ScreeningAPIView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"cursor", "limit"})

    @extend_schema(
        operation_id="screening_lift_tasks",
        summary="应当解除的措施",
        description="本单位反馈已实施、而所依据的记录或者名单条目已经终止（修复、移出、撤销）的措施。解除后以反馈接口报告 lifted。",
        tags=["查询比对"],
        parameters=PAGING,
        responses={200: page_of("LiftTaskPage", LiftTaskSerializer), **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        rows = selectors.to_lift(today()).filter(agency=client_of(request).agency)
        page = keyset_page(
            rows.prefetch_related("feedback__hit__screening"),
            order=("id",),
            cursor=request.query_params.get("cursor"),
            limit=query_limit(request),
            serialize=lambda row: row,
        )
        tasks = lifting.lift_tasks(page["items"])  # type: ignore[arg-type]
        return Response({"items": [_task(task) for task in tasks], "next_cursor": page["next_cursor"]})


def _task(task: lifting.LiftTask) -> dict[str, object]:
    row: AppliedMeasure = task.measure
    feedback = next(iter(row.feedback.all()), None)
    return {
        "id": row.public_id,
        "subject": public_name(row.subject),
        "uscc": row.subject.uscc,
        "measure": row.measure.code,
        "measure_name": row.measure.name,
        "document_number": row.document_number,
        "screening": feedback.hit.screening.public_id if feedback else "",
        "ended_on": task.ended_on,
        "due": task.due,
    }
