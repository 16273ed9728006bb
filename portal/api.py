"""What the portal shows, as data: published subjects and records. Public, rate-limited, the same gates as the pages."""

from datetime import date
from typing import ClassVar, Final

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.choices import SubjectKind
from catalog.models import CatalogItem
from common.api import query_limit, query_problem
from common.clock import today
from common.freshness import FreshAPIView
from common.openapi import NOT_FOUND, PAGING, REFUSALS, dataset, page_of
from common.pagination import keyset_page, page_answer
from common.problems import Problem
from portal import listed, selectors
from portal.wording import document_number, subject_name
from records import search as finder
from records.disclosure import ShownField, public_fields, public_name
from records.identity.groups import about, head_of
from records.models import CreditRecord, Subject
from records.provenance import is_copy
from records.search import COUNT_CAP, Hit
from records.selectors import published, published_subjects, subject_moved_to
from records.typed import MAX_LENGTH, Kind, read_query

_TOO_LITTLE: Final = "请至少输入两个字，或者完整的统一社会信用代码"
_REFUSED: Final = {
    Kind.EMPTY: ("query_required", "请在参数 q 中给出名称中的两个字以上，或者完整的统一社会信用代码"),
    Kind.SHORT: ("query_too_short", _TOO_LITTLE),
    Kind.LONG: ("query_too_long", f"查询内容最长 {MAX_LENGTH} 个字"),
    Kind.PERSONAL: ("query_personal", "本站不按身份证号码查询，请不要提交个人证件号码"),
}


class SubjectSerializer(serializers.Serializer[object]):
    """A subject with something published about it."""

    id = serializers.CharField(help_text="公开编号")
    name = serializers.CharField(help_text="名称；自然人只留姓")
    kind = serializers.ChoiceField(SubjectKind.choices)
    kind_label = serializers.CharField()
    uscc = serializers.CharField(allow_blank=True, help_text="统一社会信用代码；自然人为空")
    region = serializers.CharField(allow_blank=True, help_text="行政区划代码")


class FoundSubjectSerializer(SubjectSerializer):
    records = serializers.IntegerField(help_text=f"在公示的信息条数，数到 {COUNT_CAP} 为止")
    list_entries = serializers.IntegerField(help_text="在列的严重失信主体名单条目数")


class SubjectSummarySerializer(SubjectSerializer):
    records = serializers.IntegerField(help_text=f"在公示的信息条数，数到 {selectors.SUBJECT_CAP} 为止")
    dishonest = serializers.IntegerField(help_text="其中失信信息")
    repairable = serializers.IntegerField(help_text="失信信息中最短公示期已届满、可以申请修复的")
    list_entries = serializers.IntegerField(help_text="在列的严重失信主体名单条目数")


class ShownFieldSerializer(serializers.Serializer[ShownField]):
    code = serializers.CharField(help_text="字段代码")
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField(help_text="取值，已脱敏；金额单位为万元")
    display = serializers.CharField(help_text="页面上的写法")


@extend_schema_serializer(component_name="PublishedRecord")
class RecordSerializer(serializers.Serializer[object]):
    """A published record."""

    id = serializers.IntegerField()
    item = serializers.CharField(help_text="事项代码")
    item_name = serializers.CharField()
    subject = SubjectSerializer()
    document_kind = serializers.CharField()
    document_number = serializers.CharField()
    decision_date = serializers.DateField()
    authority = serializers.CharField()
    authority_uscc = serializers.CharField(allow_blank=True)
    published_until = serializers.DateField(help_text="公示的最后一天；2099-12-31 及以后为长期")
    minimum_until = serializers.DateField(allow_null=True, help_text="最短公示期的最后一天，其后可以申请修复")
    contested = serializers.ListField(
        child=serializers.ChoiceField(["litigation", "review"]),
        help_text="所依据的文书正在行政诉讼（litigation）或者行政复议（review）的，逐项列出；没有时为空",
    )
    disputed_since = serializers.DateField(allow_null=True, help_text="异议处理中的，自哪一天起标注")
    copy = serializers.BooleanField(help_text="本平台收到的是副本：行政行为信息由提供单位经省填报系统推送")
    regime = serializers.CharField(allow_null=True, help_text="适用的公示期限规定")
    tier = serializers.CharField(allow_null=True, help_text="档次")
    basis = serializers.CharField(help_text="公示依据")
    fields = ShownFieldSerializer(many=True)  # type: ignore[assignment]


def _subject(subject: Subject) -> dict[str, object]:
    return {
        "id": subject.public_id,
        "name": public_name(subject),
        "kind": subject.kind,
        "kind_label": str(SubjectKind(subject.kind).label),
        "uscc": subject.uscc,
        "region": subject.region,
    }


def _hit(hit: Hit, entries: int) -> dict[str, object]:
    return {
        "id": hit.public_id,
        "name": hit.name,
        "kind": hit.kind,
        "kind_label": str(SubjectKind(hit.kind).label),
        "uscc": hit.uscc,
        "region": hit.region,
        "records": hit.records,
        "list_entries": entries,
    }


def _record(record: CreditRecord) -> dict[str, object]:
    fields = public_fields(record)
    return {
        "id": record.pk,
        "item": record.item_code,
        "item_name": record.item.name,
        "subject": {**_subject(head_of(record.subject)), "name": subject_name(record)},
        "document_kind": record.document_kind,
        "document_number": document_number(record),
        "decision_date": record.decision_date,
        "authority": record.authority_name,
        "authority_uscc": record.authority_uscc,
        "published_until": record.published_until,
        "minimum_until": record.minimum_until,
        "contested": record.contested.split(",") if record.contested else [],
        "disputed_since": record.disputed_since,
        "copy": getattr(record, "is_copy", False),
        "regime": record.regime.name if record.regime else None,
        "tier": record.tier.name if record.tier else None,
        "basis": f"{record.item.basis}{record.item.basis_clause}",
        "fields": [
            {"code": one.code, "label": one.label, "value": one.value, "display": one.display}
            for one in fields
        ],
    }


class SubjectSearchView(FreshAPIView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"q", "cursor", "limit"})
    shared_cache = False  # what somebody looks for is nobody else's business

    @extend_schema(
        operation_id="public_subjects",
        summary="查找在公示的信用主体",
        description="按名称中的两个字以上（几个词用空格隔开，名称里都要有），或者完整的统一社会信用代码；只在名单上、没有在公示的信息的也能查到。自然人不按姓名查找。",
        tags=["公开信息"],
        parameters=[OpenApiParameter("q", str, required=True, description="名称片段或代码"), *PAGING],
        responses={200: page_of("SubjectPage", FoundSubjectSerializer), **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        limit = query_limit(request)
        query = read_query(request.query_params.get("q", ""))
        if query.kind in _REFUSED:
            code, detail = _REFUSED[query.kind]
            raise query_problem("q", detail, code)
        if query.kind is Kind.WRONG_CODE:
            raise query_problem("q", query.problem, "identifier_invalid")
        if query.kind is Kind.CODE:
            return Response(page_answer(_by_code(query.text, today()), None))
        cursor = request.query_params.get("cursor")
        hits, following = finder.subjects_by_name(
            query.text,
            words=query.words,
            at=today(),
            cursor=cursor,
            limit=limit,
            also=listed.LISTED_SQL,
        )
        entries = listed.entry_counts([hit.id for hit in hits], today())
        return Response(page_answer([_hit(hit, entries.get(hit.id, 0)) for hit in hits], following))


def _by_code(code: str, at: date) -> list[dict[str, object]]:
    subject = listed.shown_by_code(code, at)
    if subject is None:
        return []
    count = min(selectors.subject_summary(subject, at).total, COUNT_CAP)
    entries = listed.entry_counts([subject.pk], at).get(subject.pk, 0)
    return [{**_subject(subject), "records": count, "list_entries": entries}]


class SubjectView(FreshAPIView):
    @extend_schema(
        operation_id="public_subject",
        summary="一个信用主体",
        description="没有在公示的信息，也不在名单上的为 404，不说明曾经有过。记录用 /public/records/?subject= 读取。",
        tags=["公开信息"],
        responses={
            200: SubjectSummarySerializer,
            301: OpenApiResponse(description="该编号已并入另一主体，Location 为其地址"),
            **REFUSALS,
            **NOT_FOUND,
        },
    )
    def get(self, request: Request, public_id: str) -> Response:
        at = today()
        subject = published_subjects(at).filter(public_id=public_id).first()
        subject = subject or listed.listed_subjects(at).filter(public_id=public_id).first()
        if subject is None:
            if moved := listed.moved_to(public_id, at):
                address = reverse("api:public-subject", args=[moved.public_id])
                return Response({"id": moved.public_id}, status=301, headers={"Location": address})
            raise Problem(404, "not_found", "没有找到，或者没有在公示的信息")
        numbers = selectors.subject_summary(subject, at)
        return Response(
            {
                **_subject(subject),
                "records": numbers.total,
                "dishonest": numbers.dishonest,
                "repairable": numbers.repairable,
                "list_entries": listed.entry_counts([subject.pk], at).get(subject.pk, 0),
            }
        )


class RecordListView(FreshAPIView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"item", "subject", "cursor", "limit"})

    @extend_schema(
        operation_id="public_records",
        summary="在公示的信用信息",
        description="按事项（item）或者主体（subject，公开编号）读取，新的决定在前；两者至少给出一个。",
        tags=["公开信息"],
        parameters=[
            OpenApiParameter("item", str, description="事项代码，例如 xzcf、xzxk"),
            OpenApiParameter("subject", str, description="主体的公开编号"),
            *PAGING,
        ],
        extensions=dataset(
            basis="鹤信用发〔2022〕1号 第4条（2）、第5条；每条的 basis 写明它自己的依据",
            updated="收下、更正、停止公示的当时；到期的第二天零时起不再返回。",
            persons="只有法律、法规准许公开的，姓名只留姓，没有证件号码。不能按姓名查找，不提供批量下载。",
        ),
        responses={200: page_of("RecordPage", RecordSerializer), **REFUSALS, **NOT_FOUND},
    )
    def get(self, request: Request) -> Response:
        rows = _records_asked(request).annotate(is_copy=is_copy())
        rows = rows.select_related("subject__merged_into", "item__basis", "regime", "tier")
        return Response(
            keyset_page(
                rows.prefetch_related("item__fields"),
                order=("-decision_date", "-id"),
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=_record,
            )
        )


def _records_asked(request: Request) -> QuerySet[CreditRecord]:
    """Published records of the item or subject asked for; an unknown item is a 404, not an empty list."""
    item, subject = request.query_params.get("item"), request.query_params.get("subject")
    if not item and not subject:
        raise query_problem("item", "请给出事项代码（item）或者主体的公开编号（subject）", "query_required")
    at = today()
    rows = published(at)
    if item:
        if not CatalogItem.objects.filter(code=item).exists():
            raise Problem(404, "item_unknown", "目录中没有这个事项")
        rows = rows.filter(item_code=item)
    if subject:
        known = published_subjects(at).filter(public_id=subject).first() or subject_moved_to(subject, at)
        if known is None:
            raise Problem(404, "not_found", "没有找到，或者没有在公示的信息")
        rows = rows.filter(about(known))
    return rows
