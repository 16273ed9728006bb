"""The small language of `FieldDefinition.conditions`: when a field must be filled, stay empty or fit another field. Pure.

A definition is a list of objects. Each has at least one demand and, if it depends on another field, an `if`:

    {"if": {"field": CODE, "in": [..]}, "require": true}     must be filled when the other field has one of the values
    {"if": {"field": CODE, "has": [..]}, "require": true}    same for a field that holds several values
    {"if": …, "forbid": true}                                must be empty then
    {"if": …, "greater_than": "0"}                           an amount above this
    {"not_future": true}                                     a date not after the day of hand-in
    {"not_before": CODE}                                     a date not before the date in the other field
    {"kind_field": CODE}                                     a document number, checked by the kind in the other field

`parse` refuses everything else with a sentence for the officer who maintains the catalog. Rejected: expressions with
operators (nobody at an agency could check them), and Python callables named in data (a release for every rule).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from catalog.choices import FieldType

_DEMANDS: Final = ("require", "forbid", "greater_than", "not_future", "not_before", "kind_field")
_NEEDS_TYPE: Final[dict[str, FieldType]] = {
    "greater_than": FieldType.DECIMAL,
    "not_future": FieldType.DATE,
    "not_before": FieldType.DATE,
    "kind_field": FieldType.ID_DOCUMENT,
}


class ConditionError(ValueError):
    """The definition makes no sense; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class When:
    """Another field holds one of `values`; `several` = that field keeps its values joined by semicolons."""

    field: str
    values: frozenset[str]
    several: bool

    def holds(self, value: str | None) -> bool:
        """Whether it does, for the other field's checked value (None = it was wrong: then nothing is demanded)."""
        if not value:
            return False
        return not self.values.isdisjoint(value.split(";")) if self.several else value in self.values


@dataclass(frozen=True, slots=True)
class Condition:
    """One rule of a field; several demands may stand under the same `when`."""

    when: When | None = None
    require: bool = False
    forbid: bool = False
    greater_than: Decimal | None = None
    not_future: bool = False
    not_before: str = ""
    kind_field: str = ""

    @property
    def only_requires(self) -> bool:
        """Whether it demands nothing of a value that is there."""
        return not (
            self.forbid
            or self.greater_than is not None
            or self.not_future
            or self.not_before
            or self.kind_field
        )


def parse(definition: object, *, own_type: str, types: Mapping[str, str]) -> tuple[Condition, ...]:
    """Turn a definition into conditions.

    `own_type` is the type of the field the conditions belong to, `types` the type of every field of the item by code.
    Raises ConditionError.
    """
    if not isinstance(definition, list):
        raise ConditionError("条件应为一个列表")
    return tuple(_rule(rule, own_type, types) for rule in definition)


def _rule(rule: object, own_type: str, types: Mapping[str, str]) -> Condition:
    if not isinstance(rule, dict):
        raise ConditionError("每一条条件应为一个对象")
    unknown = sorted(map(str, rule.keys() - {"if", *_DEMANDS}))
    if unknown:
        raise ConditionError(f"条件中有不认识的内容：{'、'.join(unknown)}")
    if not rule.keys() & set(_DEMANDS):
        raise ConditionError(f"条件没有写明要求（{'、'.join(_DEMANDS)}）")
    for key, needed in _NEEDS_TYPE.items():
        if key in rule and own_type != needed:
            raise ConditionError(f"{key} 只能用于{needed.label}类型的字段")
    return Condition(
        when=_when(rule["if"], types) if "if" in rule else None,
        require=_flag(rule, "require"),
        forbid=_flag(rule, "forbid"),
        greater_than=_amount(rule["greater_than"]) if "greater_than" in rule else None,
        not_future=_flag(rule, "not_future"),
        not_before=_other(rule, "not_before", types, (FieldType.DATE,)),
        kind_field=_other(rule, "kind_field", types, (FieldType.CODE, FieldType.TEXT)),
    )


def _flag(rule: Mapping[str, object], key: str) -> bool:
    if key not in rule:
        return False
    if rule[key] is not True:
        raise ConditionError(f"{key} 只能写 true")
    return True


def _amount(value: object) -> Decimal:
    try:
        if not isinstance(value, str):
            raise ConditionError('greater_than 应为写成文本的数字，例如 "0"')
        amount = Decimal(value)
    except InvalidOperation:
        raise ConditionError(f"greater_than 不是数字：{value}") from None
    if not amount.is_finite():
        raise ConditionError(f"greater_than 不是数字：{value}")
    return amount


def _other(
    rule: Mapping[str, object], key: str, types: Mapping[str, str], allowed: tuple[FieldType, ...]
) -> str:
    if key not in rule:
        return ""
    code = rule[key]
    if not isinstance(code, str) or code not in types:
        raise ConditionError(f"{key} 引用了本事项没有的字段：{code}")
    if types[code] not in allowed:
        raise ConditionError(
            f"{key} 引用的字段 {code} 类型不对，应为{'或'.join(kind.label for kind in allowed)}"
        )
    return code


def _when(when: object, types: Mapping[str, str]) -> When:
    if (
        not isinstance(when, dict)
        or not ({"field"} < when.keys() <= {"field", "in", "has"})
        or len(when) != 2
    ):
        raise ConditionError("if 应写明 field 和 in（或者 has）")
    field, (key,) = when["field"], when.keys() - {"field"}
    values = when[key]
    if not isinstance(field, str) or field not in types:
        raise ConditionError(f"if 引用了本事项没有的字段：{field}")
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise ConditionError(f"{key} 应为至少一个文本取值的列表")
    if (key == "has") != (types[field] == FieldType.CODES):
        raise ConditionError(
            f"{field} 的取值{'不' if key == 'has' else ''}是多项，应使用 {'in' if key == 'has' else 'has'}"
        )
    return When(field, frozenset(values), key == "has")
