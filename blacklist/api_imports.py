"""Lists decided elsewhere by machine: the whole list as a file, and what became of it."""

from typing import ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.choices import Scope
from agencies.idempotency import idempotent
from blacklist.choices import DeliveryStatus
from blacklist.imports import services
from blacklist.models import ListDelivery
from common.api import StrictQuery
from common.openapi import NOT_FOUND, problem
from common.problems import FieldProblem, Problem
from records.api import CappedUploadView

_PROBLEM = "application/problem+json"


class DeliverySerializer(serializers.Serializer[ListDelivery]):
    """A delivery of a list. `held` waits for a person of the credit authority; `empty` and `failed` changed nothing."""

    id = serializers.CharField(source="public_id")
    source = serializers.CharField(source="source.code")  # type: ignore[assignment]
    status = serializers.ChoiceField(DeliveryStatus.choices)
    total = serializers.IntegerField(help_text="行数")
    rejected = serializers.IntegerField(help_text="退回的行")
    standing = serializers.IntegerField(help_text="原有条目")
    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    removed = serializers.IntegerField()
    same = serializers.IntegerField()
    hold_reason = serializers.CharField(allow_blank=True, help_text="须人工核对的原因")
    error = serializers.SerializerMethodField(help_text="没有采用的原因")

    @extend_schema_field({"type": "object", "nullable": True, "additionalProperties": {"type": "string"}})
    def get_error(self, delivery: ListDelivery) -> dict[str, str] | None:
        return {"code": delivery.error_code, "detail": delivery.error_detail} if delivery.error_code else None


class DeliveryRequestSerializer(serializers.Serializer[object]):
    source = serializers.CharField(help_text="名单来源代号")  # type: ignore[assignment]
    file = serializers.FileField(help_text="现有的全部名单，.csv（UTF-8、GB18030）或 .xlsx")


class DeliveriesView(CappedUploadView):
    members: ClassVar[frozenset[str]] = frozenset({"source"})

    @extend_schema(
        operation_id="list_delivery_submit",
        summary="报送外部认定的名单",
        description="报送现有的全部名单，平台与上次采用的名单比较：变化过大的等待人工核对，空名单不予采用。",
        tags=["名单"],
        request={"multipart/form-data": DeliveryRequestSerializer},
        responses={
            202: DeliverySerializer,
            (400, _PROBLEM): problem("请求内容不正确"),
            (403, _PROBLEM): problem("不是这份名单的提供单位"),
            (411, _PROBLEM): problem("没有写明内容长度"),
            (413, _PROBLEM): problem("文件过大"),
            (415, _PROBLEM): problem("文件无法读取"),
            (422, _PROBLEM): problem("来源已停用，或者名单没有依法设列"),
        },
    )
    @idempotent
    def post(self, request: Request) -> Response:
        upload = request.FILES.get("file")
        if not isinstance(upload, UploadedFile):
            detail = "请以 multipart/form-data 上传文件，文件字段名为 file"
            raise Problem(
                400, "file_missing", detail, errors=[FieldProblem("/file", "file_missing", "没有文件")]
            )
        client = client_of(request)
        delivery = services.receive(
            source_code=str(request.POST.get("source", "")),
            agency=client.agency,
            client=client,
            upload=upload,
        )
        return Response(
            DeliverySerializer(delivery).data,
            status=202,
            headers={"Location": request.build_absolute_uri(f"{delivery.public_id}/")},
        )


class DeliveryView(StrictQuery):
    scope: ClassVar[str] = Scope.RECORDS_SUBMIT

    @extend_schema(
        operation_id="list_delivery",
        summary="一次名单来数的处理情况",
        tags=["名单"],
        responses={200: DeliverySerializer, **NOT_FOUND},
    )
    def get(self, request: Request, public_id: str) -> Response:
        rows = ListDelivery.objects.select_related("source").filter(
            source__provider=client_of(request).agency
        )
        delivery = rows.filter(public_id=public_id).first()
        if delivery is None:
            raise Http404
        return Response(DeliverySerializer(delivery).data)
