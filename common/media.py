"""JSON as the interfaces render and parse it.

Apart from `common.api` because DRF imports renderers and parsers while its own views module is still loading, and from
`common.json` because workers, which write JSON as well, need nothing of DRF: it takes a tenth of their start.
"""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from common.json import json_bytes, parse_json
from common.problems import Problem


class OrjsonRenderer(BaseRenderer):
    """application/json; bytes (JSON that the database built) go out as they are."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: object,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        return data if isinstance(data, bytes) else json_bytes(data)


class OrjsonParser(BaseParser):
    """application/json up to DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise Problem(413, "body_too_large", f"请求内容超过{limit // 1024 // 1024}MB，请分批提交")
        return parse_json(raw)
