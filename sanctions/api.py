"""The measure list as data (失信惩戒措施清单、《鹤岗市奖惩措施清单》). Public."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import BasisSerializer, day_asked
from catalog.choices import SourceMark, SubjectKind
from common.api import query_limit
from common.freshness import FreshAPIView
from common.openapi import ON, PAGING, REFUSALS, page_of
from common.pagination import keyset_page
from sanctions import choices, selectors
from sanctions.models import Measure, MeasureEdition


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
    executing_body = serializers.CharField(help_text="实施主体")
    min_months = serializers.IntegerField(allow_null=True)
    max_months = serializers.IntegerField(allow_null=True)
    period_text = serializers.CharField(help_text="期限")
    basis = BasisSerializer()
    basis_clause = serializers.CharField()
    edition = MeasureEditionSerializer()
    mark = serializers.ChoiceField(SourceMark.choices)
    mark_label = serializers.CharField(source="get_mark_display")

    def get_can_be_ordered(self, measure: Measure) -> bool:
        return measure.measure_class != choices.MeasureClass.C


class MeasureListView(FreshAPIView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"on", "cursor", "limit"})

    @extend_schema(
        operation_id="measures",
        summary="奖惩措施清单",
        description="某一天有效的失信惩戒和守信激励措施。清单之外不得实施；C 类措施只告知有关组织，不强制。",
        tags=["奖惩措施"],
        parameters=[ON, *PAGING],
        responses={200: page_of("MeasurePage", MeasureSerializer), **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        return Response(
            keyset_page(
                selectors.measures(day_asked(request)),
                order=("measure_class", "name", "id"),
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=lambda measure: MeasureSerializer(measure).data,
            )
        )
