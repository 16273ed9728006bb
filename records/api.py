"""Handing in by machine: one record, a file, how the file went, and the rows that came back.

A client hands in for its own agency and sees its own agency's batches; others do not exist for it.
"""

from collections import Counter
from collections.abc import Mapping
from typing import ClassVar, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.choices import Scope
from agencies.idempotency import idempotent
from common.api import StrictQuery, body_object, query_choice
from common.files.errors import FileRefused
from common.gates import CLAUSES, Refused, refuse
from common.list_files import XLSX
from common.openapi import NOT_FOUND, problem
from common.problems import FieldProblem, Problem, pointer_step
from records import services
from records.api_bodies import IDEMPOTENCY, PROBLEM, WRITE_REFUSALS, cells, document, malformed, text
from records.choices import BatchStatus, Channel, MinorCircumstance, Procedure
from records.intake import rejections
from records.models import CreditRecord, IntakeBatch

_OVERHEAD: Final = 64 * 1024  # form fields and boundaries around the file
_MEMBERS: Final = frozenset({"item", "fields", "document", "procedure", "minor"})
_PROCEDURES: Final = {str(one.label): one.value for one in Procedure} | {
    one.value: one.value for one in Procedure
}
_MINOR: Final = {str(one.label): one.value for one in MinorCircumstance} | {
    one.value: one.value for one in MinorCircumstance
}


class _SubmitView(StrictQuery):
    scope: ClassVar[str] = Scope.RECORDS_SUBMIT


# --- one record ----------------------------------------------------------------------------------------


class DocumentSerializer(serializers.Serializer[object]):
    """The document the record rests on; what it says need not be repeated in `fields`."""

    kind = serializers.CharField(required=False, help_text="文书种类；不填为事项的默认种类")
    number = serializers.CharField(required=False, help_text="文书号")
    issuer = serializers.CharField(required=False, help_text="作出文书的机关")
    date = serializers.CharField(required=False, help_text="作出日期")
    effective_date = serializers.CharField(required=False, help_text="生效日期；不填为作出日期")


class RecordRequestSerializer(serializers.Serializer[object]):
    item = serializers.CharField(help_text="事项代码，例如 xzcf")
    fields = serializers.DictField(help_text="字段值；名称用字段代码或字段名称均可")  # type: ignore[assignment]
    document = DocumentSerializer(required=False, help_text="失信信息必须提供")
    procedure = serializers.CharField(required=False, help_text="适用程序：普通程序 或 ordinary")
    minor = serializers.CharField(required=False, help_text="轻微情形：无 或 none")


@extend_schema_serializer(component_name="RecordedSubject")
class SubjectSerializer(serializers.Serializer[object]):
    public_id = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField(source="shown_name", help_text="自然人为脱敏姓名")
    uscc = serializers.CharField(allow_blank=True)


class RecordSerializer(serializers.Serializer[CreditRecord]):
    """A record taken in, with the ends the platform worked out."""

    id = serializers.IntegerField()
    item = serializers.CharField(source="item_code")
    subject = SubjectSerializer()
    document_number = serializers.CharField()
    decision_date = serializers.DateField()
    minimum_until = serializers.DateField(allow_null=True, help_text="最短公示期至")
    published_until = serializers.DateField(allow_null=True, help_text="公示至；null 为不公示")
    shared_until = serializers.DateField(allow_null=True, help_text="共享至；null 为不共享")
    used_until = serializers.DateField(allow_null=True, help_text="使用至；null 为不作使用依据")


class RecordsView(_SubmitView):
    @extend_schema(
        operation_id="record_submit",
        summary="报送一条信用信息",
        description="与文件报送同一套规则；退回时 errors 给出全部问题，不只第一个。",
        tags=["报送"],
        parameters=[IDEMPOTENCY],
        request=RecordRequestSerializer,
        responses={201: RecordSerializer, (409, PROBLEM): problem("该信息已经报送过"), **WRITE_REFUSALS},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = body_object(request)
        if unknown := sorted(body.keys() - _MEMBERS):
            raise malformed(f"/{unknown[0]}", f"请求内容有不认识的成员：{unknown[0][:40]}")
        client = client_of(request)
        record = services.accept_record(
            agency=client.agency,
            client=client,
            item_code=text(body, "item"),
            fields=cells(body.get("fields")),
            document=document(body.get("document")),
            procedure=text(body, "procedure"),
            minor=text(body, "minor"),
            channel=Channel.API,
        )
        return Response(
            RecordSerializer(record).data,
            status=201,
            headers={"Location": request.build_absolute_uri(f"{record.pk}/")},
        )


# --- files ---------------------------------------------------------------------------------------------


class BatchSerializer(serializers.Serializer[IntakeBatch]):
    """How a file went. `total` = `accepted` + `rejected` + `duplicate` once it is done."""

    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(BatchStatus.choices)
    total = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    error = serializers.SerializerMethodField(help_text="整个文件未能处理的原因")

    def get_error(self, batch: IntakeBatch) -> dict[str, str] | None:
        return {"code": batch.error_code, "detail": batch.error_detail} if batch.error_code else None


class BatchRequestSerializer(serializers.Serializer[object]):
    item = serializers.CharField(help_text="事项代码")
    file = serializers.FileField(help_text=".csv（UTF-8、GB18030）或 .xlsx")
    procedure = serializers.CharField(
        required=False, help_text="文件没有“适用程序”列时必须申明：普通程序 或 ordinary"
    )


class _CappedUpload(TemporaryFileUploadHandler):
    """Stops reading as soon as a file is larger than a batch may be, whatever the request said of its length."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > settings.BATCH_MAX_BYTES:
            raise _too_large()
        return super().receive_data_chunk(raw_data, start)


def _too_large() -> FileRefused:
    return FileRefused(
        "file_too_large", f"文件超过{settings.BATCH_MAX_BYTES // 1024**2}MB，请分成几个文件报送"
    )


class CappedUploadView(_SubmitView):
    """Takes one file, as `file`, up to the size of a batch; reading stops as soon as it is larger, whatever its length said.
    A member that is not one of `members`, and a second one of a kind, are refused: they would be lost without a word."""

    parser_classes = (MultiPartParser,)
    members: ClassVar[frozenset[str]] = frozenset()

    def initialize_request(self, request: HttpRequest, *args: object, **kwargs: object) -> Request:
        request.upload_handlers = [_CappedUpload(request)]
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.BATCH_MAX_BYTES + _OVERHEAD:
            raise _too_large()
        if request.method == "POST":
            self._one_of_each(request)

    def _one_of_each(self, request: Request) -> None:
        parts = [*request.POST.lists(), *request.FILES.lists()]
        sent = Counter(name for name, values in parts for _ in values)
        for name, count in sent.items():
            pointer = f"/{pointer_step(name)}"
            if name not in self.members and name != "file":
                raise malformed(pointer, f"请求内容有不认识的成员：{name[:40]}")
            if count > 1:
                one = "一次请求只能上传一个文件，请分开上传" if name == "file" else f"{name}只能出现一次"
                raise malformed(pointer, one)


class BatchesView(CappedUploadView):
    members: ClassVar[frozenset[str]] = frozenset({"item", "procedure"})

    @extend_schema(
        operation_id="batch_submit",
        summary="报送一个文件",
        description="文件整体检查后排队，只有表头的（file_empty）当场退回；逐行核验在后台进行，退回的行可下载改正后重新报送。同一文件报送两次不会重复记录。",
        tags=["报送"],
        parameters=[IDEMPOTENCY],
        request={"multipart/form-data": BatchRequestSerializer},
        responses={
            202: BatchSerializer,
            (411, PROBLEM): problem("没有写明内容长度"),
            (413, PROBLEM): problem("文件过大"),
            (415, PROBLEM): problem("文件无法读取"),
            **WRITE_REFUSALS,
        },
    )
    @idempotent
    def post(self, request: Request) -> Response:
        upload = request.FILES.get("file")
        if not isinstance(upload, UploadedFile):
            raise Problem(
                400, "file_missing", "请以 multipart/form-data 上传文件，文件字段名为 file",
                errors=[FieldProblem("/file", "file_missing", "没有文件")],
            )  # fmt: skip
        form: Mapping[str, object] = request.POST
        declared = str(form.get("procedure", "")).strip()
        if declared and declared not in _PROCEDURES:
            detail = "procedure应为“普通程序”或者ordinary"
            basis = CLAUSES["excluded_summary_procedure"].basis
            raise Refused(refuse("code_unknown", detail, pointer="/procedure", basis=basis))
        client = client_of(request)
        batch = services.open_batch(
            agency=client.agency,
            client=client,
            item_code=str(form.get("item", "")),
            upload=upload,
            declared_procedure=_PROCEDURES.get(declared, ""),
            channel=Channel.API,
        )
        return Response(
            BatchSerializer(batch).data,
            status=202,
            headers={"Location": request.build_absolute_uri(f"{batch.public_id}/")},
        )


def _own_batch(request: Request, public_id: str) -> IntakeBatch:
    batch = IntakeBatch.objects.filter(agency=client_of(request).agency, public_id=public_id).first()
    if batch is None:
        raise Http404
    return batch


class BatchView(_SubmitView):
    @extend_schema(
        operation_id="batch",
        summary="一个文件的处理情况",
        tags=["报送"],
        responses={200: BatchSerializer, **NOT_FOUND},
    )
    def get(self, request: Request, public_id: str) -> Response:
        return Response(BatchSerializer(_own_batch(request, public_id)).data)


class _AnyRenderer(BaseRenderer):
    """Lets the client ask for whatever it likes: the answer is a file, its form chosen by `?format=`."""

    media_type = "*/*"
    format = "file"

    def render(self, data: object, *args: object, **kwargs: object) -> bytes:
        return b""  # pragma: no cover - the view answers with a file of its own


class RejectionsView(_SubmitView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"format"})
    renderer_classes = (_AnyRenderer,)

    @extend_schema(
        operation_id="batch_rejections",
        summary="退回的行",
        description="原有各列加行号、错误代码、错误说明、依据；改正后可直接重新报送。",
        tags=["报送"],
        parameters=[OpenApiParameter("format", str, enum=["csv", "xlsx"], description="缺省 csv")],
        responses={
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.BINARY),
            (200, XLSX): OpenApiResponse(OpenApiTypes.BINARY),
            **NOT_FOUND,
        },
    )
    def get(self, request: Request, public_id: str) -> HttpResponseBase:
        form = query_choice(request, "format", frozenset({"csv", "xlsx"}), default="csv")
        return rejections.download(_own_batch(request, public_id), form)
