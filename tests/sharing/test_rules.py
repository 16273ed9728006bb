"""Gate G11 as a pure rule: every branch, and what holds whatever is asked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.choices import Sharing, SubjectKind
from records.sharing import rules
from records.sharing.choices import PersonProof, PurposeState

DAY = date(2026, 11, 20)
DUTY = rules.Duty(
    1, frozenset({"xzcf", "xzxk"}), frozenset({"organisation"}), PersonProof.NONE, PurposeState.IN_FORCE
)
PERSONS = rules.Duty(
    1, frozenset({"xzcf"}), frozenset({"person"}), PersonProof.CONSENT, PurposeState.IN_FORCE
)
WARRANT = rules.Duty(
    1, frozenset({"xzcf"}), frozenset({"person"}), PersonProof.DOCUMENT, PurposeState.IN_FORCE
)


def code(question: rules.Question, duty: rules.Duty | None = DUTY) -> str:
    refusal = rules.judge(question, duty)
    return refusal.code if refusal else ""


def test_without_a_purpose_nothing_is_answered() -> None:
    assert code(rules.Question(1, ""), None) == "purpose_missing"
    assert code(rules.Question(1, ""), DUTY) == "purpose_missing"


def test_unknown_and_foreign_purposes_get_the_same_answer() -> None:
    unknown = rules.judge(rules.Question(1, "x"), None)
    foreign = rules.judge(rules.Question(2, "x"), DUTY)
    assert unknown == foreign and unknown is not None and unknown.code == "purpose_not_registered"


@pytest.mark.parametrize("state", [state for state in PurposeState if state != PurposeState.IN_FORCE])
def test_only_a_purpose_in_force_counts(state: PurposeState) -> None:
    duty = rules.Duty(1, DUTY.items, DUTY.subject_kinds, PersonProof.NONE, state)
    assert code(rules.Question(1, "x"), duty) == "purpose_not_registered"


def test_scope_of_items_and_subjects() -> None:
    assert code(rules.Question(1, "x", "xzcf", "organisation")) == ""
    assert code(rules.Question(1, "x", "sxbzxr")) == "scope_exceeded"
    assert code(rules.Question(1, "x", "", "self_employed")) == "scope_exceeded"
    assert code(rules.Question(1, "x", "", "person", "授权1号")) == "scope_exceeded"
    assert code(rules.Question(1, "x", "", None)) == ""


def test_a_person_needs_the_number_of_a_paper_and_the_words_name_it() -> None:
    asked = rules.Question(1, "x", "", "person", "  ")
    for duty, words in ((PERSONS, "本人书面同意"), (WARRANT, "授权文书")):
        refusal = rules.judge(asked, duty)
        assert refusal is not None and refusal.code == "scope_exceeded" and words in refusal.detail
        assert code(rules.Question(1, "x", "", "person", "授权〔2026〕1号"), duty) == ""


@given(
    agency=st.integers(1, 3),
    owner=st.integers(1, 3),
    named=st.booleans(),
    item=st.sampled_from(["", "xzcf", "sxbzxr"]),
    kind=st.sampled_from([None, *SubjectKind.values]),
    kinds=st.sets(st.sampled_from(SubjectKind.values)),
    paper=st.sampled_from(["", " ", "授权1号"]),
    state=st.sampled_from(PurposeState),
)
def test_an_answer_always_stands_on_everything(
    agency: int,
    owner: int,
    named: bool,
    item: str,
    kind: str | None,
    kinds: set[str],
    paper: str,
    state: PurposeState,
) -> None:
    duty = rules.Duty(owner, frozenset({"xzcf"}), frozenset(kinds), PersonProof.DOCUMENT, state)
    allowed = (
        named
        and agency == owner
        and state == PurposeState.IN_FORCE
        and item in ("", "xzcf")
        and (kind is None or kind in kinds)
        and (kind != "person" or bool(paper.strip()))
    )
    assert (code(rules.Question(agency, "x" if named else "", item, kind, paper), duty) == "") is allowed


@given(
    start=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    length=st.integers(0, 700),
    on=st.dates(date(2025, 1, 1), date(2029, 12, 31)),
    approved=st.booleans(),
    withdrawn=st.booleans(),
)
def test_a_purpose_is_in_force_only_inside_its_dates(
    start: date, length: int, on: date, approved: bool, withdrawn: bool
) -> None:
    end = start + timedelta(days=length)
    state = rules.purpose_state(
        valid_from=start, valid_until=end, approved=approved, withdrawn=withdrawn, on=on
    )
    assert (state == PurposeState.IN_FORCE) is (start <= on <= end and approved and not withdrawn)
    assert (state == PurposeState.WITHDRAWN) is withdrawn


def wanted(**changes: object) -> rules.Registration:
    base: dict[str, object] = {
        "name": "食品经营许可审查", "basis_clause": "第三十四条", "items": ("xzcf",), "subject_kinds": ("organisation",),
        "person_proof": PersonProof.NONE, "valid_from": DAY, "valid_until": DAY + timedelta(days=90),
    }  # fmt: skip
    return rules.Registration(**{**base, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"name": " "}, ["field_required"]),
        ({"basis_clause": ""}, ["field_required"]),
        ({"items": ()}, ["field_required"]),
        ({"subject_kinds": ()}, ["field_required"]),
        ({"items": ("cf", "xzcf")}, ["item_not_in_force"]),
        ({"items": ("closed",)}, ["scope_exceeded"]),
        ({"subject_kinds": ("person",)}, ["scope_exceeded"]),
        ({"subject_kinds": ("person",), "person_proof": PersonProof.CONSENT}, []),
        ({"person_proof": PersonProof.DOCUMENT}, ["scope_exceeded"]),
        ({"valid_until": DAY - timedelta(days=1)}, ["date_order"]),
        ({"valid_from": DAY - timedelta(days=9), "valid_until": DAY - timedelta(days=1)}, ["date_order"]),
        ({"valid_until": date(2028, 11, 20)}, []),
        ({"valid_until": date(2028, 11, 21)}, ["purpose_too_long"]),
        ({"valid_until": date(9999, 12, 31)}, ["purpose_too_long"]),
        ({"name": "", "items": ("closed",)}, ["field_required", "scope_exceeded"]),
    ],
)
def test_what_may_be_registered(changes: dict[str, object], expected: list[str]) -> None:
    sharing = {"xzcf": Sharing.UNCONDITIONAL.value, "closed": Sharing.NONE.value}
    found = rules.registration_refusals(wanted(**changes), sharing=sharing, max_months=24, on=DAY)
    assert [refusal.code for refusal in found] == expected


def test_two_people_are_two_people() -> None:
    refusal = rules.second_person(7, 7)
    assert refusal is not None and refusal.code == "second_person_required"
    assert rules.second_person(7, 8) is None
