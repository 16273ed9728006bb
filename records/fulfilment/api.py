"""Reporting a later state by machine."""

from datetime import date
from typing import ClassVar, Final

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.choices import Scope
from agencies.idempotency import idempotent
from common.api import StrictQuery, body_object
from common.gates import Refused, refuse
from common.openapi import NOT_FOUND, problem
from common.problems import Problem
from records.fulfilment.models import StatusReport
from records.fulfilment.services import report_status
from records.models import CreditRecord

_MEMBERS: Final = ("status", "on", "document_number", "note")


class StatusReportSerializer(serializers.Serializer[StatusReport]):
    record = serializers.IntegerField(source="record_id", read_only=True)
    status = serializers.CharField(help_text="事项“状态”字段的取值，例如信用承诺的 全部履行")
    on = serializers.DateField(help_text="自哪一天起")
    document_number = serializers.CharField(required=False, allow_blank=True, help_text="依据文书号")
    note = serializers.CharField(required=False, allow_blank=True)
    before = serializers.CharField(read_only=True, help_text="原状态")


class RecordStatusView(StrictQuery):
    scope: ClassVar[str] = Scope.RECORDS_SUBMIT

    @extend_schema(
        operation_id="record_status",
        summary="续报履约状态",
        description="信用承诺、合同履行等事项的状态变化；只有报送该记录的单位可以续报。",
        tags=["报送"],
        request=StatusReportSerializer,
        responses={
            201: StatusReportSerializer,
            (422, "application/problem+json"): problem("不能续报"),
            **NOT_FOUND,
        },
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        body = body_object(request)
        if unknown := sorted(body.keys() - set(_MEMBERS)):
            raise Problem(400, "body_malformed", f"请求内容有不认识的成员：{unknown[0][:40]}")
        client = client_of(request)
        if not CreditRecord.objects.filter(pk=pk, provider=client.agency_id).exists():
            raise Problem(404, "not_found", "本单位没有报送过这条记录")
        report = report_status(
            record_id=pk,
            status=str(body.get("status") or ""),
            on=_day(body.get("on")),
            document_number=str(body.get("document_number") or ""),
            note=str(body.get("note") or ""),
            client=client,
        )
        return Response(StatusReportSerializer(report).data, status=201)


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Refused(refuse("date_invalid", pointer="/on")) from None
