"""Whether an item hangs together: its attributes, its fields, and whether records can be made of it. Pure.

Pointers: an attribute's name, or `fields/CODE/attribute`; the caller puts the item before it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from catalog import conditions
from catalog.choices import (
    Exposure,
    FieldRole,
    FieldType,
    Nature,
    PeriodKind,
    Publicity,
    Required,
    SubjectKind,
)
from catalog.content import FieldContent, ItemContent
from common.gates import Refusal, refuse

MAX_FIELDS: Final = 90  # a file may have 100 columns, some of them the platform's own
ITEM_CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
FIELD_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,39}")
# Headers with which the platform completes every table.
RESERVED_LABELS: Final = frozenset(
    {"适用程序", "轻微情形", "文书种类", "文书生效日期", "行号", "错误代码", "错误说明", "依据"}
)
_NEEDED_ROLES: Final = (
    FieldRole.SUBJECT_NAME,
    FieldRole.SUBJECT_KIND,
    FieldRole.DOCUMENT_NUMBER,
    FieldRole.DECISION_DATE,
    FieldRole.AUTHORITY_NAME,
    FieldRole.SOURCE_USCC,
)
_PERSON_ROLES: Final = (FieldRole.SUBJECT_DOCUMENT_KIND, FieldRole.SUBJECT_DOCUMENT)
_ROLE_TYPES: Final[Mapping[str, FieldType]] = {
    FieldRole.SUBJECT_KIND: FieldType.CODE,
    FieldRole.SUBJECT_USCC: FieldType.USCC,
    FieldRole.AUTHORITY_USCC: FieldType.USCC,
    FieldRole.SOURCE_USCC: FieldType.USCC,
    FieldRole.SUBJECT_DOCUMENT: FieldType.ID_DOCUMENT,
    FieldRole.REPRESENTATIVE_DOCUMENT: FieldType.ID_DOCUMENT,
    FieldRole.DECISION_DATE: FieldType.DATE,
    FieldRole.VALID_FROM: FieldType.DATE,
    FieldRole.VALID_UNTIL: FieldType.DATE,
    FieldRole.PUBLISH_UNTIL: FieldType.DATE,
    FieldRole.PENALTY_TYPES: FieldType.CODES,
}


def _invalid(pointer: str, detail: str) -> Refusal:
    return refuse("item_definition_invalid", detail, pointer=pointer)


def attribute_refusals(item: ItemContent, lawful: Mapping[str, bool]) -> list[Refusal]:
    """What is wrong with the attributes themselves; `lawful` = whether a kind of document (by code) may carry
    dishonest conduct (plan, item 2)."""
    problems = []
    if not ITEM_CODE.fullmatch(item.code):
        problems.append(_invalid("code", "事项代码用小写拼音首字母，可以带数字和连字符，例如 xzcf"))
    if not item.subject_kinds:
        problems.append(_invalid("subject_kinds", "请至少选择一类主体"))
    if item.publicity == Publicity.PUBLIC and item.period_kind == PeriodKind.NEVER:
        problems.append(_invalid("period_kind", "公开属性为公开公示的事项，须选择一种公示期限"))
    if (item.period_kind == PeriodKind.FIXED) != (item.period_months is not None):
        problems.append(_invalid("period_months", "公示期限类型为固定期限的填写月数，其他类型不填"))
    if item.document_kind and item.document_kind not in lawful:
        problems.append(_invalid("document_kind", f"没有“{item.document_kind}”这种文书"))
    elif item.nature == Nature.DISHONEST and not lawful.get(item.document_kind, False):
        problems.append(
            refuse(
                "document_kind_not_allowed",
                "失信信息的默认文书种类须是可以作为失信认定依据的文书",
                pointer="document_kind",
            )
        )
    for name, clause in (
        ("person_basis", "person_basis_clause"),
        ("person_publication_basis", "person_publication_clause"),
    ):
        if bool(getattr(item, name)) != bool(getattr(item, clause)):
            problems.append(_invalid(clause, "依据和条款须一并填写"))
    return problems


def field_refusals(item: ItemContent) -> list[Refusal]:
    """What is wrong with each field by itself and beside the others."""
    types = {field.code: field.type for field in item.fields}
    problems = [problem for field in item.fields for problem in _field(field, types)]
    for attribute, what in (("code", "字段代码"), ("label", "字段名称"), ("role", "用途")):
        counted = Counter(
            value
            for field in item.fields
            if (value := getattr(field, attribute)) not in ("", FieldRole.SUBJECT_CODE)
        )
        problems += [
            _invalid(f"fields/{field.code}/{attribute}", f"{what}在本事项中重复，每个{what}只能用一次")
            for field in item.fields
            if counted[getattr(field, attribute)] > 1
        ]
    if len(item.fields) > MAX_FIELDS:
        problems.append(_invalid("fields", f"一个事项最多{MAX_FIELDS}个字段"))
    return problems


def _field(field: FieldContent, types: Mapping[str, str]) -> list[Refusal]:
    found = [*_form_of(field), *_conditions_of(field, types)]
    return [_invalid(f"fields/{field.code}/{attribute}", detail) for attribute, detail in found]


def _form_of(field: FieldContent) -> list[tuple[str, str]]:
    """What is wrong with one field by itself, as (attribute, sentence)."""
    choosing = field.type in (FieldType.CODE, FieldType.CODES)
    decimal = field.type == FieldType.DECIMAL
    needed = _ROLE_TYPES.get(field.role, field.type)
    values = field.values
    odd_values = len(set(values)) != len(values) or any(not value or ";" in value for value in values)
    checks = (
        (
            FIELD_CODE.fullmatch(field.code) is None,
            "code",
            "字段代码用大写字母开头，由大写字母、数字和下划线组成，例如 CF_WSH",
        ),
        (field.label in RESERVED_LABELS, "label", f"“{field.label}”是平台自带的栏目，请换一个名称"),
        (bool(values) != choosing, "values", "单选、多选字段逐行填写取值，其他类型不填"),
        (odd_values, "values", "取值不能为空、重复或者含有分号"),
        (not set(field.value_labels) <= set(values), "values", "只能给列出的取值写含义"),
        (decimal != (field.digits is not None), "digits", "数值字段填写总位数，其他类型不填"),
        ((field.decimals or 0) > (field.digits or 0), "decimals", "小数位数不能多于总位数，其他类型不填"),
        (field.type == FieldType.TEXT and not field.max_length, "max_length", "请填写文本的最大长度"),
        (
            field.type == FieldType.ID_DOCUMENT and field.exposure != Exposure.SECRET,
            "exposure",
            "证件号码只能是“不公开且加密保存”",
        ),
        (
            field.type != needed,
            "type",
            f"用途为“{FieldRole(field.role).label}”的字段，类型须为{FieldType(needed).label}",
        ),
    )
    return [(attribute, detail) for wrong, attribute, detail in checks if wrong]


def _conditions_of(field: FieldContent, types: Mapping[str, str]) -> list[tuple[str, str]]:
    try:
        parsed = conditions.parse(list(field.conditions), own_type=field.type, types=types)
    except conditions.ConditionError as error:
        return [("conditions", str(error))]
    if any(rule.require for rule in parsed) != (field.required == Required.CONDITIONAL):
        return [("required", "“按条件必填”须与“必填”的条件同时使用")]
    return []


def completeness_refusals(item: ItemContent) -> list[Refusal]:
    """What is missing before records can be handed in under the item."""
    by_role = {field.role: field for field in item.fields if field.role}
    persons = SubjectKind.PERSON in item.subject_kinds
    wanted = [*_NEEDED_ROLES, *(_PERSON_ROLES if persons else ())]
    if set(item.subject_kinds) - {SubjectKind.PERSON}:
        wanted.append(FieldRole.SUBJECT_USCC)
    if item.period_kind == PeriodKind.PENALTY:
        wanted.append(FieldRole.PENALTY_TYPES)
    missing = [FieldRole(role) for role in wanted if role not in by_role]
    problems = [_invalid("fields", f"缺少用途为“{role.label}”的字段") for role in missing]
    if not persons and FieldRole.SUBJECT_DOCUMENT in by_role:
        problems.append(_invalid("fields", "本事项不归集自然人，不应有自然人证件号码"))
    kinds = by_role.get(FieldRole.SUBJECT_KIND)
    words = {str(SubjectKind(kind).label) for kind in item.subject_kinds}
    if kinds is not None and set(kinds.values) != words:
        detail = f"主体类别的取值须与本事项的主体类别一致：{'、'.join(sorted(words))}"
        problems.append(_invalid(f"fields/{kinds.code}/values", detail))
    for role in (FieldRole.SUBJECT_NAME, FieldRole.DOCUMENT_NUMBER, FieldRole.DECISION_DATE):
        if role in by_role and by_role[role].required != Required.YES:
            problems.append(_invalid(f"fields/{by_role[role].code}/required", f"{role.label}须为必填"))
    if item.publicity == Publicity.PUBLIC and item.period_kind == PeriodKind.VALIDITY:
        until = by_role.get(FieldRole.VALID_UNTIL)
        if until is None or until.required != Required.YES:
            detail = "按有效期公示的事项，须有必填的“有效期至”字段"
            problems.append(_invalid("fields", detail))
    return problems
