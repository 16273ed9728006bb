"""Subscriptions for machines: be told to look again while a matter is running, see what runs, close it when the matter is."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.idempotency import HEADER, idempotent
from common.api import body_object, query_limit
from common.clock import today
from common.gates import Refused
from common.openapi import NOT_FOUND, PAGING, page_of, problem
from common.pagination import keyset_page
from sanctions import selectors
from sanctions.api_screening import PROBLEM, REFUSALS, ScreeningAPIView
from sanctions.clauses import refuse
from sanctions.models import Screening, Subscription
from sanctions.services import close_subscription, keys_of, subscribe

_MEMBERS = frozenset({"screening", "keys", "until"})
_WEBHOOK = (
    "有变更时，平台向该客户端登记的回调地址发送一条签名通知，只含回执号、订阅编号和调用方自己的键，不含任何信用信息；收到后请重新比对。"
    "没有登记回调地址的，定期查询本接口的 changed_at。"
)


class SubscriptionRequestSerializer(serializers.Serializer[object]):
    screening = serializers.CharField(help_text="比对的回执号；订阅沿用它的履职目的和事项")
    keys = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="比对时使用的键，最多1000个；不填为全部"
    )
    until = serializers.DateField(required=False, help_text="最后一天；不填为允许的最长期限")


class SubscriptionSerializer(serializers.Serializer[Subscription]):
    id = serializers.CharField(source="public_id")
    screening = serializers.CharField(source="screening.public_id")
    matter = serializers.CharField(source="matter.code")
    application = serializers.CharField(source="screening.application", help_text="受理编号")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="最后一天，届满自行结束")
    closed_at = serializers.DateTimeField(allow_null=True, help_text="提前结束的时间")
    running = serializers.SerializerMethodField(help_text="仍在订阅")
    watched = serializers.IntegerField(help_text="订阅的主体数")
    last_change = serializers.DateTimeField(allow_null=True, help_text="最近一次发现变更的时间")

    def get_running(self, row: Subscription) -> bool:
        return row.closed_at is None and row.starts_on <= today() <= row.ends_on


class WatchedSerializer(serializers.Serializer[object]):
    key = serializers.CharField(help_text="调用方的键")
    changed_at = serializers.DateTimeField(allow_null=True, help_text="最近一次变更；null 为没有变更")


class SubscriptionDetailSerializer(SubscriptionSerializer):
    subjects = WatchedSerializer(many=True)


def _shown(row: Subscription) -> dict[str, object]:
    return dict(SubscriptionSerializer(row).data)


def _detail(public_id: str, request: Request) -> dict[str, object]:
    rows = selectors.subscriptions_of(client_of(request).agency)
    row = get_object_or_404(rows, public_id=public_id)
    keys = keys_of(row.screening)
    watches = row.watches.order_by("ordinal").values_list("ordinal", "changed_at")
    subjects = [
        {"key": keys[ordinal - 1], "changed_at": timezone.localtime(changed) if changed else None}
        for ordinal, changed in watches
    ]
    return {**_shown(row), "subjects": subjects}


class SubscriptionsView(ScreeningAPIView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"cursor", "limit"})

    @extend_schema(
        operation_id="subscriptions",
        summary="本单位的变更订阅",
        description=_WEBHOOK,
        tags=["查询比对"],
        parameters=PAGING,
        responses={200: page_of("SubscriptionPage", SubscriptionSerializer), **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        return Response(
            keyset_page(
                selectors.subscriptions_of(client_of(request).agency),
                order=("-id",),
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=_shown,
            )
        )

    @extend_schema(
        operation_id="subscription_open",
        summary="订阅一次比对的变更",
        description=_WEBHOOK,
        tags=["查询比对"],
        parameters=[OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description="同一键和内容重复提交只办理一次")],
        request=SubscriptionRequestSerializer,
        responses={
            201: SubscriptionDetailSerializer,
            **REFUSALS,
            **NOT_FOUND,
            (409, PROBLEM): problem("这次比对已经订阅"),
            (422, PROBLEM): problem("超出履职目的或者最长期限、不是比对时的键"),
            (503, PROBLEM): problem("清单不完整、不是最新或者暂时不可读（list_unavailable）"),
        },
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        body = body_object(request)
        screening, keys, until = _asked(body)
        client = client_of(request)
        get_object_or_404(Screening, public_id=screening, agency=client.agency)
        row = subscribe(client=client, screening_id=screening, keys=keys, until=until)
        return Response(_detail(row.public_id, request), status=201)


def _asked(body: Mapping[str, object]) -> tuple[str, list[str] | None, date | None]:
    if unknown := sorted(body.keys() - _MEMBERS):
        raise Refused(
            refuse(
                "code_unknown",
                f"不认识的成员：{unknown[0][:40]}",
                pointer=f"/{unknown[0][:40]}",
            )
        )
    screening, keys, until = body.get("screening"), body.get("keys"), body.get("until")
    if not isinstance(screening, str) or not screening:
        raise Refused(refuse("field_required", "请填写比对的回执号", pointer="/screening"))
    if keys is not None and not (isinstance(keys, list) and all(isinstance(key, str) for key in keys)):
        raise Refused(refuse("field_required", "keys 应为文本数组", pointer="/keys"))
    if until is None:
        return screening, keys, None
    try:
        return screening, keys, date.fromisoformat(str(until))
    except ValueError:
        raise Refused(refuse("date_invalid", "应为 YYYY-MM-DD", pointer="/until")) from None


class SubscriptionView(ScreeningAPIView):
    @extend_schema(
        operation_id="subscription",
        summary="一项订阅和各主体最近的变更",
        tags=["查询比对"],
        responses={200: SubscriptionDetailSerializer, **REFUSALS, **NOT_FOUND},
    )
    def get(self, request: Request, public_id: str) -> Response:
        return Response(_detail(public_id, request))


class SubscriptionEndView(ScreeningAPIView):
    @extend_schema(
        operation_id="subscription_close",
        summary="事项办结，结束订阅",
        tags=["查询比对"],
        request=None,
        responses={200: SubscriptionDetailSerializer, **REFUSALS, **NOT_FOUND},
    )
    def post(self, request: Request, public_id: str) -> Response:
        client = client_of(request)
        get_object_or_404(Subscription, public_id=public_id, agency=client.agency)
        close_subscription(subscription_id=public_id, client=client)
        return Response(_detail(public_id, request))
