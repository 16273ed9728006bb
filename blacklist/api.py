"""The list schemes as data: which serious-dishonesty lists exist and how one comes on and off them. Public."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from blacklist import choices, selectors
from blacklist.models import ListScheme
from catalog.api import BasisSerializer, day_asked
from catalog.choices import SourceMark
from common.api import ReferenceThrottle, query_limit
from common.freshness import FreshAPIView
from common.openapi import ON, PAGING, REFUSALS, dataset, page_of
from common.pagination import keyset_page


class SchemeSerializer(serializers.Serializer[ListScheme]):
    """One list and its legal frame."""

    code = serializers.CharField()
    name = serializers.CharField()
    field = serializers.ChoiceField(choices.SchemeField.choices, help_text="设列领域，只有四类")
    field_label = serializers.CharField(source="get_field_display")
    level = serializers.ChoiceField(choices.SchemeLevel.choices)
    level_label = serializers.CharField(source="get_level_display")
    authority = serializers.CharField(help_text="认定单位")
    authority_min_level = serializers.CharField(help_text="认定单位的最低层级")
    grounds = serializers.CharField(help_text="认定情形")
    listing_months = serializers.IntegerField(allow_null=True, help_text="列入期限（月）")
    listing_text = serializers.CharField()
    earliest_removal_months = serializers.IntegerField(allow_null=True, help_text="最早移出（月）")
    removal_text = serializers.CharField(help_text="移出条件")
    shown_fields = serializers.ListField(child=serializers.CharField(), help_text="公开内容")
    basis = BasisSerializer()
    basis_clause = serializers.CharField(allow_blank=True)
    procedure_text = serializers.CharField(allow_blank=True, help_text="管理办法")
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(allow_null=True)
    mark = serializers.ChoiceField(SourceMark.choices)
    mark_label = serializers.CharField(source="get_mark_display")


class SchemeListView(FreshAPIView):
    throttle_classes = (ReferenceThrottle,)
    query_parameters: ClassVar[frozenset[str]] = frozenset({"on", "cursor", "limit"})

    @extend_schema(
        operation_id="list_schemes",
        summary="严重失信主体名单的设列",
        description="某一天有效的名单制度。名单只能设在规定的四类领域，认定标准只能出自规定层级的依据。",
        tags=["名单"],
        parameters=[ON, *PAGING],
        extensions=dataset(
            basis="鹤信用发〔2022〕1号 第6条、第7条",
            updated="名单设列变动时；可以用 ?on= 问任何一天。",
        ),
        responses={200: page_of("ListSchemePage", SchemeSerializer), **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        return Response(
            keyset_page(
                selectors.schemes(day_asked(request)),
                order=("field", "code", "id"),
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=SchemeSerializer().to_representation,
            )
        )
