"""The page a person sees at the sandbox's address. Everything that came from outside is escaped."""

from collections.abc import Mapping, Sequence
from html import escape

_STYLE = """
body{font:16px/1.7 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}th,td{border-bottom:1px solid #d5dbe3;padding:.35rem .6rem;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600;padding:.4rem 0}
"""
_COUNTERS = {
    "accepted": "收下的变更",
    "rejected": "退回的变更",
    "duplicates": "重复送达（未再生效）",
    "effects": "生效次数",
    "order_violations": "同一对象次序错误",
    "ledger_contradictions": "留痕区块前后矛盾",
}
_WORDS = {"upsert": "新增或更新", "withdraw": "撤下", "accepted": "收下", "rejected": "退回"}
_NAMES = {"xzcf": "行政处罚", "xzxk": "行政许可"}


def render(
    items: Mapping[str, int],
    counts: Mapping[str, int],
    latest: Sequence[Mapping[str, object]],
    fault: Mapping[str, object],
) -> bytes:
    """The whole page, UTF-8."""
    held = [(_NAMES.get(item, item), count) for item, count in sorted(items.items())]
    counters = [(words, counts.get(name, 0)) for name, words in _COUNTERS.items()]
    events = [
        [
            str(event["position"]),
            _word(event["kind"]),
            _word(event["action"]),
            str(event["object_id"]),
            _word(event["status"]),
        ]
        for event in latest
    ]
    body = "".join(
        [
            "<h1>省平台沙箱</h1><p>这是演示和测试用的对端，不是真实的省信用信息共享平台。它核对签名、时钟和随机数，"
            "按变更编号去重，并核对同一对象的先后次序。</p>",
            f"<p>当前故障设定：{escape(str(fault['mode']))}，已命中 {escape(str(fault['hits']))} 次。</p>",
            _table("目前持有", ("事项", "记录数"), [[name, f"{n:,}"] for name, n in held]),
            _table("收到情况", ("项目", "次数"), [[name, f"{n:,}"] for name, n in counters]),
            _table("最近收到的变更", ("位置", "事项", "动作", "对象", "结果"), events),
        ]
    )
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>省平台沙箱</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>{body}</body></html>'
    ).encode()


def _word(value: object) -> str:
    text = "" if value is None else str(value)
    return _WORDS.get(text, _NAMES.get(text, text))


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    empty = "" if rows else f'<tr><td colspan="{len(heads)}">还没有</td></tr>'
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{lines}{empty}</tbody></table>"
