"""Setting up a list by machine, for the system of the credit authority. Others may try; the attempt is kept and refused."""

from collections.abc import Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import ClientAuthentication, ScopeRequired, client_of
from agencies.choices import Scope
from agencies.idempotency import idempotent
from blacklist import services
from blacklist.api import SchemeListView, SchemeSerializer
from blacklist.api_cases import IDEMPOTENCY, REFUSED, read_body
from blacklist.choices import AuthorityLevel
from blacklist.services import SchemeText, by_client
from catalog.choices import SourceMark
from catalog.models import LegalBasis


class SchemeRequestSerializer(serializers.Serializer[object]):
    name = serializers.CharField(allow_blank=True, max_length=100)
    field = serializers.CharField(max_length=32, help_text="设列领域，只有四类")
    level = serializers.CharField(max_length=16, help_text="national 或 provincial")
    basis = serializers.CharField(max_length=60, help_text="认定标准依据的代号")
    basis_clause = serializers.CharField(allow_blank=True, max_length=200)
    procedure_text = serializers.CharField(allow_blank=True, required=False, max_length=200)
    authority = serializers.CharField(allow_blank=True, max_length=100, help_text="认定单位")
    authority_min_level = serializers.CharField(
        required=False, max_length=16, default=AuthorityLevel.COUNTY.value
    )
    authority_agencies = serializers.ListField(child=serializers.CharField(), required=False)
    authority_kinds = serializers.ListField(child=serializers.CharField(), required=False)
    authority_sectors = serializers.ListField(child=serializers.CharField(), required=False)
    grounds = serializers.CharField(allow_blank=True)
    listing_months = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=600)
    longest_months = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=600)
    listing_text = serializers.CharField(allow_blank=True, max_length=200)
    earliest_removal_months = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=600
    )
    removal_text = serializers.CharField(allow_blank=True)
    end_reasons = serializers.ListField(
        child=serializers.CharField(max_length=40),
        required=False,
        help_text="办理移出时可选的原因；不给的，由经办人写明",
    )
    hearing = serializers.BooleanField(required=False)
    shown_fields = serializers.ListField(child=serializers.CharField(max_length=60))
    persons_public_clause = serializers.CharField(allow_blank=True, required=False, max_length=200)
    effective_from = serializers.DateField()
    mark = serializers.ChoiceField(SourceMark.choices)
    note = serializers.CharField(allow_blank=True, required=False)
    acting_on = serializers.CharField(max_length=200, help_text="办理依据，记入留痕账本")


class SchemesView(SchemeListView):
    """GET is public; POST asks for a token and its scope."""

    scope: ClassVar[str] = Scope.LISTS_DECIDE

    def _writes(self) -> bool:
        return self.request is not None and self.request.method == "POST"

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [ClientAuthentication()] if self._writes() else list(super().get_authenticators())

    def get_permissions(self) -> Sequence[Any]:
        return [ScopeRequired()] if self._writes() else list(super().get_permissions())

    @extend_schema(
        operation_id="list_scheme_enter",
        summary="登记名单设列",
        description=(
            "限社会信用主管部门的系统。领域不在四类之内、依据层级不够、市级设列的，一律不予登记，"
            "并记录在案供社会信用主管部门查看。"
        ),
        tags=["名单"],
        parameters=[IDEMPOTENCY],
        request=SchemeRequestSerializer,
        responses={201: SchemeSerializer, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        body = read_body(request, SchemeRequestSerializer)
        acting_on = body.pop("acting_on")
        basis = LegalBasis.objects.filter(code=body["basis"]).first()
        text = SchemeText(**{**body, "basis": basis})
        # outside the transaction that keeps the answer, so that a refused attempt stays
        services.check_scheme(actor=by_client(client_of(request)), text=text)
        return type(self)._enter(self, request, text=text, acting_on=acting_on)

    @idempotent
    def _enter(self, request: Request, *, text: SchemeText, acting_on: str) -> Response:
        row = services.enter_scheme(actor=by_client(client_of(request)), basis=acting_on, text=text)
        return Response(SchemeSerializer(row).data, status=201)
