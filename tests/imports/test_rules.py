"""The rules about rows and deliveries of lists decided elsewhere, as pure functions: every way a row can be wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklist.rules.deliveries import (
    Counts,
    Frame,
    ListedFact,
    is_missing,
    judge_row,
    most_unseen,
    next_due,
    reasons_to_hold,
)
from common.identifiers import make_id_number
from common.workbooks.cells import Broken, Cell
from tests.clauses import STANDARD
from tests.factories import invented_uscc

TODAY = date(2026, 11, 20)
FRAME = Frame(TODAY, 24, 60, "《中华人民共和国民事诉讼法》第二百六十六条")
COMPANY, TRADER = invented_uscc(61_001), invented_uscc(61_002, authority="92")
PERSON = make_id_number("230402", date(1986, 3, 5), 12)
ROW: dict[str, Cell] = {
    "name": "鹤岗市松涛商贸有限公司",
    "uscc": COMPANY,
    "authority": "鹤岗市中级人民法院",
    "decision_number": "（2026）黑04执1号",
    "decided_on": "2026-03-02",
    "reason": "有履行能力而拒不履行",
    "effective_from": "2026-04-08",
}
OF_PERSON: dict[str, Cell] = {**ROW, "name": "林有田", "uscc": "", "document": PERSON}


def judged(row: dict[str, Cell], frame: Frame = FRAME, **changes: Cell) -> list[tuple[str, str]]:
    """Codes and columns of what is wrong; empty where the row holds."""
    found = judge_row({**row, **changes}, frame)
    if isinstance(found, ListedFact):
        return []
    assert not any(STANDARD in one.basis for one in found), "a list is not double publicity"
    return [(one.code, one.pointer) for one in found]


def fact(row: dict[str, Cell], frame: Frame = FRAME, **changes: Cell) -> ListedFact:
    found = judge_row({**row, **changes}, frame)
    assert isinstance(found, ListedFact), found
    return found


@pytest.mark.parametrize(
    ("row", "changes", "wrong"),
    [
        (ROW, {"name": "", "reason": " "}, [("field_required", "name"), ("field_required", "reason")]),
        (ROW, {"decided_on": "昨天"}, [("date_invalid", "decided_on")]),
        (ROW, {"reason": Broken("#REF!")}, [("code_unknown", "reason")]),
        (ROW, {"name": "长" * 201}, [("field_too_long", "name")]),
        (ROW, {"kind": "小区"}, [("code_unknown", "kind")]),
        (ROW, {"uscc": COMPANY[:-1] + "0"}, [("identifier_invalid", "uscc")]),
        (ROW, {"uscc": ""}, [("field_required", "uscc")]),
        (ROW, {"uscc": "", "document": PERSON, "kind": "单位"}, [("field_required", "uscc")]),
        (ROW, {"kind": "自然人"}, [("field_required", "uscc")]),
        (OF_PERSON, {"document_kind": "借书证"}, [("code_unknown", "document_kind")]),
        (OF_PERSON, {"document": PERSON[:-1] + ("0" if PERSON[-1] != "0" else "1")}, [("identifier_invalid", "document")]),
        (ROW, {"decided_on": "2026-12-01", "effective_from": ""}, [("date_in_future", "decided_on")]),
        (ROW, {"effective_from": "2026-03-01"}, [("date_order", "effective_from")]),
        (ROW, {"ends_on": "2026-04-07"}, [("date_order", "ends_on")]),
        (ROW, {"ends_on": "2031-04-08"}, [("listing_too_long", "ends_on")]),
        (ROW, {"ends_on": "2026-11-19"}, [("listing_over", "ends_on")]),
        (ROW, {}, []),
        (OF_PERSON, {"kind": "个人"}, []),
    ],
)  # fmt: skip
def test_every_way_a_row_is_wrong(
    row: dict[str, Cell], changes: dict[str, Cell], wrong: list[tuple[str, str]]
) -> None:
    assert judged(row, **changes) == wrong


def test_a_row_without_basis_needs_one_from_the_source() -> None:
    bare = Frame(TODAY, 24, 60, "")
    assert judged(ROW, bare) == [("field_required", "basis")]
    assert fact(ROW, bare, basis="第一条").basis == "第一条"


def test_whose_row_it_is_follows_from_the_code() -> None:
    assert (fact(ROW).kind, fact(ROW, uscc=TRADER).kind, fact(OF_PERSON).kind) == (
        "organisation",
        "self_employed",
        "person",
    )
    one = fact(OF_PERSON)
    assert (one.uscc, one.document_kind, one.document) == ("", "身份证", PERSON)
    assert fact(ROW, document=PERSON).document == "", "an organisation's row keeps no number of a person"


def test_the_last_day_is_the_sources_or_the_lists() -> None:
    assert fact(ROW).ends_on == date(2028, 4, 7)
    assert fact(ROW, ends_on="2027-01-31").ends_on == date(2027, 1, 31)
    assert fact(ROW, effective_from="").effective_from == date(2026, 3, 2)
    open_ended = Frame(TODAY, None, None, "依据")
    assert fact(ROW, open_ended).ends_on is None
    longest_alone = Frame(TODAY, None, 12, "依据")
    assert judged(ROW, longest_alone) == [("listing_too_long", "ends_on")]
    assert judged(ROW, Frame(TODAY, 24, None, "依据"), ends_on="2028-04-08") == [
        ("listing_too_long", "ends_on")
    ]


@given(
    standing=st.integers(0, 500),
    added=st.integers(0, 500),
    changed=st.integers(0, 500),
    removed=st.integers(0, 500),
    refused=st.integers(0, 500),
    percent=st.integers(1, 50),
    floor=st.integers(0, 20),
)
def test_nothing_beyond_the_share_passes_unseen(
    standing: int, added: int, changed: int, removed: int, refused: int, percent: int, floor: int
) -> None:
    counts = Counts(standing, added + changed, added, changed, removed, 0, refused)
    held = bool(reasons_to_hold(counts, percent=percent, floor=floor))
    most = most_unseen(standing, percent, floor)
    turned_down = refused > most_unseen(added + changed + refused, percent, floor)
    assert held == (max(added, changed, removed) > most or turned_down)


def test_a_first_delivery_says_that_it_is_one() -> None:
    first = Counts(0, 30, 30, 0, 0, 0, 0)
    assert reasons_to_hold(first, percent=20, floor=5) == ["首次来数30条"]


def test_a_source_is_missing_after_its_rhythm_and_not_before() -> None:
    assert next_due(None, expected_from=None, rhythm_days=7) is None
    assert not is_missing(None, TODAY)
    due = next_due(date(2026, 11, 13), expected_from=date(2026, 1, 1), rhythm_days=7)
    assert due == TODAY and not is_missing(due, TODAY)
    assert next_due(None, expected_from=date(2026, 11, 1), rhythm_days=7) == date(2026, 11, 8)
    assert is_missing(date(2026, 11, 19), TODAY)
