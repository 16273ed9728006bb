"""The catalog as data: items in force on a day with their eight attributes, fields and legal basis. Public."""

from datetime import date
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import choices, selectors
from catalog.models import CatalogEdition, CatalogItem, FieldDefinition, LegalBasis
from common.api import ReferenceThrottle, query_date, query_limit
from common.clock import today
from common.freshness import FreshAPIView
from common.openapi import NOT_FOUND, ON, PAGING, REFUSALS, dataset, page_of
from common.pagination import keyset_page
from common.problems import Problem

_LABEL = "的中文名称"


class BasisSerializer(serializers.Serializer[LegalBasis]):
    """A law, regulation or policy."""

    code = serializers.CharField()
    name = serializers.CharField()
    number = serializers.CharField(allow_blank=True, help_text="文号")
    level = serializers.ChoiceField(choices.BasisLevel.choices, help_text="效力层级")
    level_label = serializers.CharField(source="get_level_display", help_text=f"level{_LABEL}")
    mark = serializers.ChoiceField(choices.SourceMark.choices, help_text="对原文的核对情况")
    mark_label = serializers.CharField(source="get_mark_display", help_text=f"mark{_LABEL}")


class EditionSerializer(serializers.Serializer[CatalogEdition]):
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.ChoiceField(choices.EditionLevel.choices)
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(allow_null=True)


class FieldSerializer(serializers.Serializer[FieldDefinition]):
    """One column of an item, enough to build a form or check a file before handing it in."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.ChoiceField(choices.FieldType.choices)
    required = serializers.ChoiceField(choices.Required.choices)  # type: ignore[assignment]
    max_length = serializers.IntegerField(allow_null=True)
    digits = serializers.IntegerField(allow_null=True)
    decimals = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField(allow_blank=True)
    values = serializers.ListField(child=serializers.CharField(), help_text="允许的取值；空为不限")
    value_labels = serializers.DictField(child=serializers.CharField(), help_text="取值的含义")
    conditions = serializers.ListField(child=serializers.DictField(), help_text="按条件必填等规则")
    role = serializers.CharField(allow_blank=True)
    exposure = serializers.ChoiceField(choices.Exposure.choices, help_text="公开方式")
    rule_text = serializers.CharField(allow_blank=True)
    example = serializers.CharField(allow_blank=True)


class ItemSerializer(serializers.Serializer[CatalogItem]):
    """A catalog item; the eight attributes are conduct to update_cycle (黑政办规〔2021〕31号 一（二）)."""

    code = serializers.CharField()
    name = serializers.CharField()
    category = serializers.CharField(help_text="目录类别")
    edition = EditionSerializer()
    conduct = serializers.CharField(help_text="信息对应的具体行为")
    provider = serializers.CharField(help_text="提供单位")
    data_source = serializers.CharField(help_text="数据来源")
    nature = serializers.ChoiceField(choices.Nature.choices, help_text="性质分类")
    nature_label = serializers.CharField(source="get_nature_display", help_text=f"nature{_LABEL}")
    sharing = serializers.ChoiceField(choices.Sharing.choices, help_text="共享属性")
    sharing_label = serializers.CharField(source="get_sharing_display", help_text=f"sharing{_LABEL}")
    publicity = serializers.ChoiceField(choices.Publicity.choices, help_text="公开属性")
    publicity_label = serializers.CharField(source="get_publicity_display", help_text=f"publicity{_LABEL}")
    period_rule = serializers.CharField(help_text="公示期限")
    update_cycle = serializers.CharField(help_text="更新周期")
    basis = BasisSerializer()
    basis_clause = serializers.CharField(allow_blank=True, help_text="依据条款")
    person_basis = BasisSerializer(allow_null=True, help_text="归集自然人信息的依据；null 为须经本人同意")
    person_basis_clause = serializers.CharField(allow_blank=True)
    person_publication_basis = BasisSerializer(
        allow_null=True, help_text="公开自然人信息的依据；null 为不公开"
    )
    person_publication_clause = serializers.CharField(allow_blank=True)
    subject_kinds = serializers.ListField(child=serializers.ChoiceField(choices.SubjectKind.choices))
    report_within_workdays = serializers.IntegerField(help_text="报送期限（工作日）")
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(allow_null=True)
    mark = serializers.ChoiceField(choices.SourceMark.choices)
    mark_label = serializers.CharField(source="get_mark_display", help_text=f"mark{_LABEL}")
    fields = FieldSerializer(many=True)  # type: ignore[assignment]


def day_asked(request: Request) -> date:
    """`?on=`, or today in Hegang."""
    return query_date(request, "on") or today()


class ItemListView(FreshAPIView):
    throttle_classes = (ReferenceThrottle,)
    query_parameters: ClassVar[frozenset[str]] = frozenset({"on", "cursor", "limit"})

    @extend_schema(
        operation_id="catalog_items",
        summary="公共信用信息目录",
        description="某一天有效的目录事项，含八项属性、字段和依据。目录之外的信息不归集、不共享、不公开。",
        tags=["目录"],
        parameters=[ON, *PAGING],
        extensions=dataset(
            basis="鹤信用发〔2022〕1号 第1条：实行目录制管理",
            updated="目录换版、改期限时；可以用 ?on= 问任何一天。",
        ),
        responses={200: page_of("CatalogItemPage", ItemSerializer), **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        return Response(
            keyset_page(
                selectors.items(day_asked(request)).prefetch_related("fields"),
                order=("order", "code", "id"),
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=ItemSerializer().to_representation,
            )
        )


class ItemView(FreshAPIView):
    throttle_classes = (ReferenceThrottle,)
    query_parameters: ClassVar[frozenset[str]] = frozenset({"on"})

    @extend_schema(
        operation_id="catalog_item",
        summary="一个目录事项",
        tags=["目录"],
        parameters=[ON],
        responses={200: ItemSerializer, **REFUSALS, **NOT_FOUND},
    )
    def get(self, request: Request, code: str) -> Response:
        on = day_asked(request)
        item = selectors.items(on).prefetch_related("fields").filter(code=code).first()
        if item is None:
            raise Problem(404, "item_unknown", f"{on:%Y-%m-%d}有效的目录中没有事项“{code}”")
        return Response(ItemSerializer(item).data)
