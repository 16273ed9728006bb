"""JSON by orjson: what goes out, and what is let in. What the interfaces make of it is `common.media`."""

from collections.abc import Mapping
from decimal import Decimal

import orjson
from django.utils.functional import Promise

from common.problems import Problem

MAX_DEPTH = 32


def _plain(value: object) -> object:
    """What orjson does not know: decimals keep every digit as text, lazy texts and sets become plain."""
    if isinstance(value, Decimal | Promise):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not JSON: {type(value).__name__}")


def json_bytes(value: object) -> bytes:
    """UTF-8 JSON; dates and times in ISO 8601, decimals as text. `orjson.Fragment` passes ready-made JSON through."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _malformed(detail: str) -> Problem:
    return Problem(400, "body_malformed", detail)


def _check_tree(root: object) -> None:
    """Refuse nesting beyond MAX_DEPTH and the NUL character, which PostgreSQL text cannot hold."""
    level: list[object] = [root]
    depth = 0
    while level:
        if depth > MAX_DEPTH:
            raise _malformed(f"JSON嵌套超过{MAX_DEPTH}层")
        depth += 1
        below: list[object] = []
        for node in level:
            if isinstance(node, str):
                if "\0" in node:
                    raise _malformed("请求内容含有空字符（U+0000）")
            elif isinstance(node, dict):
                below += node.keys()
                below += node.values()
            elif isinstance(node, list):
                below += node
        level = below


def parse_json(raw: bytes) -> object:
    """Parse a request body; raises the `body_malformed` problem. Of repeated keys the last one counts."""
    try:
        value: object = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _malformed(f"请求内容不是正确的JSON（UTF-8），问题在第{error.pos + 1}个字符附近") from None
    # Most bodies are neither deep nor escaped: two scans of the text save a walk over the tree.
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH or rb"\u0000" in raw:
        _check_tree(value)
    return value
