"""What several kinds of messages need."""

import base64
from collections.abc import Mapping
from typing import Any

from common.problems import FieldProblem, Problem


def decoded(payload: Mapping[str, Any]) -> bytes:
    """The file of a message. A 422 problem when it is no Base64."""
    try:
        return base64.b64decode(str(payload.get("content", "")), validate=True)
    except ValueError:  # binascii.Error is one
        detail = "content 应为文件内容的 Base64"
        raise Problem(
            422,
            "file_unreadable",
            detail,
            errors=[FieldProblem("/payload/content", "file_unreadable", detail)],
        ) from None
