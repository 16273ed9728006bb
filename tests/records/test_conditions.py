"""The language of conditions: what may be written, and what officers are told who write something else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.conditions import Condition, ConditionError, When, parse
from catalog.models import FieldDefinition

TYPES = {"LB": "code", "CFLB": "codes", "JDRQ": "date", "YXQ": "date", "FK": "decimal", "ZJLX": "code", "ZJHM": "id_document", "MC": "text"}  # fmt: skip
CASE = {"field": "LB", "in": ["自然人"]}


def one(rule: object, own: str = "text") -> Condition:
    (condition,) = parse([rule], own_type=own, types=TYPES)
    return condition


def test_every_form_of_the_language() -> None:
    person = When("LB", frozenset({"自然人"}), False)
    fine = When("CFLB", frozenset({"罚款"}), True)
    assert one({"if": CASE, "require": True}) == Condition(when=person, require=True)
    assert one({"if": CASE, "forbid": True}) == Condition(when=person, forbid=True)
    fined = {"field": "CFLB", "has": ["罚款"]}
    assert one({"if": fined, "require": True, "greater_than": "0"}, "decimal") == Condition(
        when=fine, require=True, greater_than=Decimal(0)
    )
    assert one({"not_future": True}, "date") == Condition(not_future=True)
    assert one({"not_before": "JDRQ"}, "date") == Condition(not_before="JDRQ")
    assert one({"kind_field": "ZJLX"}, "id_document") == Condition(kind_field="ZJLX")
    assert parse([], own_type="text", types=TYPES) == ()


@pytest.mark.parametrize(
    ("definition", "own", "says"),
    [
        ({"require": True}, "text", "应为一个列表"),
        (["require"], "text", "应为一个对象"),
        ([{"require": True, "unless": CASE}], "text", "不认识的内容：unless"),
        ([{"if": CASE}], "text", "没有写明要求"),
        ([{}], "text", "没有写明要求"),
        ([{"require": "yes"}], "text", "只能写 true"),
        ([{"if": CASE, "forbid": False}], "text", "只能写 true"),
        ([{"not_future": True}], "text", "not_future 只能用于日期"),
        ([{"greater_than": "0"}], "date", "greater_than 只能用于数值"),
        ([{"greater_than": 0}], "decimal", "写成文本的数字"),
        ([{"greater_than": "许多"}], "decimal", "不是数字"),
        ([{"greater_than": "NaN"}], "decimal", "不是数字"),
        ([{"not_before": "XX"}], "date", "没有的字段：XX"),
        ([{"not_before": 5}], "date", "没有的字段：5"),
        ([{"not_before": "LB"}], "date", "字段 LB 类型不对"),
        ([{"kind_field": "JDRQ"}], "id_document", "字段 JDRQ 类型不对"),
        ([{"if": "LB", "require": True}], "text", "if 应写明 field"),
        ([{"if": {"field": "LB"}, "require": True}], "text", "if 应写明 field"),
        ([{"if": {"field": "LB", "in": ["1"], "has": ["1"]}, "require": True}], "text", "if 应写明 field"),
        ([{"if": {"field": "XX", "in": ["1"]}, "require": True}], "text", "if 引用了本事项没有的字段：XX"),
        ([{"if": {"field": ["LB"], "in": ["1"]}, "require": True}], "text", "if 引用了"),
        ([{"if": {"field": "LB", "in": []}, "require": True}], "text", "至少一个文本取值"),
        ([{"if": {"field": "LB", "in": "自然人"}, "require": True}], "text", "至少一个文本取值"),
        ([{"if": {"field": "LB", "in": [1]}, "require": True}], "text", "至少一个文本取值"),
        ([{"if": {"field": "LB", "has": ["自然人"]}, "require": True}], "text", "应使用 in"),
        ([{"if": {"field": "CFLB", "in": ["罚款"]}, "require": True}], "text", "应使用 has"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(definition: object, own: str, says: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(definition, own_type=own, types=TYPES)
    assert says in str(caught.value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["if", "field", "in", "has", "require", "forbid", "not_future", "greater_than", "x"]), inner)))  # fmt: skip
def test_whatever_stands_there_is_parsed_or_refused(definition: object) -> None:
    try:
        conditions = parse(definition, own_type="decimal", types=TYPES)
    except ConditionError:
        return
    assert all(isinstance(condition, Condition) for condition in conditions)


@given(
    st.lists(st.sampled_from("甲乙丙丁"), max_size=4), st.frozensets(st.sampled_from("甲乙丙丁"), min_size=1)
)
def test_has_is_an_intersection_and_in_an_equality(held: list[str], wanted: frozenset[str]) -> None:
    assert When("F", wanted, True).holds(";".join(held)) == bool(wanted & set(held))
    assert When("F", wanted, False).holds(held[0] if held else "") == bool(held and held[0] in wanted)
    assert not When("F", wanted, True).holds(None)


def test_the_conditions_of_the_whole_catalog_make_sense(db: None) -> None:
    types: dict[int, dict[str, str]] = {}
    definitions = list(FieldDefinition.objects.all())
    for field in definitions:
        types.setdefault(field.item_id, {})[field.code] = field.type
    assert any(field.conditions for field in definitions)
    for field in definitions:
        parse(field.conditions, own_type=field.type, types=types[field.item_id])
