"""Who decided and who hands in go by the name registered for their code, and by no other unit's."""

from dataclasses import replace

import pytest

from common.identifiers import make_uscc
from records.rules import providers
from records.rules.facts import Facts, Layout
from records.rules.verdict import Judge
from tests.records.sheets import facts, row
from tests.records.sheets import layout as table

MARKET, COUNTY, POLICE, PROVINCE, TWIN = (
    make_uscc("11", "230400", f"1000000{number}") for number in range(5)
)
NAMES = {
    MARKET: "鹤岗市市场监督管理局",
    COUNTY: "萝北县市场监督管理局",
    POLICE: "鹤岗市公安局",
    PROVINCE: "黑龙江省数据局",
}


def known(**changes: object) -> Facts:
    """小宋's agency is the city's market regulator, with the county's below it."""
    own = {
        "own_name": NAMES[MARKET], "own_uscc": MARKET, "own_units": frozenset({MARKET, COUNTY}), "unit_names": NAMES,
    }  # fmt: skip
    return facts(**(own | changes))


def source_named(base: Layout) -> Layout:
    """The same table with a column for the name of the source."""
    name = next(one for one in base.fields if one.code == "JG")
    fields = (*base.fields, replace(name, code="LY", label="LY列", role="source_name"))
    return Layout.of(base.code, base.name, fields, asks_procedure=base.asks_procedure)


def judged(
    rows: list[dict[str, object]], facts_of: Facts
) -> tuple[dict[int, dict[str, str]], dict[str, list[str | None]]]:
    """What was refused, and the checked columns; of every row by itself and among all."""
    columns = {name: [one.get(name, "") for one in rows] for name in rows[0]}
    verdict = Judge(facts_of).chunk(columns, len(rows))  # type: ignore[arg-type]
    refused = {
        number: {one.pointer: one.detail for one in found if one.code == "provider_not_authorised"}
        for number, found in verdict.refused.items()
    }
    return refused, {code: list(column) for code, column in verdict.checked.items()}


def one(name: object, code: str = MARKET, facts_of: Facts | None = None) -> tuple[dict[str, str], str | None]:
    """Refusals of a row whose authority is stated so, and the name it would be recorded under."""
    refused, checked = judged([row(JG=name, JGDM=code, LYDM=MARKET)], facts_of or known())
    return refused.get(0, {}), checked["JG"][0]


@pytest.mark.parametrize(
    ("stated", "code", "registered"),
    [
        ("鹤岗市市场监督管理局", MARKET, NAMES[MARKET]),
        ("市场监督管理局", MARKET, NAMES[MARKET]),
        ("黑龙江省鹤岗市市场监督管理局", MARKET, NAMES[MARKET]),
        (" 鹤岗市 市场监督管理局", MARKET, NAMES[MARKET]),
        ("萝北县市场监督管理局", COUNTY, NAMES[COUNTY]),
        ("鹤岗市萝北县市场监督管理局", COUNTY, NAMES[COUNTY]),
        # nobody else's: an office of it, an earlier name, a slip
        ("鹤岗市市场监督管理局综合行政执法队", MARKET, NAMES[MARKET]),
        ("鹤岗市工商行政管理局", MARKET, NAMES[MARKET]),
        ("鹤岗市", MARKET, NAMES[MARKET]),
    ],
)
def test_the_registered_name_counts_however_the_city_stands_before_it(
    stated: str, code: str, registered: str
) -> None:
    assert one(stated, code) == ({}, registered)


@pytest.mark.parametrize(
    ("stated", "code", "says"),
    [
        ("鹤岗市公安局", MARKET, "是“鹤岗市公安局”的，请由该单位报送"),
        ("公安局", MARKET, "是“鹤岗市公安局”的，请由该单位报送"),
        ("萝北县市场监督管理局", MARKET, f"是“萝北县市场监督管理局”的，请把代码改为{COUNTY}"),
        ("鹤岗市市场监督管理局", COUNTY, f"是“鹤岗市市场监督管理局”的，请把代码改为{MARKET}"),
        ("黑龙江省数据局", COUNTY, "是“黑龙江省数据局”的，请由该单位报送"),
    ],
)
def test_another_units_name_is_refused_with_the_name_of_the_code(stated: str, code: str, says: str) -> None:
    refusals, kept = one(stated, code)
    assert kept == stated and list(refusals) == ["JG"]
    assert refusals["JG"].startswith(
        f"JG列“{stated[:40]}”与代码{code}不符，该代码登记的单位是“{NAMES[code]}”"
    )
    assert says in refusals["JG"]


def test_a_short_name_two_units_share_stands_for_neither() -> None:
    twins = known(unit_names=NAMES | {TWIN: "市场监督管理局"})
    assert one("鹤岗市市场监督管理局", facts_of=twins) == ({}, NAMES[MARKET])
    refusals, _ = one("市场监督管理局", facts_of=twins)
    assert list(refusals) == ["JG"]


def test_a_foreign_code_is_refused_by_itself_and_a_wrong_one_says_nothing_of_its_name() -> None:
    refusals, _ = one("鹤岗市公安局", POLICE)
    assert list(refusals) == ["JGDM"] and "请由“鹤岗市公安局”报送" in refusals["JGDM"]
    assert one("鹤岗市公安局", "1234")[0] == {}
    assert one(10**20)[0] == {}, "a number that lost digits is no name"


def test_the_source_is_held_to_the_same() -> None:
    told = known(layout=source_named(table()))
    rows = [
        row(JG=NAMES[MARKET], JGDM=MARKET, LYDM=code, LY=name)
        for name, code in (
            ("市场监督管理局", MARKET),
            (NAMES[COUNTY], COUNTY),
            (NAMES[POLICE], MARKET),
            ("", COUNTY),
        )
    ]
    refused, checked = judged(rows, told)
    assert {number: list(found) for number, found in refused.items()} == {2: ["LY"]}
    assert checked["LY"] == [NAMES[MARKET], NAMES[COUNTY], NAMES[POLICE], NAMES[COUNTY]]


def optional(base: Layout) -> Layout:
    fields = tuple(replace(one, required=False) if one.code == "JGDM" else one for one in base.fields)
    return Layout.of(base.code, base.name, fields, asks_procedure=base.asks_procedure)


def test_without_a_code_the_name_is_one_of_the_agencys_units() -> None:
    free = known(layout=optional(table()))
    assert one("市场监督管理局", "", free) == ({}, NAMES[MARKET])
    assert one("萝北县市场监督管理局", "", free) == ({}, NAMES[COUNTY])
    assert one("", "", free) == ({}, "")
    assert "请由“鹤岗市公安局”报送" in one("公安局", "", free)[0]["JG"]
    assert one("鹤岗市某局", "", free) == ({}, "鹤岗市某局"), "no unit of the register has to hand it in"


def test_an_item_without_the_code_is_the_agencys_own() -> None:
    own = known(layout=table("JGDM"))
    assert one("市场监督管理局", facts_of=own) == ({}, NAMES[MARKET])
    assert list(one("萝北县市场监督管理局", facts_of=own)[0]) == ["JG"]


def test_what_is_remembered_of_names_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "_REMEMBERED", 2)
    judge = Judge(known())
    for number in range(9):
        stated = row(JG=f"第{number}局", JGDM=MARKET, LYDM=MARKET)
        judge.chunk({name: [value] for name, value in stated.items()}, 1)  # type: ignore[arg-type]
    assert len(judge._providers._registered) <= 3
