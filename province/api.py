"""The pull: the change feed and the reconciliation, for clients with the scope `province:pull`."""

import hashlib
from collections.abc import Mapping
from datetime import date

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from agencies.choices import Scope
from catalog import selectors as catalog
from common.api import StrictQuery, query_date, query_limit, query_problem
from common.clock import today
from common.json import json_bytes
from common.media import OrjsonRenderer
from common.pagination import cursor_invalid
from ledger.selectors import last_position
from province import feed, snapshot
from province.choices import Action
from province.lines import Block
from province.reconciliation import reconcile
from province.sources import KINDS, SCHEMA

DEFAULT_LIMIT, MAX_LIMIT = 1000, 5000
STREAM_LIMIT = 100_000
NDJSON = "application/x-ndjson"
_TAG = "省平台"


class NdjsonRenderer(OrjsonRenderer):
    """Only negotiated: the view streams its lines itself."""

    media_type = NDJSON
    format = "ndjson"


class LedgerHeadSerializer(serializers.Serializer[object]):
    no = serializers.IntegerField(help_text="区块号")
    hash = serializers.CharField(help_text="区块哈希，十六进制")
    last_position = serializers.IntegerField(help_text="该区块最后一条记录的位置")
    sealed_at = serializers.DateTimeField(help_text="封存时间")


class ProviderSerializer(serializers.Serializer[object]):
    name = serializers.CharField(help_text="报送单位")
    uscc = serializers.CharField(help_text="报送单位统一社会信用代码")


class PayloadSerializer(serializers.Serializer[object]):
    """Beside the members named here, one member per field code of the item, all text."""

    item = serializers.CharField(help_text="事项代码，如 xzcf、xzxk")
    ends = serializers.DateField(help_text="共享的最后一天；过了这一天，即使没有收到撤下也须停止使用")
    published_until = serializers.DateField(allow_null=True, help_text="公示的最后一天；null 表示不公示")
    provider = ProviderSerializer()


class ChangeSerializer(serializers.Serializer[object]):
    position = serializers.IntegerField(help_text="位置，只增不减，不一定逐一连续")
    event_id = serializers.IntegerField(help_text="变更编号，去重用；与位置相同")
    kind = serializers.CharField(
        allow_null=True, help_text="事项代码；记录已依法删除时为 null，按 object_id 撤下即可"
    )
    action = serializers.ChoiceField(Action.choices, help_text="upsert 新增或更新，withdraw 撤下")
    object_id = serializers.IntegerField(help_text="对象编号")
    payload = PayloadSerializer(
        allow_null=True, help_text="最新内容，其余成员为各字段代码；withdraw 时为 null"
    )


class ChangePageSerializer(serializers.Serializer[object]):
    items = ChangeSerializer(many=True)
    next_cursor = serializers.CharField(help_text="下一次请求的游标；读到末尾时也给出，请保存")
    schema = serializers.CharField(help_text="内容格式版本")
    ledger_head = LedgerHeadSerializer(allow_null=True, help_text="最新的账本区块，请留存以备核验")


class SnapshotPageSerializer(serializers.Serializer[object]):
    items = ChangeSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="下一页；null 为取完")
    changes_cursor = serializers.CharField(help_text="取完后从这里接着读变更清单")
    schema = serializers.CharField(help_text="内容格式版本")


class ItemFiguresSerializer(serializers.Serializer[object]):
    item = serializers.CharField(help_text="事项代码")
    count = serializers.IntegerField(help_text="记录数")
    digest = serializers.CharField(help_text="与次序无关的摘要，64 位十六进制")


class AgencyFiguresSerializer(ItemFiguresSerializer):
    agency = serializers.CharField(help_text="单位统一社会信用代码，即内容中 provider 的 uscc")


class ReconciliationSerializer(serializers.Serializer[object]):
    date = serializers.DateField()
    position = serializers.IntegerField(help_text="统计所对应的位置，请读到这里再比较")
    settled = serializers.BooleanField(
        help_text="统计期间没有变动、也没有待封存的变更；为 false 时请稍后再取"
    )
    items = ItemFiguresSerializer(many=True)
    agencies = AgencyFiguresSerializer(many=True, help_text="同样的数字，逐事项、逐单位")
    ledger_head = LedgerHeadSerializer(allow_null=True)


def _tag(*parts: object) -> str:
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()
    return f'W/"{digest[:32]}"'


def _matches(request: Request, etag: str) -> bool:
    """Weak comparison with If-None-Match."""
    wanted = request.headers.get("If-None-Match", "")
    given = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    return "*" in given or etag.removeprefix("W/") in given


class ChangesView(StrictQuery):
    """GET /api/v1/province/changes/"""

    scope = Scope.PROVINCE_PULL
    query_parameters = frozenset({"cursor", "limit", "item", "since"})
    renderer_classes = (OrjsonRenderer, NdjsonRenderer)

    @extend_schema(
        operation_id="province_changes",
        summary="变更清单",
        tags=[_TAG],
        description=(
            "按位置从小到大给出信用记录的变更，不遗漏。首次不带 cursor，此后带上一次的 next_cursor。每条变更给出的是对象"
            "此刻的内容：较早的变更也带最新内容；已经届满、修复或撤销的为 withdraw，不带内容。因此按序应用即可，重复应用无害。\n\n"
            "带上 If-None-Match 而没有任何变化时答复 304。`Accept: application/x-ndjson` 时逐行流式返回，每行一条变更，"
            f"最后一行为 next_cursor 和 ledger_head；没有收到最后一行即为中断，从最后一条完整变更的 position 接着取。"
            f"此时 limit 可至 {STREAM_LIMIT}，也以此为默认值。"
        ),
        parameters=[
            OpenApiParameter("cursor", str, description="上一次的 next_cursor，或最后一条变更的 position"),
            OpenApiParameter(
                "item", str, description="只要这个事项（及已删除对象）的变更；一页不满不等于读完"
            ),
            OpenApiParameter(
                "since",
                OpenApiTypes.DATE,
                description="没有 cursor 时，从这一天的变更开始；可能略早，不会略晚",
            ),
            OpenApiParameter(
                "limit",
                int,
                description=f"条数，1 至 {MAX_LIMIT}，默认 {DEFAULT_LIMIT}；流式为 1 至 {STREAM_LIMIT}",
            ),
        ],
        responses={
            (200, "application/json"): ChangePageSerializer,
            (200, NDJSON): OpenApiTypes.STR,
            304: OpenApiResponse(description="没有变化"),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        streams = isinstance(request.accepted_renderer, NdjsonRenderer)
        default, maximum = (STREAM_LIMIT, STREAM_LIMIT) if streams else (DEFAULT_LIMIT, MAX_LIMIT)
        limit = query_limit(request, default=default, maximum=maximum)
        end = last_position()
        after = _position(request, end)
        item = _item(request)
        # Any change the answer could show is an event, and is sealed behind `end`; what ends by its date, ends by `day`.
        day = today()
        etag = _tag(after, limit, end, day, streams, item)
        response: HttpResponseBase
        if _matches(request, etag):
            response = HttpResponse(status=304)
        elif streams:
            response = StreamingHttpResponse(feed.lines(after, limit, end, item), content_type=NDJSON)
        else:
            response = HttpResponse(_page(after, limit, end, day, item), content_type="application/json")
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        response["Vary"] = "Accept, Authorization"
        return response


def _page(after: int, limit: int, end: int, day: date, item: str) -> bytes:
    found = feed.block(after, limit, end, day, item)
    more = {"next_cursor": str(found.position), "schema": SCHEMA, "ledger_head": feed.ledger_head()}
    return _items(found, more)


def _items(found: Block, more: Mapping[str, object]) -> bytes:
    return b'{"items":[' + found.text[:-1].replace(b"\n", b",") + b"]," + json_bytes(more)[1:]


def _position(request: Request, end: int) -> int:
    """The position a cursor stands for. One beyond the end of the ledger comes from somewhere else: going on from it
    would silently miss everything in between."""
    text = request.query_params.get("cursor", "")
    if not text:
        since = query_date(request, "since")
        return min(feed.position_before(since), end) if since else 0
    if not (text.isascii() and text.isdigit() and len(text) <= 18) or int(text) > end:
        raise cursor_invalid()
    return int(text)


def _item(request: Request) -> str:
    """The item asked for; one that never existed is an error, not an empty answer."""
    item = request.query_params.get("item", "")
    if item and item not in KINDS and not catalog.item_versions(item).exists():
        raise query_problem("item", "目录中没有这个事项")
    return item


class SnapshotView(StrictQuery):
    """GET /api/v1/province/snapshot/"""

    scope = Scope.PROVINCE_PULL
    query_parameters = frozenset({"cursor", "limit"})
    renderer_classes = (OrjsonRenderer, NdjsonRenderer)

    @extend_schema(
        operation_id="province_snapshot",
        summary="全量快照",
        tags=[_TAG],
        description=(
            "首次装载用：此刻共享中的全部对象，每个一次，形式与变更清单相同（都是 upsert）；一页可以不满，甚至为空，next_cursor 为 null 才是取完。"
            "取完后从 changes_cursor 接着读变更清单，两者合起来不多不少。"
            "`Accept: application/x-ndjson` 时一次流式返回，每隔若干行给出一行 next_cursor，中断后从最后一个 next_cursor 接着取；"
            "最后一行的 next_cursor 为 null。"
        ),
        parameters=[
            OpenApiParameter("cursor", str, description="上一页的 next_cursor"),
            OpenApiParameter("limit", int, description=f"条数，1 至 {MAX_LIMIT}，默认 {DEFAULT_LIMIT}"),
        ],
        responses={(200, "application/json"): SnapshotPageSerializer, (200, NDJSON): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponseBase:
        limit = query_limit(request, default=DEFAULT_LIMIT, maximum=MAX_LIMIT)
        start = snapshot.place(request.query_params.get("cursor", ""))
        headers = {"Cache-Control": "private, no-store"}
        if isinstance(request.accepted_renderer, NdjsonRenderer):
            return StreamingHttpResponse(snapshot.lines(start), content_type=NDJSON, headers=headers)
        found, rest = snapshot.page(start, limit)
        more = {"next_cursor": rest.text(), "changes_cursor": str(start.end), "schema": SCHEMA}
        return HttpResponse(_items(found, more), content_type="application/json", headers=headers)


class ReconciliationView(StrictQuery):
    """GET /api/v1/province/reconciliation/"""

    scope = Scope.PROVINCE_PULL
    query_parameters = frozenset({"date"})

    @extend_schema(
        operation_id="province_reconciliation",
        summary="对账",
        tags=[_TAG],
        description=(
            "某日终了时省平台应当持有的记录，逐事项给出条数和摘要：当日二十四时前收到、共享期包含当日且未提前终止的记录，内容以"
            "现在为准。叶 = SM3(object_id 的十进制 ‖ 换行 ‖ payload)，payload 去掉 provider，写成键名排序、无空格的 UTF-8 JSON；"
            "事项摘要 = 各叶作为大端整数之和，模 2 的 256 次方。对方按同样方法由所持内容（ends 不早于该日）算出，两者应当相同。"
        ),
        parameters=[OpenApiParameter("date", OpenApiTypes.DATE, description="日期，默认今天，不能晚于今天")],
        responses=ReconciliationSerializer,
    )
    def get(self, request: Request) -> HttpResponse:
        day = query_date(request, "date") or today()
        if day > today():
            raise query_problem("date", "参数date不能晚于今天")
        return HttpResponse(
            json_bytes(reconcile(day)),
            content_type="application/json",
            headers={"Cache-Control": "private, no-store"},
        )
