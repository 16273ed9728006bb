"""The pure rules: which basis carries what, what an item must be, how conditions are written and editions compared."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.choices import Kind, Level
from catalog import condition_text, conditions, content
from catalog.choices import BasisLevel, EditionLevel, Nature, Route
from catalog.content import FieldContent, ItemContent
from catalog.differences import compare
from catalog.rows import shape_refusals
from catalog.rules import bases, items
from catalog.rules.bases import BasisFacts
from catalog.rules.editions import (
    Frame,
    Surroundings,
    date_refusals,
    item_refusals,
    level_refusals,
    publication_refusals,
)
from catalog.rules.routes import Address, right_address, route_refusals
from records.rules.facts import PLATFORM_COLUMNS, REPORT_COLUMNS
from tests.catalog.conftest import item

DAY = date(2026, 11, 23)
LAWFUL = {"xzxw-jds": True, "hetong": False}


@pytest.mark.parametrize(
    ("edition", "nature", "basis", "own"),
    list(itertools.product(EditionLevel.values, Nature.values, BasisLevel.values, (True, False))),
)
def test_which_basis_suffices(edition: str, nature: str, basis: str, own: bool) -> None:
    expected = basis in ("law", "administrative_regulation", "central_policy")
    expected |= basis == "provincial_regulation" and edition != "national"
    expected |= own and nature != "dishonest"
    found = bases.suffices(edition_level=edition, nature=nature, basis_level=basis, of_the_edition=own)
    assert found == expected


@pytest.mark.parametrize("nature", [Nature.DISHONEST, Nature.HONEST])
def test_a_department_rule_alone_is_refused_with_clause(nature: str) -> None:
    rule = BasisFacts("zjl-44", "市场监督管理严重违法失信名单管理办法", "department_rule")
    for level in EditionLevel.values:
        found = bases.item_basis_refusals(
            edition_level=level, nature=nature, basis=rule, of_the_edition=False, on=DAY
        )
        assert [one.code for one in found] == ["item_basis_too_low"]
        assert "第1条" in found[0].basis and "部门规章" in found[0].detail


@pytest.mark.parametrize(
    ("first", "last", "fine"),
    [
        (None, None, True),
        (DAY, DAY, True),
        (date(2027, 1, 1), None, False),
        (None, date(2026, 11, 22), False),
    ],
)
def test_a_basis_must_be_in_force_on_the_first_day(first: date | None, last: date | None, fine: bool) -> None:
    law = BasisFacts("x", "某法", "law", first, last)
    assert (bases.validity_refusals(law, DAY, pointer="basis") == []) == fine


@pytest.mark.parametrize(
    ("level", "collected", "published"),
    [
        ("law", True, True),
        ("provincial_regulation", True, True),
        ("central_policy", False, True),
        ("department_rule", False, False),
        ("other", False, False),
    ],
)
def test_natural_persons_need_a_law_or_regulation(level: str, collected: bool, published: bool) -> None:
    basis = BasisFacts("x", "某规定", level)
    assert (bases.person_basis_refusals(basis, DAY, publication=False) == []) == collected
    assert (bases.person_basis_refusals(basis, DAY, publication=True) == []) == published


def test_no_city_level_and_no_way_back() -> None:
    assert [one.code for one in level_refusals("city")] == ["edition_level_not_allowed"]
    assert all(level_refusals(level) == [] for level in EditionLevel.values)
    newest = date(2026, 11, 23)
    assert date_refusals(newest, newest=newest, on=DAY)[0].code == "edition_date_taken"
    assert date_refusals(date(2026, 11, 22), newest=None, on=DAY)[0].code == "edition_date_taken"
    assert date_refusals(date(2026, 11, 24), newest=newest, on=DAY) == []


def test_a_complete_item_is_refused_nothing() -> None:
    whole = item()
    assert len(whole.fields) == 12
    assert shape_refusals(whole) == []
    assert items.attribute_refusals(whole, LAWFUL) == []
    assert items.field_refusals(whole) == []
    assert items.completeness_refusals(whole) == []


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"code": "林地"}, "code"),
        ({"subject_kinds": ()}, "subject_kinds"),
        ({"period_kind": "never", "period_months": None}, "period_kind"),
        ({"period_months": None}, "period_months"),
        ({"document_kind": "hetong"}, "document_kind"),
        ({"document_kind": "xinjian"}, "document_kind"),
        ({"document_kind": ""}, "document_kind"),
        ({"person_basis": "xzcff"}, "person_basis_clause"),
        ({"person_publication_clause": "第五条"}, "person_publication_clause"),
    ],
)
def test_attributes_that_contradict_themselves(changed: dict[str, object], pointer: str) -> None:
    assert {one.pointer for one in items.attribute_refusals(item(**changed), LAWFUL)} == {pointer}


@pytest.mark.parametrize(
    ("changed", "attribute"),
    [
        ({"code": "_procedure"}, "code"),
        ({"label": "文书种类"}, "label"),
        ({"values": ("甲",)}, "values"),
        ({"type": "code", "values": ("甲", "甲")}, "values"),
        ({"type": "code", "values": ("甲;乙",)}, "values"),
        ({"type": "code", "values": ("甲",), "value_labels": {"乙": "二"}}, "values"),
        ({"type": "decimal"}, "digits"),
        ({"type": "decimal", "digits": 2, "decimals": 3}, "decimals"),
        ({"max_length": None}, "max_length"),
        ({"type": "id_document"}, "exposure"),
        ({"role": "valid_until"}, "type"),
        ({"conditions": ({"not_future": True},)}, "conditions"),
        ({"conditions": ({"if": {"field": "NONE", "in": ["甲"]}, "require": True},)}, "conditions"),
        ({"required": "conditional"}, "required"),
    ],
)
def test_fields_that_make_no_sense(changed: dict[str, object], attribute: str) -> None:
    field = replace(FieldContent("SG_X", "某字段", max_length=20), **changed)  # type: ignore[arg-type]
    found = items.field_refusals(content.with_field(item(), field))
    assert [one.pointer for one in found] == [f"fields/{field.code}/{attribute}"]


def test_codes_labels_and_roles_stand_once_and_fields_are_not_endless() -> None:
    twice = content.with_field(item(), item().fields[0])
    pointers = {one.pointer.rsplit("/", 1)[1] for one in items.field_refusals(twice)}
    assert pointers == {"code", "label", "role"}
    many = tuple(FieldContent(f"F{n}", f"字段{n}", max_length=9) for n in range(91))
    assert [one.pointer for one in items.field_refusals(item(fields=many))] == ["fields"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda whole: content.without_field(whole, "SG_JDRQ"), "决定日期"),
        (lambda whole: replace(whole, subject_kinds=("organisation",)), "主体类别"),
        (lambda whole: replace(whole, subject_kinds=("organisation", "person", "self_employed")), "证件"),
        (lambda whole: replace(whole, period_kind="penalty"), "处罚类别"),
        (lambda whole: replace(whole, period_kind="validity"), "有效期至"),
        (
            lambda whole: content.with_field(
                whole, replace(whole.field("SG_WSH"), required="no"), replaces="SG_WSH"
            ),
            "必填",
        ),
        (
            lambda whole: content.with_field(
                whole, FieldContent("SG_ZJ", "证件", type="id_document", role="subject_document")
            ),
            "自然人",
        ),
    ],
)
def test_an_incomplete_item_says_what_is_missing(
    change: Callable[[ItemContent], ItemContent], word: str
) -> None:
    found = items.completeness_refusals(change(item()))
    assert found and any(word in one.detail for one in found)


def test_headers_of_the_platform_are_reserved() -> None:
    assert {*PLATFORM_COLUMNS, *REPORT_COLUMNS} == items.RESERVED_LABELS


# --- conditions in words ---------------------------------------------------------------------------------

_CODES = st.sampled_from(["A_X", "A_Y", "A_Z"])
_VALUES = st.lists(
    st.text(st.sampled_from("罚款警告暂扣时为含1"), min_size=1, max_size=6), min_size=1, max_size=3
)
_WHEN = st.builds(lambda field, how, values: {"field": field, how: values}, _CODES, st.sampled_from(["in", "has"]), _VALUES)  # fmt: skip
_DEMAND = st.one_of(
    st.just({"require": True}),
    st.just({"forbid": True}),
    st.just({"not_future": True}),
    st.builds(lambda field: {"not_before": field}, _CODES),
    st.builds(lambda field: {"kind_field": field}, _CODES),
    st.builds(lambda amount: {"greater_than": str(amount)}, st.integers(0, 99)),
)
_RULE = st.one_of(_DEMAND, st.builds(lambda when, demand: {"if": when} | demand, _WHEN, _DEMAND))


@given(st.lists(_RULE, max_size=4))
def test_conditions_come_back_as_they_were_written(definition: list[dict[str, object]]) -> None:
    assert list(condition_text.read("\n".join(condition_text.write(definition)), {})) == definition


def test_conditions_may_name_fields_by_label_and_an_odd_line_is_named() -> None:
    read = condition_text.read(
        "当 主体类别 为 自然人 时不得填写\n\n不早于 决定日期", {"主体类别": "A", "决定日期": "B"}
    )
    assert read == ({"if": {"field": "A", "in": ["自然人"]}, "forbid": True}, {"not_before": "B"})
    with pytest.raises(conditions.ConditionError, match="第 2 行"):
        condition_text.read("必填\n有时必填吧", {})


# --- editions compared -------------------------------------------------------------------------------------


def test_what_changed_is_told_attribute_by_attribute_and_field_by_field() -> None:
    old, gone, kept = item("aa"), item("bb"), item("cc")
    new = replace(old, update_cycle="月", nature="other")
    new = content.with_field(new, FieldContent("SG_BC", "补充", max_length=10), after="SG_WSH")
    new = content.without_field(new, "BZ")
    new = content.with_field(
        new, replace(new.fields[0], label="单位名称", max_length=99), replaces=new.fields[0].code
    )
    added = item("dd")
    found = compare([old, gone, kept], [new, kept, added])
    assert (found.added, found.removed, found.same) == ((added,), (gone,), 1)
    (change,) = found.changed
    assert {(one.label, one.before, one.after) for one in change.changes} == {
        ("更新周期", "日", "月"),
        ("性质分类", "失信信息", "其他信息"),
    }
    assert [one.code for one in change.fields_added] == ["SG_BC"]
    assert [one.code for one in change.fields_removed] == ["BZ"]
    (field,) = change.fields_changed
    assert {(one.label, one.before, one.after) for one in field.changes} == {
        ("字段名称", "主体名称", "单位名称"),
        ("最大长度", "200", "99"),
    }
    assert not change.reordered and not compare([old], [old])
    assert compare([old], [content.with_field_moved(old, "SG_WSH", -2)]).changed[0].reordered


@given(st.permutations(range(12)), st.integers(0, 11), st.integers(-20, 20))
def test_moving_a_field_keeps_every_field(order: list[int], which: int, step: int) -> None:
    whole = item()
    shuffled = replace(whole, fields=tuple(whole.fields[place] for place in order))
    moved = content.with_field_moved(shuffled, whole.fields[which].code, step)
    assert sorted(moved.fields, key=lambda one: one.code) == sorted(whole.fields, key=lambda one: one.code)
    wanted = max(0, min(11, order.index(which) + step))
    assert moved.fields[wanted] == whole.fields[which]


# --- routes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("only_route", "route", "level", "kind", "agreement", "codes"),
    [
        ("", Route.CITY, Level.CITY, Kind.ADMINISTRATION, "", []),
        ("", Route.CITY, Level.COUNTY, Kind.ADMINISTRATION, "", ["route_not_fitting"]),
        ("", Route.COUNTY, Level.TOWNSHIP, Kind.ADMINISTRATION, "", []),
        ("", Route.COURT, Level.CITY, Kind.ADMINISTRATION, "", ["route_not_fitting"]),
        (Route.COURT, Route.COURT, Level.CITY, Kind.COURT, "", []),
        (Route.COURT, Route.CITY, Level.CITY, Kind.ADMINISTRATION, "", ["route_not_fitting"]),
        (Route.PROVINCIAL_SYSTEM, Route.CITY, Level.CITY, Kind.ADMINISTRATION, "", ["route_not_fitting"]),
        (Route.PROVINCIAL_SYSTEM, Route.PROVINCIAL_SYSTEM, Level.CITY, Kind.VERTICAL, "", []),
        ("", Route.UTILITY, Level.CITY, Kind.UTILITY, "", ["agreement_missing"]),
        ("", Route.UTILITY, Level.CITY, Kind.UTILITY, "鹤信约〔2026〕3号", []),
        ("", Route.CITY, Level.CITY, Kind.UTILITY, "", ["route_not_fitting"]),
        ("", Route.CITY, Level.CITY, Kind.INSTITUTION, "鹤信约〔2026〕3号", ["route_not_fitting"]),
        ("", Route.UPWARD, Level.CITY, Kind.ADMINISTRATION, "", ["route_not_fitting"]),
    ],
)
def test_which_route_is_open_to_whom(
    only_route: str, route: str, level: str, kind: str, agreement: str, codes: list[str]
) -> None:
    found = route_refusals(
        only_route=only_route,
        route=route,
        level=level,
        kind=kind,
        is_credit_authority=False,
        agreement=agreement,
    )
    assert [one.code for one in found] == codes


def test_an_item_that_comes_one_way_alone_says_which_and_why() -> None:
    asked = {
        "route": Route.CITY,
        "level": Level.CITY,
        "kind": Kind.ADMINISTRATION,
        "is_credit_authority": False,
    }
    for way, words, clause in (
        (Route.COURT, "市中级人民法院", "（4）"),
        (Route.PROVINCIAL_SYSTEM, "省填报系统", "（3）"),
    ):
        (found,) = route_refusals(only_route=way, agreement="", **asked)  # type: ignore[arg-type]
        assert words in found.detail and found.basis == f"鹤信用发〔2022〕1号 第3条{clause}"


@pytest.mark.parametrize("only_route", ["", Route.COURT])
def test_the_platform_itself_reports_upward(only_route: str) -> None:
    asked = {
        "only_route": only_route,
        "route": Route.UPWARD,
        "level": Level.CITY,
        "kind": Kind.ADMINISTRATION,
    }
    assert route_refusals(**asked, is_credit_authority=True, agreement="") == []  # type: ignore[arg-type]


def test_an_address_names_units_nearby_first_and_says_when_there_are_none() -> None:
    assert "请联系社会信用主管部门" in right_address("slgh", [])
    units = [Address(Route.CITY, f"单位{number}", near=number == 6) for number in range(7)]
    words = right_address("slgh", [*units, Address(Route.COURT, "鹤岗市中级人民法院")])
    assert "单位6、单位0" in words and "等7个单位" in words and "鹤岗市中级人民法院" in words


def test_an_items_basis_must_be_known_and_its_code_free() -> None:
    whole = replace(item(), person_basis="no-such")
    own = BasisFacts("law", "某法", BasisLevel.LAW, None, None)
    bases_known = {code: own for code in ("law", whole.basis, whole.person_publication_basis) if code}
    frame = Frame(EditionLevel.PROVINCIAL_SUPPLEMENT, "law", DAY)
    around = Surroundings(bases_known, LAWFUL, {whole.code: "全国目录"}, None)
    found = {(one.code, one.pointer) for one in item_refusals(whole, frame, around)}
    assert {("item_code_taken", "code"), ("item_definition_invalid", "person_basis")} <= found


def test_an_edition_without_items_is_not_published() -> None:
    frame = Frame(EditionLevel.PROVINCIAL, "law", DAY)
    around = Surroundings({"law": BasisFacts("law", "某法", BasisLevel.LAW, None, None)}, LAWFUL, {}, None)
    found = {(one.code, one.pointer) for one in publication_refusals([], frame, around, on=DAY)}
    assert ("item_definition_invalid", "items") in found
