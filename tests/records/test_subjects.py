"""Who a row is about: keys, compared numbers, fingerprints and digests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.identifiers import USCC_PLACEHOLDER
from records.rules import subjects
from tests.records.sheets import COMPANY, PERSON, VILLAGE

numbers = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=30)


def test_only_codes_identify_organisations() -> None:
    assert subjects.organisation_key(COMPANY, "230402600012345", []) == f"uscc:{COMPANY}"
    assert subjects.organisation_key(VILLAGE, "", []) == f"uscc:{VILLAGE}"
    assert subjects.organisation_key(USCC_PLACEHOLDER, " 2304 0260 ", []) == "reg:23040260"
    assert subjects.organisation_key("", "", [("zzjg", ""), ("swdj", "2304x")]) == "swdj:2304X"
    assert subjects.organisation_key(USCC_PLACEHOLDER, "", []) == ""


def test_persons_are_known_by_a_keyed_digest_of_kind_and_number() -> None:
    key = subjects.person_key("身份证", PERSON.lower())
    assert key == subjects.person_key("身份证", f" {PERSON} ")
    assert key != subjects.person_key("护照号", PERSON)
    assert PERSON not in key
    assert key.startswith("person:")
    assert len(key) == 7 + 64


def test_without_any_code_the_document_identifies_never_the_name() -> None:
    first = subjects.own_key("xzcf", "鹤罚(2026)1号", COMPANY, "青松岭粮油合作社")
    assert first == subjects.own_key("xzcf", "鹤罚(2026)1号", COMPANY, "青松岭粮油合作社")
    others = {
        subjects.own_key("xzcf", "鹤罚(2026)2号", COMPANY, "青松岭粮油合作社"),
        subjects.own_key("xzcf", "鹤罚(2026)1号", VILLAGE, "青松岭粮油合作社"),
        subjects.own_key("xzcf", "鹤罚(2026)1号", COMPANY, "松涛粮油合作社"),
    }
    assert len(others | {first}) == 4
    assert len(first) <= 140


@pytest.mark.parametrize(
    "same",
    [
        "鹤罚〔2026〕1号",
        "鹤罚[2026]1号",
        "鹤罚（2026）1号",
        "鹤罚【2026】1号",
        " 鹤罚 〔２０２６〕 1号\n",
        "鹤罚〔2026〕\u30001号",
    ],
)
def test_document_numbers_compare_alike_in_any_brackets_and_width(same: str) -> None:
    assert subjects.compared_numbers([same, "A1b"]) == ["鹤罚(2026)1号", "A1B"]


@given(st.lists(numbers, min_size=1))
def test_numbers_compared_together_are_compared_one_by_one(several: list[str]) -> None:
    assert subjects.compared_numbers(several) == [subjects.compared_numbers([one])[0] for one in several]


def test_fingerprints_differ_in_every_part() -> None:
    parts = ("xzcf", "鹤罚(2026)1号", f"uscc:{COMPANY}", VILLAGE)
    rows = [
        parts,
        *([part + "x" * (number == place) for number, part in enumerate(parts)] for place in range(4)),
    ]
    prints = {subjects.fingerprints(code, [number], [key], [unit])[0] for code, number, key, unit in rows}
    assert len(prints) == 5
    assert {len(one) for one in prints} == {16}


def test_digests_of_secret_contents_are_keyed(settings: object) -> None:
    open_digest = subjects.content_digest(b"{}", None)
    sealed = subjects.content_digest(b"{}", b'{"a":"1"}')
    assert len(open_digest) == len(sealed) == 16
    assert sealed != subjects.content_digest(b"{}", b'{"a":"2"}')
    settings.LOOKUP_KEY = "another key for this installation"  # type: ignore[attr-defined]
    assert subjects.content_digest(b"{}", None) == open_digest
    assert subjects.content_digest(b"{}", b'{"a":"1"}') != sealed
