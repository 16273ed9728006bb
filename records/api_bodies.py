"""How bodies of the intake interface are read, and what every write answers when it is refused."""

from collections.abc import Mapping
from typing import Final

from drf_spectacular.utils import OpenApiParameter

from common.openapi import problem
from common.problems import FieldProblem, Problem, pointer_step
from common.workbooks.cells import Cell

PROBLEM: Final = "application/problem+json"
_DOCUMENT: Final = frozenset({"kind", "number", "issuer", "date", "effective_date"})

WRITE_REFUSALS: Final = {
    (400, PROBLEM): problem("请求内容不正确"),
    (401, PROBLEM): problem("没有访问令牌或者令牌无效"),
    (403, PROBLEM): problem("没有权限，或者本单位不是提供单位（provider_not_authorised）"),
    (422, PROBLEM): problem("不符合规定；errors 逐项给出字段、代码、说明和依据"),
}
IDEMPOTENCY: Final = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="同一键和内容重复提交只办理一次"
)


def malformed(pointer: str, detail: str) -> Problem:
    return Problem(400, "body_malformed", detail, errors=[FieldProblem(pointer, "body_malformed", detail)])


def text(body: Mapping[str, object], name: str, pointer: str = "") -> str:
    """A text member, empty where it is not given; `pointer` names the object it stands in."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise malformed(f"{pointer}/{name}", f"{name}应为文本")
    return value.strip()


def cells(fields: object) -> dict[str, Cell]:
    """Field values as cells: null is empty, a list is several values."""
    if not isinstance(fields, dict):
        raise malformed("/fields", "fields应为对象：字段代码或名称对应取值")
    found: dict[str, Cell] = {}
    for name, value in fields.items():
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            value = ";".join(value)
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float)):
            raise malformed(
                f"/fields/{pointer_step(name)}", f"字段{name[:40]}的取值应为文本、数字或者文本的列表"
            )
        found[name] = "" if value is None else value
    return found


def document(document: object) -> dict[str, str] | None:
    """The document as given; one that says nothing is none."""
    if document is None:
        return None
    if not isinstance(document, dict):
        raise malformed("/document", "document应为对象，各成员为文本")
    if unknown := sorted(document.keys() - _DOCUMENT):
        step = pointer_step(unknown[0])
        raise malformed(f"/document/{step}", f"document有不认识的成员：{unknown[0][:40]}")
    stated = {name: text(document, name, "/document") for name in document}
    return stated if any(stated.values()) else None
