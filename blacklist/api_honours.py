"""The honour lists as data: which there are and on what they stand. Public. They are handed in as list deliveries."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from blacklist import selectors_honours as honours
from blacklist.models import HonourScheme
from catalog.api import BasisSerializer, day_asked
from catalog.choices import SourceMark
from common.api import ReferenceThrottle, query_limit
from common.freshness import FreshAPIView
from common.openapi import ON, PAGING, REFUSALS, dataset, page_of
from common.pagination import keyset_page


class HonourSchemeSerializer(serializers.Serializer[HonourScheme]):
    """One honour list and its legal frame."""

    code = serializers.CharField()
    name = serializers.CharField()
    authority = serializers.CharField(help_text="评定单位")
    grounds = serializers.CharField(help_text="评定条件")
    listing_months = serializers.IntegerField(allow_null=True, help_text="有效期（月）")
    listing_text = serializers.CharField()
    removal_text = serializers.CharField(help_text="退出情形")
    shown_fields = serializers.ListField(child=serializers.CharField(), help_text="公开内容")
    basis = BasisSerializer()
    basis_clause = serializers.CharField(allow_blank=True)
    procedure_text = serializers.CharField(allow_blank=True, help_text="评定办法")
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(allow_null=True)
    mark = serializers.ChoiceField(SourceMark.choices)
    mark_label = serializers.CharField(source="get_mark_display")


class HonourSchemesView(FreshAPIView):
    throttle_classes = (ReferenceThrottle,)
    query_parameters: ClassVar[frozenset[str]] = frozenset({"on", "cursor", "limit"})

    @extend_schema(
        operation_id="honour_schemes",
        summary="诚实守信名单的设立",
        description="某一天有效的诚信名单制度：由谁评定、依据什么、有效期多长、怎样退出。",
        tags=["名单"],
        parameters=[ON, *PAGING],
        extensions=dataset(
            basis="国发〔2016〕33号",
            updated="守信名单设立变动时；可以用 ?on= 问任何一天。",
        ),
        responses={200: page_of("HonourSchemePage", HonourSchemeSerializer), **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        return Response(
            keyset_page(
                honours.schemes(day_asked(request)),
                order=("code", "id"),
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=HonourSchemeSerializer().to_representation,
            )
        )
