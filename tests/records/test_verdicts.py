"""Verdicts on rows: every gate over hand-made facts, and that a row is judged alike alone and among others."""

import gc
import weakref
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.identifiers import make_id_number
from records.rules.columns import Problems
from records.rules.facts import Facts
from records.rules.verdict import Judge, Verdict
from tests.records import sheets
from tests.records.sheets import EARLIER, ITEM, KINDS, OTHER, facts, layout, person, row

PLACEHOLDER = "0" * 17 + "X"


def judge(rows: list[dict[str, object]], known: Facts | None = None) -> Verdict:
    names = {name for one in rows for name in one}
    columns = {name: [one.get(name, "") for one in rows] for name in names}
    return Judge(known or facts()).chunk(columns, len(rows))  # type: ignore[arg-type]


def found(one: dict[str, object], known: Facts | None = None) -> dict[str, str]:
    """Code by field, of a single row."""
    return {refusal.pointer: refusal.code for refusal in judge([one], known).refused.get(0, ())}


def test_good_rows_of_all_three_classes_pass() -> None:
    shop = row(LB=KINDS[2], DM=PLACEHOLDER, ZC="230402600012345")
    verdict = judge([row(), person(), shop, row(DM=sheets.VILLAGE), row(DM=PLACEHOLDER)])
    assert verdict.refused == {}
    assert [str(kind) for kind in verdict.kinds] == ["organisation", "person", "self_employed", "organisation", "organisation"]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        # G1
        (row(JDRQ="2021-12-31"), {"JDRQ": "item_not_in_force"}),
        # G2
        (row(适用程序="简易程序"), {"适用程序": "excluded_summary_procedure"}),
        (row(轻微情形="轻微并主动消除"), {"轻微情形": "excluded_minor_corrected"}),
        (row(轻微情形="首次轻微并主动消除"), {"轻微情形": "excluded_first_minor"}),
        (row(轻微情形="较轻"), {"轻微情形": "code_unknown"}),
        (row(适用程序="普通程序", 轻微情形="无"), {}),
        # G3
        (row(文书种类="会议纪要"), {"文书种类": "document_kind_not_allowed"}),
        (row(文书种类="内参"), {"文书种类": "document_kind_not_allowed"}),
        (row(文书种类="sfcp"), {}),
        (row(文书种类=230402199001011234), {"文书种类": "identifier_invalid"}),
        (row(文书生效日期="2026-11-21"), {"文书生效日期": "document_not_effective"}),
        (row(文书生效日期="2026-05-10"), {"文书生效日期": "date_order"}),
        (row(文书生效日期="2026-06-01"), {}),
        (row(WSH=""), {"WSH": "document_missing"}),
        # G4
        (row(JGDM=OTHER), {"JGDM": "provider_not_authorised"}),
        (row(LYDM=sheets.VILLAGE), {"LYDM": "provider_not_authorised"}),
        (row(JGDM=sheets.BELOW, JG="甲县局"), {}),
        (row(JGDM=sheets.BELOW), {"JG": "provider_not_authorised"}),
        # G5
        (row(MC="　"), {"MC": "field_required"}),
        (row(MC="长" * 21), {"MC": "field_too_long"}),
        (row(FK=""), {"FK": "field_required"}),
        (row(FK="0"), {"FK": "amount_invalid"}),
        (row(CFLB="警告", FK=""), {}),
        (row(LB="企业"), {"LB": "code_unknown"}),
        (row(DM="912304"), {"DM": "identifier_invalid"}),
        (row(DM=""), {"DM": "field_required"}),
        (row(JGDM=PLACEHOLDER), {"JGDM": "identifier_invalid"}),
        (row(JDRQ="2026-11-21"), {"JDRQ": "date_in_future"}),
        (row(JDRQ="2026/2/30"), {"JDRQ": "date_invalid"}),
        (row(YXQ="2026-05-10"), {"YXQ": "date_order"}),
        (row(YXQ="2099-12-31"), {}),
        (row(ZJLX="护照号", ZJHM="E12345678"), {}),
        (row(ZJHM="E12345678"), {"ZJHM": "identifier_invalid"}),
        (row(ZJLX="驾照", ZJHM="E12345678"), {"ZJLX": "code_unknown"}),
        (person(ZJHM="230402199001011230"), {"ZJHM": "identifier_invalid"}),
        (person(ZJHM="2" * 31), {"ZJHM": "field_too_long"}),
        (person(ZJHM="", ZJLX=""), {"ZJLX": "field_required", "ZJHM": "field_required"}),
        (person(DM=sheets.COMPANY, FR="林有田"), {"DM": "identifier_invalid", "FR": "code_unknown"}),
        (person(YXQ="2027-01-01"), {"YXQ": "date_in_future"}),
        (row(LB=KINDS[2], DM=PLACEHOLDER), {"ZC": "field_required"}),
        # G7
        (row(GSQ="2027-05-11"), {}),
        (row(GSQ="2026-08-10"), {}),
        (row(GSQ="2027-05-12"), {"GSQ": "publication_too_long"}),
    ],
)
def test_rows(one: dict[str, object], expected: dict[str, str]) -> None:
    if expected == {"WSH": "document_missing"}:
        codes = {refusal.code for refusal in judge([one]).refused[0]}
        assert codes == {"document_missing", "field_required"}
    else:
        assert found(one) == expected


def test_the_procedure_is_stated_or_declared() -> None:
    undeclared = facts(declared_ordinary=False)
    assert found(row(), undeclared) == {"适用程序": "field_required"}
    assert found(row(适用程序="普通程序"), undeclared) == {}
    assert found(row(适用程序=""), facts()) == {}
    unasked = facts(layout=layout(asks_procedure=False), declared_ordinary=False)
    assert found(row(适用程序="简易程序"), unasked) == {}


def test_each_decision_is_judged_by_the_catalog_row_of_its_day() -> None:
    closed = replace(EARLIER, subject_kinds=frozenset({"organisation"}), person_basis=False)
    known = facts(versions=(closed, replace(ITEM, person_basis=False)))
    assert found(person(JDRQ="2024-02-29"), known) == {"LB": "code_unknown"}
    assert found(person(JDRQ="2024-03-01"), known) == {"LB": "consent_missing"}
    items = judge([row(JDRQ="2024-02-29"), row(JDRQ="2024-03-01")]).items
    assert [item.id if item else None for item in items] == [1, 2]


def test_natural_persons_need_a_basis_of_the_items_own() -> None:
    without = facts(versions=(replace(ITEM, person_basis=False),))
    assert found(person(), without) == {"LB": "consent_missing"}
    assert found(row(), without) == {}


def test_other_than_dishonest_conduct_may_rest_on_other_documents() -> None:
    basic = facts(versions=(replace(ITEM, nature="basic", document_kind=""),))
    assert found(row(文书种类="会议纪要"), basic) == {}
    assert found(row(文书种类="内参"), basic) == {"文书种类": "code_unknown"}
    assert found(row(), basic) == {"文书种类": "document_missing"}


def test_what_is_not_public_may_not_declare_an_end_of_publication() -> None:
    closed = facts(versions=(replace(ITEM, publicity="authorised"),))
    assert found(row(GSQ="2026-08-01"), closed) == {"GSQ": "publication_not_allowed"}
    assert found(row(CFLB="警告", FK="", GSQ="2026-08-12")) == {"GSQ": "publication_too_long"}


def test_who_should_hand_in_is_named() -> None:
    (refusal,) = judge([row(JGDM=OTHER)]).refused[0]
    assert refusal.detail == f"JGDM列{OTHER}不是本单位或者本单位的下级单位，请由“乙局”报送"
    (refusal,) = judge([row(LYDM=sheets.VILLAGE)]).refused[0]
    assert "请核对代码" in refusal.detail


def test_states_follow_the_sector_of_the_authority_and_are_shared_by_like_rows() -> None:
    verdict = judge(
        [row(), row(WSH="鹤罚〔2026〕2号"), row(JGDM=sheets.BELOW, JG="甲县局"), row(GSQ="2026-12-01")]
    )
    first, second, third, fourth = verdict.states
    assert first is second
    assert first is not None
    assert third is not None
    assert fourth is not None
    assert (first.tier_id, first.published_until) == (2, date(2027, 5, 11))
    assert (third.tier_id, third.published_until) == (3, date(2029, 5, 11))
    assert (fourth.published_until, fourth.shared_until) == (date(2026, 12, 1), date(2027, 5, 11))


def test_a_layout_knows_what_its_fields_are_for() -> None:
    assert layout().subject_codes == ("JG_SWDJ", "JG_SYDW")
    assert layout().roles["document_number"] == "WSH"
    assert facts().layout_label("publish_until") == "GSQ列"
    assert facts(layout=layout("GSQ")).layout_label("publish_until") == ""


def test_an_item_may_lack_what_others_have() -> None:
    """No authority, no class of subject, no publication end, no type: the item itself then says what holds."""
    bare = layout(
        "LB",
        "JG",
        "JGDM",
        "LYDM",
        "GSQ",
        "CFLB",
        "FK",
        "ZC",
        "DM",
        "ZJLX",
        "ZJHM",
        "FR",
        "YXQ",
        asks_procedure=False,
    )
    kept = replace(
        ITEM,
        period_kind="fixed",
        period_months=12,
        subject_kinds=frozenset({"organisation"}),
        document_kind="行政处罚决定书",
    )
    verdict = judge(
        [{"MC": "鹤岗市松涛粮油合作社", "WSH": "鹤〔2026〕9号", "JDRQ": "2026-05-11"}],
        facts(layout=bare, versions=(kept,), regimes=()),
    )
    assert verdict.refused == {}
    assert verdict.kinds == ["organisation"]
    assert verdict.states[0] is not None
    assert verdict.states[0].published_until == date(2027, 5, 11)


def test_validity_governs_where_the_item_says_so() -> None:
    licence = facts(versions=(replace(ITEM, period_kind="validity", nature="other"),))
    verdict = judge([row(YXQ="2031-03-01"), row(YXQ="")], licence)
    ends = [
        (state.published_until, state.shared_until, state.used_until) for state in verdict.states if state
    ]
    assert ends == [(date(2031, 3, 1), date(2031, 3, 1), None), (None, None, None)]


def test_a_row_the_reader_refused_stays_refused() -> None:
    problems = Problems()
    problems.add(1, "field_too_long", "", "本行比表头多出1列")
    columns = {name: [value, value] for name, value in row().items()}
    verdict = Judge(facts()).chunk(columns, 2, problems)  # type: ignore[arg-type]
    assert list(verdict.refused) == [1]


def test_only_the_rows_that_are_wrong_are_refused() -> None:
    rows = [
        row(),
        row(MC="长" * 21),
        person(),
        person(YXQ="2027-01-01"),
        person(YXQ="2026-06-01"),
        person(ZJLX="驾照"),
    ]
    assert {number: [one.code for one in found] for number, found in judge(rows).refused.items()} == {
        1: ["field_too_long"], 3: ["date_in_future"], 5: ["code_unknown"],
    }  # fmt: skip


def test_an_end_of_publication_says_nothing_more_of_a_row_whose_decision_has_no_day() -> None:
    assert found(row(GSQ="2090-01-01", JDRQ="x")) == {"JDRQ": "date_invalid"}


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.rules.columns._REMEMBERED", 1)
    monkeypatch.setattr("records.rules.gates._REMEMBERED", 0)
    monkeypatch.setattr("records.rules.verdict._REMEMBERED", 0)
    one = Judge(facts())
    for sequence, day in enumerate(("2026-05-11", "2026-05-12", "2026-05-13"), 11):
        known = make_id_number("230402", date(1990, 1, 1), sequence)
        columns = {name: [value] for name, value in person(JDRQ=day, ZJHM=known).items()}
        assert not one.chunk(columns, 1).refused  # type: ignore[arg-type]


spoilt = st.sampled_from([
    {}, {"FK": ""}, {"FK": "0"}, {"DM": "91"}, {"LB": "自然人"}, {"JDRQ": "x"}, {"JDRQ": "2021-01-01"}, {"JDRQ": 45000}, {"WSH": ""},
    {"JGDM": OTHER}, {"JG": "乙局"}, {"JG": "鹤岗市甲局"}, {"JGDM": ""}, {"CFLB": "警告"}, {"CFLB": "罚款;无"}, {"YXQ": "2020-01-01"}, {"GSQ": "2090-01-01"}, {"MC": 7}, {"ZJHM": "E1"},
    {"适用程序": "简易程序"}, {"文书种类": "会议纪要"}, {"文书生效日期": "2030-01-01"},
])  # fmt: skip
rows = st.lists(st.tuples(st.sampled_from([row(), person()]), spoilt, spoilt).map(lambda parts: parts[0] | parts[1] | parts[2]), min_size=1, max_size=12)  # fmt: skip


@given(rows)
def test_a_row_is_judged_alike_alone_and_among_others(chunk: list[dict[str, object]]) -> None:
    together = judge(chunk)
    for number, one in enumerate(chunk):
        alone = judge([one])
        assert {(r.code, r.pointer, r.detail) for r in together.refused.get(number, ())} == {
            (r.code, r.pointer, r.detail) for r in alone.refused.get(0, ())
        }
    for number in range(len(chunk)):
        if number not in together.refused:
            assert together.states[number] is not None
            assert together.items[number] is not None
            assert None not in [column[number] for column in together.checked.values()]


def test_a_judged_chunk_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong values are remembered, the chunks they stood in are not: a long file must not fill the memory."""

    class Column(list[object]):
        """A list that can be watched."""

    one = Judge(facts())
    gone: list[weakref.ref[Column]] = []
    for number in range(3):
        chunk = {name: Column([value]) for name, value in row(JDRQ=f"第{number}日", FK="-1").items()}
        gone += map(weakref.ref, chunk.values())
        assert one.chunk(chunk, 1).refused  # type: ignore[arg-type]
        del chunk
    gc.collect()
    assert not [column for column in gone if column() is not None]
