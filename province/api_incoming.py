"""Messages from above: POST /api/v1/province/incoming/, for clients with the scope `province:send`."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.choices import Scope
from common.api import StrictQuery, body_object
from province import inbox
from province.choices import IncomingStatus
from province.incoming import handlers
from records.api_bodies import malformed

MAX_MESSAGES = 200


class MessageSerializer(serializers.Serializer[object]):
    message_id = serializers.CharField(max_length=100, help_text="发送方的编号，去重用；内容变更请换新的编号")
    kind = serializers.CharField(help_text="record 信用记录，list 名单，catalog_edition 目录版本")
    payload = serializers.DictField(
        help_text=(
            "record 同 POST /records/；list 为 source、filename、content（Base64）；catalog_edition、measure_edition 为 level、name、"
            "basis、effective_from 和 items 或者 measures；repair 为 external_number、item、document_number、uscc、applicant_name、"
            "applicant_phone、statement、commitment_confirmed、papers（kind、filename、content）"
        )
    )


class MessagesSerializer(serializers.Serializer[object]):
    messages = MessageSerializer(many=True)


class ResultSerializer(serializers.Serializer[object]):
    message_id = serializers.CharField()
    status = serializers.ChoiceField([*IncomingStatus.choices, ("duplicate", "此前已收到")])
    code = serializers.CharField(help_text="退回的错误代码")
    detail = serializers.CharField(help_text="退回的原因和依据")
    reference = serializers.CharField(help_text="形成的记录、名单批次、修复受理编号或者草稿")


class ResultsSerializer(serializers.Serializer[object]):
    results = ResultSerializer(many=True)


class IncomingView(StrictQuery):
    scope: ClassVar = Scope.PROVINCE_SEND

    @extend_schema(
        operation_id="province_incoming",
        summary="接收省平台、国家网站下发的信息",
        tags=["省平台"],
        description=(
            f"每次至多 {MAX_MESSAGES} 条，逐条答复，一条有误不影响其他。下发的信息同样要过目录、文书、渠道等各道关口。"
            "accepted 已收下，duplicate 此前已收到（不重复生效），held 等待工作人员决定，rejected 退回并说明原因和依据。"
        ),
        request=MessagesSerializer,
        responses=ResultsSerializer,
    )
    def post(self, request: Request) -> Response:
        messages = _messages(body_object(request))
        results = inbox.take(client=client_of(request), messages=messages)
        return Response(
            {
                "results": [
                    {
                        "message_id": row.message_id,
                        "status": "duplicate" if again else row.status,
                        "code": row.code,
                        "detail": row.detail,
                        "reference": row.reference,
                    }
                    for row, again in results
                ]
            }
        )


def _messages(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not 0 < len(messages) <= MAX_MESSAGES:
        raise malformed("/messages", f"messages 应为 1 至 {MAX_MESSAGES} 条的列表")
    for number, message in enumerate(messages):
        pointer = f"/messages/{number}"
        if not isinstance(message, dict) or message.keys() != {"message_id", "kind", "payload"}:
            raise malformed(pointer, "每条应有 message_id、kind、payload")
        name = message["message_id"]
        if not isinstance(name, str) or not 0 < len(name) <= 100 or "\0" in name:
            raise malformed(f"{pointer}/message_id", "message_id 应为 1 至 100 个字符")
        if message["kind"] not in handlers():
            raise malformed(f"{pointer}/kind", f"kind 应为 {'、'.join(handlers())} 之一")
        if not isinstance(message["payload"], dict):
            raise malformed(f"{pointer}/payload", "payload 应为对象")
    return messages
