"""What machines report back about a screening, and what they are to lift."""

from collections.abc import Mapping
from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.idempotency import idempotent
from common.api import body_object, query_limit
from common.clock import today
from common.gates import Refused
from common.openapi import NOT_FOUND, PAGING, page_of, problem
from common.pagination import keyset_page
from records.disclosure import public_name
from sanctions import lifting, selectors
from sanctions.api_screening import (
    IDEMPOTENCY,
    PROBLEM,
    REFUSALS,
    ScreeningAPIView,
    check_members,
    text_member,
)
from sanctions.clauses import refuse
from sanctions.models import AppliedMeasure, Screening
from sanctions.services import Report, give_feedback

_REPORT = frozenset({"measure", "applied", "lifted", "document", "reason"})


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
        parameters=[IDEMPOTENCY],
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
    check_members(body, frozenset({"results"}))
    results = body.get("results")
    if not isinstance(results, Mapping) or not results:
        raise Refused(refuse("field_required", "请以键为名逐个主体反馈", pointer="/results"))
    found = []
    for key, given in results.items():
        for place, one in enumerate(given if isinstance(given, list) else [given]):
            pointer = f"/results/{key}/{place}"
            if not isinstance(one, Mapping):
                raise Refused(refuse("field_required", "应为对象", pointer=pointer))
            check_members(one, _REPORT, pointer)
            found.append(_report(key, one, pointer))
    return found


def _report(key: str, one: Mapping[str, object], pointer: str) -> Report:
    applied, lifted = one.get("applied"), one.get("lifted", False)
    if not isinstance(lifted, bool) or (not lifted and not isinstance(applied, bool)):
        raise Refused(
            refuse(
                "field_required",
                "请以 true 或者 false 说明是否实施",
                pointer=f"{pointer}/applied",
            )
        )
    return Report(
        key=key, measure=text_member(one, "measure", pointer), applied=applied is True, lifted=lifted,
        document=text_member(one, "document", pointer), reason=text_member(one, "reason", pointer), pointer=pointer,
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
