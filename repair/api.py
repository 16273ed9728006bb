"""Applications that arrive from 信用中国 (one-net hand-over): handed in with their papers, asked about by number.

A client sees what it handed in itself; other cases do not exist for it. Papers come as multipart, so that nothing is blown up
by a third on its way; an `Idempotency-Key` makes a repeated hand-over one.
"""

from datetime import date
from typing import ClassVar, Final

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.choices import Scope
from agencies.idempotency import idempotent
from catalog.choices import SubjectKind
from common.api import StrictQuery
from common.clock import today
from common.files import CheckedFile, check
from common.files.errors import FileRefused
from common.identifiers import normalise_code
from common.openapi import NOT_FOUND, problem
from common.problems import FieldProblem, Problem
from records.identity.selectors import about_code
from records.models import CreditRecord
from records.selectors import shared
from repair import documents
from repair.choices import NO_CLOCK, Channel, Ground, Kind, MaterialKind
from repair.contents import Applicant
from repair.models import Case
from repair.services import Claim, Filing, Paper, file_case
from repair.targets import Target

_PROBLEM: Final = "application/problem+json"
_TEXTS: Final = frozenset(
    {"kind", "external_number", "item", "document_number", "uscc", "record", "applicant_name", "applicant_phone",
     "statement", "changes", "ground", "commitment_confirmed", "missing", "subject_name", "issuer", "issued_on"}
)  # fmt: skip
_FILES: Final = frozenset(kind.value for kind in MaterialKind)
_KINDS: Final = (Kind.REPAIR, Kind.OBJECTION)


class ApplicationRequestSerializer(serializers.Serializer[object]):
    """The record by `record` (id of the public interface), or by `item`, `document_number` and `uscc`."""

    kind = serializers.ChoiceField([one.value for one in _KINDS], required=False, help_text="不填为信用修复")
    external_number = serializers.CharField(help_text="转办系统的编号；同一编号只收一次", max_length=64)
    record = serializers.CharField(required=False, help_text="公开接口中的记录编号")
    item = serializers.CharField(required=False, help_text="事项代码，例如 xzcf")
    document_number = serializers.CharField(required=False, help_text="决定文书号")
    uscc = serializers.CharField(required=False, help_text="当事人统一社会信用代码")
    applicant_name = serializers.CharField(help_text="申请人或者经办人姓名")
    applicant_phone = serializers.CharField(help_text="联系电话")
    statement = serializers.CharField(help_text="怎样纠正、怎样履行；异议为具体说明")
    changes = serializers.CharField(required=False, help_text="上次未同意的，写明变化")
    ground = serializers.ChoiceField(Ground.choices, required=False, help_text="异议理由")
    missing = serializers.CharField(
        required=False,
        help_text="true 为遗漏异议（ground 为 omitted）：平台上没有这条信息，用 item、document_number、uscc、subject_name、"
        "issuer、issued_on 写明；不收自然人的",
    )
    subject_name = serializers.CharField(required=False, help_text="遗漏异议：当事人名称")
    issuer = serializers.CharField(required=False, help_text="遗漏异议：作出单位全称")
    issued_on = serializers.DateField(required=False, help_text="遗漏异议：作出日期")
    commitment_confirmed = serializers.CharField(required=False, help_text="true 为已在线作出信用修复承诺")
    commitment = serializers.FileField(required=False)
    identity = serializers.FileField(required=False)
    fulfilment = serializers.FileField(required=False, help_text="可以重复")
    evidence = serializers.FileField(required=False, help_text="可以重复")
    court_order = serializers.FileField(required=False, help_text="可以重复")


class ApplicationFiledSerializer(serializers.Serializer[object]):
    number = serializers.CharField(help_text="受理编号")
    query_code = serializers.CharField(help_text="查询码，只返回这一次，请转告申请人")
    agency = serializers.CharField(help_text="办理单位")
    due = serializers.DateField(help_text="决定是否受理的期限")


class ApplicationSerializer(serializers.Serializer[object]):
    number = serializers.CharField()
    external_number = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    state = serializers.CharField()
    state_label = serializers.CharField()
    agency = serializers.CharField()
    filed_on = serializers.DateField()
    due = serializers.DateField(allow_null=True, help_text="正在走的期限；等待补正或者已办结为 null")
    missing = serializers.ListField(child=serializers.CharField(), help_text="需要补正的内容")
    decided_on = serializers.DateField(allow_null=True)
    reasons = serializers.CharField(allow_blank=True, help_text="决定的理由")


def _malformed(name: str, detail: str) -> Problem:
    return Problem(400, "body_malformed", detail, errors=[FieldProblem(f"/{name}", "body_malformed", detail)])


class ApplicationsView(StrictQuery):
    scope: ClassVar[str] = Scope.REPAIR_SUBMIT
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="repair_application_submit",
        summary="转来一件信用修复申请或者异议",
        description="信用中国网站统一受理后转办。规则与本站受理相同；退回时 errors 给出代码、说明和依据。",
        tags=["信用修复"],
        parameters=[
            OpenApiParameter(
                "Idempotency-Key", str, OpenApiParameter.HEADER, description="同一键和内容重复提交只办理一次"
            )
        ],
        request={"multipart/form-data": ApplicationRequestSerializer},
        responses={
            201: ApplicationFiledSerializer,
            (400, _PROBLEM): problem("请求内容不正确"),
            (401, _PROBLEM): problem("没有访问令牌或者令牌无效"),
            (403, _PROBLEM): problem("没有 repair:submit 权限"),
            (404, _PROBLEM): problem("没有找到这条信息"),
            (409, _PROBLEM): problem("已有一件正在办理，或者转办编号已经收过"),
            (411, _PROBLEM): problem("没有写明内容长度"),
            (422, _PROBLEM): problem(
                "不符合规定：minimum_period_not_reached、not_repairable、materials_missing、file_*"
            ),
        },
    )
    @idempotent
    def post(self, request: Request) -> Response:
        known = _TEXTS | _FILES
        if unknown := sorted(set(request.data) - known):
            raise _malformed(unknown[0], f"请求内容有不认识的成员：{unknown[0][:40]}")
        client = client_of(request)
        external = _text(request, "external_number")[:64]
        if not external:
            raise _malformed("external_number", "请填写转办编号")
        if Case.objects.filter(client=client, external_number=external).exists():
            raise Problem(409, "duplicate", "这个转办编号已经收过")
        filed = file_case(filing=_filing(request, external), channel=Channel.NATIONAL, client=client)
        answer = {
            "number": filed.case.number,
            "query_code": filed.code,
            "agency": filed.case.agency.name,
            "due": filed.case.due.isoformat(),
        }
        return Response(answer, status=201)


def _text(request: Request, name: str) -> str:
    value = request.POST.get(name, "")
    if not isinstance(value, str) or "\0" in value:
        raise _malformed(name, f"{name} 应为文本")
    return value.strip()


def _checked(name: str, place: int, upload: "UploadedFile[bytes]") -> CheckedFile:
    """Among several papers the refusal says which one it means."""
    try:
        return check(upload)
    except FileRefused as refused:
        pointer = f"/{name}/{place}" if place else f"/{name}"
        refused.errors = tuple(one._replace(pointer=pointer) for one in refused.errors)
        raise


def _filing(request: Request, external: str) -> Filing:
    kind = _text(request, "kind") or Kind.REPAIR
    if kind not in _KINDS:
        raise _malformed("kind", "kind 应为 repair 或者 objection")
    claim = _claim(request) if kind == Kind.OBJECTION and _text(request, "missing") == "true" else None
    record = None if claim else _record(request)
    papers = [
        Paper(MaterialKind(name), _checked(name, place, upload))
        for name in sorted(_FILES)
        for place, upload in enumerate(request.FILES.getlist(name))
    ]
    if record is not None and kind == Kind.REPAIR and _text(request, "commitment_confirmed") == "true":
        text = documents.commitment_text(Target(record.subject, record=record))
        papers.append(Paper(MaterialKind.COMMITMENT, confirmed=text))
    return Filing(
        kind=Kind(kind),
        applicant=Applicant(_text(request, "applicant_name")[:50], _text(request, "applicant_phone")[:30]),
        text=_text(request, "statement")[:2000],
        changes=_text(request, "changes")[:1000],
        ground=_text(request, "ground") if kind == Kind.OBJECTION else "",
        record_id=record.pk if record else None,
        claim=claim,
        papers=papers,
        external_number=external,
    )


def _claim(request: Request) -> Claim:
    """What an objection says was never handed in about an organisation."""
    if _text(request, "ground") != Ground.OMITTED:
        raise _malformed("ground", "遗漏异议的 ground 应为 omitted")
    day = _text(request, "issued_on")
    try:
        issued_on = date.fromisoformat(day) if day else None
    except ValueError:
        raise _malformed("issued_on", "issued_on 应为日期，例如 2026-05-11") from None
    return Claim(
        party=SubjectKind.ORGANISATION,
        name=_text(request, "subject_name")[:200],
        code=_text(request, "uscc")[:18],
        item_code=_text(request, "item")[:40],
        issuer=_text(request, "issuer")[:200],
        number=_text(request, "document_number")[:128],
        issued_on=issued_on,
    )


def _record(request: Request) -> CreditRecord:
    """The one record in effect that is meant; 404 when there is none or the description fits several."""
    rows = shared(today())
    if number := _text(request, "record"):
        found = (
            list(rows.filter(pk=int(number))[:2])
            if number.isascii() and number.isdigit() and len(number) < 19
            else []
        )
    else:
        asked = {
            "item_code": _text(request, "item"),
            "document_number": _text(request, "document_number"),
            "uscc": normalise_code(_text(request, "uscc")),
        }
        if not all(asked.values()):
            raise _malformed("record", "请给出 record，或者同时给出 item、document_number 和 uscc")
        body = about_code(asked.pop("uscc"))
        found = list(rows.filter(body, **asked)[:2])
    if len(found) != 1:
        raise Problem(404, "not_found", "没有找到这条信息，或者已经停止公示和共享")
    return found[0]


class ApplicationView(StrictQuery):
    scope: ClassVar[str] = Scope.REPAIR_SUBMIT

    @extend_schema(
        operation_id="repair_application",
        summary="一件转来的申请办到哪里",
        description="只能查询本客户端转来的申请。",
        tags=["信用修复"],
        parameters=[
            OpenApiParameter("number", OpenApiTypes.STR, OpenApiParameter.PATH, description="受理编号")
        ],
        responses={
            200: ApplicationSerializer,
            (401, _PROBLEM): problem("没有访问令牌或者令牌无效"),
            (403, _PROBLEM): problem("没有 repair:submit 权限"),
            **NOT_FOUND,
        },
    )
    def get(self, request: Request, number: str) -> Response:
        case = Case.objects.select_related("agency").filter(client=client_of(request), number=number).first()
        if case is None:
            raise Problem(404, "not_found", "没有找到这件申请")
        return Response(
            {
                "number": case.number,
                "external_number": case.external_number,
                "kind": case.kind,
                "state": case.state,
                "state_label": case.get_state_display(),
                "agency": case.agency.name,
                "filed_on": case.filed_on,
                "due": None if case.due == NO_CLOCK else case.due,
                "missing": case.missing,
                "decided_on": case.decided_on,
                "reasons": case.reasons,
            }
        )
