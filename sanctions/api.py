"""The measure list as data (失信惩戒措施清单、《鹤岗市奖惩措施清单》), public; and the matters a screening may name."""

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.choices import Scope
from catalog.api import BasisSerializer, day_asked
from catalog.choices import Severity, SourceMark, SubjectKind
from common.api import ReferenceThrottle, StrictQuery, query_limit
from common.freshness import FreshAPIView
from common.openapi import ON, PAGING, REFUSALS, dataset, page_of, problem
from common.pagination import keyset_page
from sanctions import choices, selectors
from sanctions.models import Matter, Measure, MeasureEdition


class MeasureEditionSerializer(serializers.Serializer[MeasureEdition]):
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.ChoiceField(choices.MeasureLevel.choices)


class MeasureSerializer(serializers.Serializer[Measure]):
    """One row of the list: what, against whom, on which clause, by whom, for how long."""

    code = serializers.CharField()
    measure_class = serializers.ChoiceField(
        choices.MeasureClass.choices, help_text="类别；C 类只告知、不强制"
    )
    measure_class_label = serializers.CharField(source="get_measure_class_display")
    can_be_ordered = serializers.SerializerMethodField(help_text="C 类由有关组织自主决定，为 false")
    name = serializers.CharField(help_text="措施")
    content = serializers.CharField(help_text="内容")
    target = serializers.CharField(help_text="对象")
    subject_kinds = serializers.ListField(child=serializers.ChoiceField(SubjectKind.choices))
    conduct = serializers.CharField(help_text="对应的失信行为")
    scheme_codes = serializers.ListField(child=serializers.CharField(), help_text="对应的名单")
    item_codes = serializers.ListField(child=serializers.CharField(), help_text="对应的目录事项")
    severity = serializers.ChoiceField(Severity.choices, help_text="力度：1 较轻，2 一般，3 较重")
    executing_body = serializers.CharField(help_text="实施主体")
    min_months = serializers.IntegerField(allow_null=True)
    max_months = serializers.IntegerField(allow_null=True)
    period_text = serializers.CharField(help_text="期限")
    basis = BasisSerializer()
    basis_clause = serializers.CharField()
    edition = MeasureEditionSerializer()
    superseded_by = serializers.CharField(
        allow_null=True, help_text="已有较新清单规定同一措施的，为该清单名称；从其规定，本行不再适用"
    )
    mark = serializers.ChoiceField(SourceMark.choices)
    mark_label = serializers.CharField(source="get_mark_display")

    def get_can_be_ordered(self, measure: Measure) -> bool:
        return measure.can_be_ordered


class MeasureListView(FreshAPIView):
    throttle_classes = (ReferenceThrottle,)
    query_parameters: ClassVar[frozenset[str]] = frozenset({"on", "cursor", "limit"})

    @extend_schema(
        operation_id="measures",
        summary="奖惩措施清单",
        description="某一天有效的失信惩戒和守信激励措施。清单之外不得实施；C 类措施只告知有关组织，不强制。",
        tags=["奖惩措施"],
        parameters=[ON, *PAGING],
        extensions=dataset(
            basis="鹤信用发〔2022〕1号 第9条：实行清单管理",
            updated="清单换版时；可以用 ?on= 问任何一天。",
        ),
        responses={200: page_of("MeasurePage", MeasureSerializer), **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        return Response(
            keyset_page(
                selectors.measures(day_asked(request)),
                order=("measure_class", "name", "id"),
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=MeasureSerializer().to_representation,
            )
        )


class MatterMeasureSerializer(serializers.Serializer[Measure]):
    """A measure as a matter names it; the whole row stands in the measure list."""

    code = serializers.CharField()
    name = serializers.CharField()
    content = serializers.CharField()
    measure_class = serializers.ChoiceField(choices.MeasureClass.choices)


class MatterSerializer(serializers.Serializer[Matter]):
    """An occasion on which a body may screen somebody, with the measures it calls for."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices.MatterKind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    subject_kinds = serializers.ListField(child=serializers.ChoiceField(SubjectKind.choices))
    basis = BasisSerializer()
    basis_clause = serializers.CharField()
    measures = serializers.SerializerMethodField(help_text="当日清单中适用于该事项的措施")
    mark = serializers.ChoiceField(SourceMark.choices)

    @extend_schema_field(MatterMeasureSerializer(many=True))
    def get_measures(self, matter: Matter) -> list[object]:
        listed: Mapping[str, Measure] = self.context["measures"]
        shown = MatterMeasureSerializer()
        return [shown.to_representation(listed[code]) for code in matter.measure_codes if code in listed]


class MatterListView(StrictQuery):
    scope: ClassVar[str] = Scope.SCREENING_QUERY
    query_parameters: ClassVar[frozenset[str]] = frozenset({"on", "cursor", "limit"})

    @extend_schema(
        operation_id="matters",
        summary="应用事项",
        description="可以查询比对的事项和各自适用的措施；查询比对时用其代号。答复只含该事项适用的措施。",
        tags=["查询比对"],
        parameters=[ON, *PAGING],
        responses={
            200: page_of("MatterPage", MatterSerializer),
            (400, "application/problem+json"): problem("查询参数不正确"),
            (401, "application/problem+json"): problem("没有访问令牌或者令牌无效"),
            (403, "application/problem+json"): problem("没有 screening:query 权限"),
        },
    )
    def get(self, request: Request) -> Response:
        on = day_asked(request)
        listed = {measure.code: measure for measure in selectors.standing(on)}
        return Response(
            keyset_page(
                selectors.matters(on),
                order=("kind", "code", "id"),
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=MatterSerializer(context={"measures": listed}).to_representation,
            )
        )
