"""Who stands on a list, as data: published entries, the same gate and masks as the pages."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from blacklist import selectors_honours as honours
from blacklist.disclosure import PublicEntry, public_entry, public_honour
from blacklist.models import HonourEntry, HonourScheme, ListEntry, ListScheme
from catalog.choices import SubjectKind
from common.api import query_limit, query_problem
from common.clock import today
from common.freshness import FreshAPIView
from common.openapi import NOT_FOUND, PAGING, REFUSALS, dataset, page_of
from common.pagination import keyset_page
from common.problems import Problem
from portal import listed
from records.identity.groups import about
from records.models import Subject


class ListedSubjectSerializer(serializers.Serializer[object]):
    """Whom an entry is about."""

    id = serializers.CharField(help_text="公开编号")
    name = serializers.CharField(help_text="名称；自然人只留姓")
    kind = serializers.ChoiceField(SubjectKind.choices)
    uscc = serializers.CharField(allow_blank=True, help_text="统一社会信用代码；自然人为空")
    region = serializers.CharField(allow_blank=True, help_text="行政区划代码")


class EntryFieldSerializer(serializers.Serializer[object]):
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField(help_text="取值，已脱敏")


@extend_schema_serializer(component_name="ListEntry")
class EntrySerializer(serializers.Serializer[PublicEntry]):
    """An entry in force, with the decision it rests on."""

    id = serializers.CharField(help_text="条目编号")
    scheme = serializers.CharField(help_text="名单代号")
    scheme_name = serializers.CharField()
    subject = ListedSubjectSerializer()
    authority = serializers.CharField(help_text="认定单位")
    decision_number = serializers.CharField(help_text="决定文书号或者案号")
    decided_on = serializers.DateField()
    reason = serializers.CharField(help_text="事由；自然人只显示名单规定的情形")
    basis = serializers.CharField(help_text="依据")
    effective_from = serializers.DateField(help_text="列入日期")
    ends_on = serializers.DateField(allow_null=True, help_text="列入期限的最后一天；null 为没有固定期限")
    disputed_since = serializers.DateField(allow_null=True, help_text="异议处理中的，自哪一天起标注")
    removal = serializers.CharField(help_text="移出条件和程序")
    remedies = serializers.CharField(help_text="救济途径")
    imported = serializers.BooleanField(help_text="由其他系统认定后提供")
    fields = EntryFieldSerializer(many=True)  # type: ignore[assignment]


def _entry(row: ListEntry) -> dict[str, object]:
    entry = public_entry(row)
    return {
        "id": entry.id,
        "scheme": entry.scheme,
        "scheme_name": entry.scheme_name,
        "subject": {
            "id": entry.subject_id,
            "name": entry.name,
            "kind": entry.kind,
            "uscc": entry.uscc,
            "region": entry.region,
        },
        "authority": entry.authority,
        "decision_number": entry.decision_number,
        "decided_on": entry.decided_on,
        "reason": entry.reason,
        "basis": entry.basis,
        "effective_from": entry.effective_from,
        "ends_on": entry.ends_on,
        "disputed_since": entry.disputed_since,
        "removal": entry.removal,
        "remedies": entry.remedies,
        "imported": entry.imported,
        "fields": [{"label": label, "value": value} for label, value in entry.fields],
    }


@extend_schema_serializer(component_name="Honour")
class HonourSerializer(serializers.Serializer[object]):
    """An honour in force."""

    id = serializers.CharField(help_text="条目编号")
    scheme = serializers.CharField(help_text="诚信名单代号，见 /honour-schemes/")
    scheme_name = serializers.CharField()
    subject = ListedSubjectSerializer()
    authority = serializers.CharField(help_text="评定单位")
    decision_number = serializers.CharField(help_text="文号")
    decided_on = serializers.DateField()
    reason = serializers.CharField(help_text="评定结果")
    basis = serializers.CharField(help_text="依据")
    effective_from = serializers.DateField(help_text="起算日期")
    ends_on = serializers.DateField(allow_null=True, help_text="有效期的最后一天；null 为没有固定期限")
    removal = serializers.CharField(help_text="怎样退出")
    fields = EntryFieldSerializer(many=True)  # type: ignore[assignment]


def _honour(row: HonourEntry) -> dict[str, object]:
    honour = public_honour(row)
    subject = row.subject
    return {
        "id": row.public_id,
        "scheme": row.scheme.code,
        "scheme_name": row.scheme.name,
        "subject": {
            "id": subject.public_id,
            "name": honour.name,
            "kind": subject.kind,
            "uscc": honour.uscc,
            "region": subject.region,
        },
        "authority": row.authority_name,
        "decision_number": honour.decision_number,
        "decided_on": row.decided_on,
        "reason": honour.reason,
        "basis": row.basis_text,
        "effective_from": row.effective_from,
        "ends_on": row.ends_on,
        "removal": row.scheme.removal_text,
        "fields": [{"label": label, "value": value} for label, value in honour.fields],
    }


class HonourListView(FreshAPIView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"scheme", "subject", "cursor", "limit"})

    @extend_schema(
        operation_id="public_honours",
        summary="诚实守信名单的有效条目",
        description="按名单（scheme）或者主体（subject，公开编号）读取，新的在前；两者至少给出一个。期满、退出的不在其中。",
        tags=["公开信息"],
        parameters=[
            OpenApiParameter("scheme", str, description="诚信名单代号，见 /honour-schemes/"),
            OpenApiParameter("subject", str, description="主体的公开编号"),
            *PAGING,
        ],
        extensions=dataset(
            basis="国发〔2016〕33号；每条写明它自己的依据",
            updated="评定、退出的当时；期满的第二天零时起不再返回。",
            persons="只有准许公布的名单，姓名只留姓。",
        ),
        responses={200: page_of("HonourPage", HonourSerializer), **REFUSALS, **NOT_FOUND},
    )
    def get(self, request: Request) -> Response:
        scheme, subject = _asked(request, "诚信名单代号")
        if scheme and not HonourScheme.objects.filter(code=scheme).exists():
            raise Problem(404, "scheme_unknown", "没有这份名单")
        rows = honours.published(today()).defer(*listed.UNSHOWN)
        if scheme:
            rows = rows.filter(scheme__code=scheme)
        if subject:
            rows = rows.filter(subject__public_id=subject)
        return Response(
            keyset_page(
                rows,
                order=listed.ORDER,
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=_honour,
            )
        )


def _asked(request: Request, scheme_words: str) -> tuple[str, str]:
    """Which list or whom; one of them at least."""
    scheme, subject = request.query_params.get("scheme", ""), request.query_params.get("subject", "")
    if not scheme and not subject:
        detail = f"请给出{scheme_words}（scheme）或者主体的公开编号（subject）"
        raise query_problem("scheme", detail, "query_required")
    return scheme, subject


class EntryListView(FreshAPIView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"scheme", "subject", "cursor", "limit"})

    @extend_schema(
        operation_id="public_list_entries",
        summary="严重失信主体名单的在列条目",
        description="按名单（scheme）或者主体（subject，公开编号）读取，新列入的在前；两者至少给出一个。期满、移出、暂停执行的不在其中。",
        tags=["公开信息"],
        parameters=[
            OpenApiParameter("scheme", str, description="名单代号，见 /list-schemes/"),
            OpenApiParameter("subject", str, description="主体的公开编号"),
            *PAGING,
        ],
        extensions=dataset(
            basis="鹤信用发〔2022〕1号 第8条；每条的 basis 写明它自己的依据",
            updated="列入、移出的当时；期满的第二天零时起不再返回。",
            persons="只有法律、法规准许公布的名单，姓名只留姓，没有证件号码。",
        ),
        responses={200: page_of("ListEntryPage", EntrySerializer), **REFUSALS, **NOT_FOUND},
    )
    def get(self, request: Request) -> Response:
        scheme, subject = _asked(request, "名单代号")
        at = today()
        if scheme and not ListScheme.objects.filter(code=scheme).exists():
            raise Problem(404, "scheme_unknown", "没有这份名单")
        rows = listed.entries(at, listed.ListFilters(scheme=scheme))
        if subject:
            known = Subject.objects.filter(public_id=subject).first()
            rows = rows.filter(about(known)) if known else rows.none()
        return Response(
            keyset_page(
                rows,
                order=listed.ORDER,
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=_entry,
            )
        )
