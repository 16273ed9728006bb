"""Screening of many subjects at once: a file is handed in, worked off in the background, and its result fetched."""

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from common.api import body_object
from common.files.store import blocks_of
from common.gates import Refused
from common.openapi import NOT_FOUND, problem
from sanctions.api_screening import PROBLEM, REFUSALS, ScreeningAPIView
from sanctions.clauses import refuse
from sanctions.models import ScreeningFile
from sanctions.screening.files import AREA, MAX_ROWS, open_file


class FileRequestSerializer(serializers.Serializer[object]):
    purpose = serializers.CharField(help_text="履职目的的代号")
    matter = serializers.CharField(help_text="事项的代号")
    file = serializers.FileField(help_text=f".csv（UTF-8、GB18030）或者 .xlsx，最多{MAX_ROWS}行")


class ScreeningFileSerializer(serializers.Serializer[ScreeningFile]):
    id = serializers.CharField(source="public_id")
    status = serializers.CharField(help_text="queued、running、done、failed")
    total = serializers.IntegerField(help_text="行数")
    hits = serializers.IntegerField(help_text="比中的行")
    invalid = serializers.IntegerField(help_text="代码、号码不正确，没有比对的行")
    screening = serializers.SerializerMethodField(help_text="回执号，以行号为键反馈；没有完成时为空")
    error = serializers.CharField(source="error_detail")

    def get_screening(self, row: ScreeningFile) -> str:
        return row.screening.public_id if row.screening else ""


class FilesView(ScreeningAPIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="screening_file_submit",
        summary="批量比对一个文件",
        description="第一行为栏目名称：统一社会信用代码，或者身份证号码和姓名。核对后在后台比对；结果在原有各栏之后增加比对结果、措施和依据。",
        tags=["查询比对"],
        request={"multipart/form-data": FileRequestSerializer},
        responses={
            202: ScreeningFileSerializer,
            **REFUSALS,
            (411, PROBLEM): problem("没有写明内容长度"),
            (413, PROBLEM): problem("文件过大"),
            (415, PROBLEM): problem("文件无法读取"),
            (422, PROBLEM): problem("没有说明履职目的或者事项、超出必要范围"),
        },
    )
    def post(self, request: Request) -> Response:
        body = body_object(request)
        upload = body.get("file")
        if not isinstance(upload, UploadedFile):
            raise Refused(refuse("field_required", "请以 file 上传文件", pointer="/file"))
        client = client_of(request)
        row = open_file(
            agency=client.agency, client=client, upload=upload, purpose=str(body.get("purpose", "")),
            matter=str(body.get("matter", "")),
        )  # fmt: skip
        return Response(ScreeningFileSerializer(row).data, status=202)


def _own(request: Request, public_id: str) -> ScreeningFile:
    rows = ScreeningFile.objects.select_related("screening")
    return get_object_or_404(rows, public_id=public_id, agency=client_of(request).agency)


class FileView(ScreeningAPIView):
    @extend_schema(
        operation_id="screening_file",
        summary="批量比对的进度",
        tags=["查询比对"],
        responses={200: ScreeningFileSerializer, **REFUSALS, **NOT_FOUND},
    )
    def get(self, request: Request, public_id: str) -> Response:
        return Response(ScreeningFileSerializer(_own(request, public_id)).data)


class ResultView(ScreeningAPIView):
    @extend_schema(
        operation_id="screening_file_result",
        summary="下载批量比对的结果",
        tags=["查询比对"],
        responses={
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, description="原有各栏和比对结果"),
            **REFUSALS,
            **NOT_FOUND,
        },
    )
    def get(self, request: Request, public_id: str) -> HttpResponseBase:
        row = _own(request, public_id)
        if not row.result_as:
            raise Http404
        answer = StreamingHttpResponse(
            blocks_of(AREA.stream(row.result_as)),  # type: ignore[arg-type]  # reads like a file
            content_type="text/csv; charset=utf-8",
        )
        answer.headers["Content-Disposition"] = f'attachment; filename="{row.public_id}.csv"'
        answer.headers["Cache-Control"] = "no-store"
        return answer
