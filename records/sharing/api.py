"""Registered duty purposes for machine clients: the codes a screening may name."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.choices import Scope
from common.api import StrictQuery, query_limit
from common.clock import today
from common.openapi import PAGING, page_of, problem
from common.pagination import keyset_page
from records.sharing.models import DutyPurpose
from records.sharing.selectors import purposes_in_force


class PurposeSerializer(serializers.Serializer[DutyPurpose]):
    """A duty for which the client's agency may look up today."""

    code = serializers.CharField()
    name = serializers.CharField()
    basis = serializers.SerializerMethodField(help_text="职责依据和条款")
    items = serializers.ListField(child=serializers.CharField(), help_text="可查事项的代码")
    valid_until = serializers.DateField(help_text="有效期至")

    def get_basis(self, purpose: DutyPurpose) -> str:
        return f"{purpose.basis}{purpose.basis_clause}"


class PurposesView(StrictQuery):
    scope: ClassVar[str] = Scope.SCREENING_QUERY
    query_parameters: ClassVar[frozenset[str]] = frozenset({"cursor", "limit"})

    @extend_schema(
        operation_id="purposes",
        summary="本单位有效的履职目的",
        description="已经登记、审核并在有效期内的履职目的；查询比对时用其代号说明目的。",
        tags=["查询比对"],
        parameters=PAGING,
        responses={
            200: page_of("PurposePage", PurposeSerializer),
            (400, "application/problem+json"): problem("查询参数不正确"),
            (401, "application/problem+json"): problem("没有访问令牌或者令牌无效"),
            (403, "application/problem+json"): problem("没有 screening:query 权限"),
        },
    )
    def get(self, request: Request) -> Response:
        return Response(
            keyset_page(
                purposes_in_force(client_of(request).agency, today()).select_related("basis"),
                order=("id",),
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=PurposeSerializer().to_representation,
            )
        )
