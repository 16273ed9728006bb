"""Conditions of a field as officers write them, one a line, in a form or in the cell of a workbook. Pure.

    当 CF_XDR_LB 为 法人及非法人组织；个体工商户 时必填
    当 CF_CFLB 含 罚款 时大于 0            (含 = the other field holds several values)
    当 CF_XDR_LB 为 自然人 时不得填写
    不晚于报送当日
    不早于 XK_JDRQ
    按 CF_FR_ZJLX 校验

`read` gives the definitions `catalog.conditions` judges, `write` goes back; what `read` cannot make out is a
`conditions.ConditionError` that names the line. Fields may be named by code or label.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from catalog.conditions import ConditionError

EXAMPLES: Final = (
    "当 CF_XDR_LB 为 自然人 时必填",
    "当 CF_CFLB 含 罚款；没收违法所得 时大于 0",
    "当 CF_XDR_LB 为 自然人 时不得填写",
    "不晚于报送当日",
    "不早于 XK_JDRQ",
    "按 CF_FR_ZJLX 校验",
)
_DEMAND: Final = r"必填|不得填写|大于\s*\S+|不晚于报送当日|不早于\s*\S+|按\s*\S+\s*校验"
_WHEN: Final = re.compile(
    rf"当\s*(?P<field>\S+?)\s+(?P<how>为|含)\s*(?P<values>.+)\s*时\s*(?P<rest>{_DEMAND})"
)
_BETWEEN: Final = re.compile(r"[；;]")


def write(definition: Iterable[Mapping[str, Any]]) -> list[str]:
    """The lines of a definition; several demands under one `if` become several lines, which mean the same."""
    return [_when(rule) + demand for rule in definition for demand in _demands(rule)]


def _when(rule: Mapping[str, Any]) -> str:
    if "if" not in rule:
        return ""
    when = rule["if"]
    word, key = ("为", "in") if "in" in when else ("含", "has")
    return f"当 {when['field']} {word} {'；'.join(when[key])} 时"


def _demands(rule: Mapping[str, Any]) -> list[str]:
    return [
        *(["必填"] if rule.get("require") else []),
        *(["不得填写"] if rule.get("forbid") else []),
        *([f"大于 {rule['greater_than']}"] if "greater_than" in rule else []),
        *(["不晚于报送当日"] if rule.get("not_future") else []),
        *([f"不早于 {rule['not_before']}"] if "not_before" in rule else []),
        *([f"按 {rule['kind_field']} 校验"] if "kind_field" in rule else []),
    ]


def read(text: str, labels: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
    """Definitions of the lines that are not empty; `labels` = field code by label. Raises ConditionError."""
    rules = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        rule = _rule(line.strip(), labels)
        if rule is None:
            raise ConditionError(
                f"第 {number} 行看不懂：“{line.strip()[:40]}”。写法例如：{'；'.join(EXAMPLES[:3])}"
            )
        rules.append(rule)
    return tuple(rules)


def _rule(line: str, labels: Mapping[str, str]) -> dict[str, Any] | None:
    found = _WHEN.fullmatch(line)
    demand = _demand(found["rest"] if found else line, labels)
    if demand is None or found is None:
        return demand
    values = [value.strip() for value in _BETWEEN.split(found["values"]) if value.strip()]
    how = "in" if found["how"] == "为" else "has"
    return {"if": {"field": labels.get(found["field"], found["field"]), how: values}} | demand


def _demand(text: str, labels: Mapping[str, str]) -> dict[str, Any] | None:
    fixed: dict[str, dict[str, Any]] = {
        "必填": {"require": True},
        "不得填写": {"forbid": True},
        "不晚于报送当日": {"not_future": True},
    }
    if text in fixed:
        return fixed[text]
    for pattern, key in (
        (r"大于\s*(\S+)", "greater_than"),
        (r"不早于\s*(\S+)", "not_before"),
        (r"按\s*(\S+)\s*校验", "kind_field"),
    ):
        if found := re.fullmatch(pattern, text):
            return {key: found[1] if key == "greater_than" else labels.get(found[1], found[1])}
    return None
