"""Block heads and inclusion proofs, public: what an outside witness needs to hold the platform to its word."""

from collections.abc import Mapping

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import PublicAPIView, ReferenceThrottle, query_int, query_limit, query_problem
from common.openapi import dataset
from common.pagination import MAX_LIMIT, page_answer
from common.problems import Problem
from ledger import selectors
from ledger.choices import Operation
from ledger.models import Block
from ledger.selectors import Proof

_LARGEST = 10**18 - 1
_ALGORITHMS: Mapping[int, str] = {1: "sha256+sm3", 2: "sha512t256+sm3"}
_HASH = "32 字节，十六进制"


class BlockSerializer(serializers.Serializer[object]):
    """A block head. Everything but `hash` is under `hash`."""

    no = serializers.IntegerField(help_text="区块号，从 1 起连续")
    first_position = serializers.IntegerField(help_text="本区块第一条记录的序号")
    last_position = serializers.IntegerField(help_text="本区块最后一条记录的序号")
    sealed_at = serializers.DateTimeField(help_text="封存时间")
    algorithm = serializers.CharField(
        help_text="sha512t256+sm3（算法号2）：行摘要取 SHA-512 的前 256 位，叶、节点和区块用 SM3；sha256+sm3（算法号1）：早先的区块，行摘要用 SHA-256"
    )
    prev_hash = serializers.CharField(help_text=f"上一区块的哈希，第 1 号区块为全零；{_HASH}")
    merkle_root = serializers.CharField(help_text=f"本区块记录的默克尔根（RFC 6962 的形状）；{_HASH}")
    hash = serializers.CharField(
        help_text=f"SM3(0x02 ‖ 算法号2字节 ‖ 区块号8 ‖ 起始序号8 ‖ 截止序号8 ‖ 封存时间微秒数8 ‖ 上一哈希 ‖ 根)，整数为大端；{_HASH}"
    )


class BlockPageSerializer(serializers.Serializer[object]):
    items = BlockSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="下一页的游标，没有下一页时为 null")


class EventSerializer(serializers.Serializer[object]):
    """One sealed change; it holds identifiers and salted digests, no personal data."""

    event_id = serializers.IntegerField(help_text="记录序号")
    entry = serializers.IntegerField(help_text="收件号")
    object_id = serializers.IntegerField(help_text="对象编号")
    table = serializers.IntegerField(help_text="表号")
    operation = serializers.ChoiceField(
        Operation.values, help_text="，".join(f"{one.value} {one.label}" for one in Operation)
    )
    digest = serializers.CharField(help_text=f"该行内容的加盐摘要；{_HASH}")
    context_digest = serializers.CharField(help_text=f"操作说明（人员、时间、事项、依据）的摘要；{_HASH}")


class ProofSerializer(serializers.Serializer[object]):
    event = EventSerializer()
    index = serializers.IntegerField(help_text="叶在本区块中的次序，从 0 起")
    size = serializers.IntegerField(help_text="本区块的叶数")
    leaf = serializers.CharField(
        help_text=f"SM3(0x00 ‖ 序号8 ‖ 收件号8 ‖ 对象编号8 ‖ 表号2 ‖ 操作1 ‖ 行摘要 ‖ 说明摘要)；{_HASH}"
    )
    path = serializers.ListField(
        child=serializers.CharField(), help_text="自叶至根依次遇到的相邻哈希，节点 = SM3(0x01 ‖ 左 ‖ 右)"
    )
    block = BlockSerializer()


def _block(block: Block) -> dict[str, object]:
    return {
        "no": block.no,
        "first_position": block.first_position,
        "last_position": block.last_position,
        "sealed_at": block.sealed_at,
        "algorithm": _ALGORITHMS.get(block.alg, "unknown"),
        "prev_hash": bytes(block.prev_hash).hex(),
        "merkle_root": bytes(block.root).hex(),
        "hash": bytes(block.hash).hex(),
    }


def _proof(proof: Proof) -> dict[str, object]:
    event = proof.event
    return {
        "event": {
            "event_id": event.position,
            "entry": event.pending_id,
            "object_id": event.object_id,
            "table": event.tbl,
            "operation": event.op,
            "digest": event.digest.hex(),
            "context_digest": event.context_digest.hex(),
        },
        "index": proof.index,
        "size": proof.size,
        "leaf": proof.leaf.hex(),
        "path": [neighbour.hex() for neighbour in proof.path],
        "block": _block(proof.block),
    }


class BlockListView(PublicAPIView):
    throttle_classes = (ReferenceThrottle,)
    query_parameters = frozenset({"cursor", "limit"})

    @extend_schema(
        operation_id="ledger_blocks",
        summary="账本区块",
        description="已封存的区块，按区块号从小到大。外部留存这些哈希，即可发现此后对账本的任何改动。",
        tags=["账本"],
        parameters=[
            OpenApiParameter("cursor", str, description="上一页返回的 next_cursor"),
            OpenApiParameter("limit", int, description=f"每页条数，1 至 {MAX_LIMIT}"),
        ],
        extensions=dataset(
            basis="鹤信用发〔2022〕1号 第12条：信息安全管理",
            updated="变动封存时，通常几秒钟。",
            persons="只有编号和哈希，没有任何人的信息。",
        ),
        responses=BlockPageSerializer,
    )
    def get(self, request: Request) -> Response:
        cursor = request.query_params.get("cursor", "")
        page, next_cursor = selectors.blocks(cursor, query_limit(request), newest_first=False)
        return Response(page_answer([_block(block) for block in page], next_cursor))


class BlockView(PublicAPIView):
    throttle_classes = (ReferenceThrottle,)

    @extend_schema(
        operation_id="ledger_block", summary="一个账本区块", tags=["账本"], responses=BlockSerializer
    )
    def get(self, request: Request, no: int) -> Response:
        block = selectors.block(no) if no <= _LARGEST else None
        if block is None:
            raise Problem(404, "not_found", f"没有第 {no} 号区块，请从区块列表中查找")
        return Response(_block(block))


class ProofView(PublicAPIView):
    throttle_classes = (ReferenceThrottle,)
    query_parameters = frozenset({"event"})

    @extend_schema(
        operation_id="ledger_proof",
        summary="一条记录的包含证明",
        description=(
            "证明某条记录确在某一区块之内。核对方法：由 event 各项算出 leaf；自 leaf 起沿 path 逐层向上，"
            "在每层中若相邻位置（index 异或 1）小于该层节点数则与 path 的下一个哈希合并，否则原样上移，index 和节点数"
            "减半（节点数向上取整）；最后应得 block 的 merkle_root，再由 block 各项算出它的 hash，与留存的哈希比较。"
        ),
        tags=["账本"],
        parameters=[OpenApiParameter("event", int, required=True, description="记录序号（event_id）")],
        responses=ProofSerializer,
    )
    def get(self, request: Request) -> Response:
        position = query_int(request, "event", default=0, minimum=1, maximum=_LARGEST)
        if not position:
            raise query_problem("event", "请给出记录序号，例如 ?event=1", "query_required")
        found = selectors.proof(position)
        if found is None:
            raise Problem(404, "not_found", f"没有第 {position} 号记录，或者它尚未封存，请稍后再试")
        return Response(_proof(found))
