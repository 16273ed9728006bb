"""On what a natural person's record may stand: ages to the day, consents that are there, over, or never end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.identifiers import make_id_number
from records.rules import persons
from records.rules.persons import OPEN_END, ConsentFacts, Ground, ground_of
from records.rules.subjects import person_key
from tests.records.sheets import ITEM, TODAY, facts, person
from tests.records.test_verdicts import found, judge

FROM, UNTIL, LIMIT = date(2026, 1, 1), date(2027, 1, 1), 24
GIVEN = ConsentFacts(False, True, True, FROM, UNTIL, withdrawn=False)
SHOWN = replace(GIVEN, publication=True, shares=False, uses=False)


@pytest.mark.parametrize(
    ("kind", "number", "born"),
    [
        ("身份证", make_id_number("230402", date(1990, 1, 1), 7), date(1990, 1, 1)),
        ("外国人永久居留身份证", "9" + "0" * 5 + "19880229" + "0" * 4, date(1988, 2, 29)),
        ("身份证", "23040219900231001X", None),
        ("身份证", "230402900101001", None),
        ("护照号", "E12345678", None),
        ("", "", None),
    ],
)
def test_birth_stands_in_identity_numbers_alone(kind: str, number: str, born: date | None) -> None:
    assert persons.birth_date(kind, number) == born


@pytest.mark.parametrize(
    ("born", "on", "adult"),
    [
        (date(2008, 11, 20), date(2026, 11, 19), False),
        (date(2008, 11, 20), date(2026, 11, 20), True),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
        (date(2010, 2, 28), date(2028, 2, 28), True),
        (None, date(2026, 11, 20), False),
    ],
)
def test_ages_count_to_the_day(born: date | None, on: date, adult: bool) -> None:
    assert persons.of_age(born, 18, on) is adult


def test_a_leap_day_comes_back_in_leap_years() -> None:
    assert persons.birthday(date(2008, 2, 29), 20) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("consents", "on", "code"),
    [
        ((), TODAY, "consent_missing"),
        ((GIVEN,), FROM - timedelta(days=1), "consent_missing"),
        ((GIVEN,), FROM, None),
        ((GIVEN,), UNTIL, None),
        ((GIVEN,), UNTIL + timedelta(days=1), "consent_expired"),
        ((replace(GIVEN, withdrawn=True),), TODAY, "consent_expired"),
        ((replace(GIVEN, withdrawn=True), GIVEN), TODAY, None),
        ((SHOWN,), TODAY, "consent_missing"),
        ((replace(GIVEN, valid_until=date(2028, 1, 1)),), TODAY, None),
        ((replace(GIVEN, valid_until=date(2028, 1, 2)),), TODAY, "consent_for_life"),
        ((replace(GIVEN, valid_until=OPEN_END),), TODAY, "consent_for_life"),
    ],
)
def test_consents_carry_a_record_between_their_days(
    consents: tuple[ConsentFacts, ...], on: date, code: str | None
) -> None:
    assert persons.collection_refusal(consents, on, LIMIT) == code


def ground(*consents: ConsentFacts, **changes: bool) -> Ground:
    asked = {"by_law": False, "published_by_law": False, "adult": True, **changes}
    return ground_of(**asked, consents=consents, on=TODAY, max_months=LIMIT)


def test_what_the_grounds_carry() -> None:
    assert ground(by_law=True) == Ground(OPEN_END, OPEN_END, None)
    assert ground(by_law=True, published_by_law=True) == persons.BY_LAW
    assert ground(by_law=True, published_by_law=True, adult=False) == Ground(OPEN_END, OPEN_END, None)
    assert ground(SHOWN, by_law=True) == Ground(OPEN_END, OPEN_END, UNTIL)
    assert ground(SHOWN, by_law=True, adult=False) == Ground(OPEN_END, OPEN_END, None)
    assert ground(GIVEN) == Ground(UNTIL, UNTIL, None)
    assert ground(replace(GIVEN, uses=False), SHOWN) == Ground(UNTIL, None, UNTIL)
    longer = replace(GIVEN, shares=False, valid_until=UNTIL + timedelta(days=9))
    assert ground(GIVEN, longer) == Ground(UNTIL, UNTIL + timedelta(days=9), None)
    assert ground(replace(GIVEN, withdrawn=True)) == Ground(None, None, None)


@given(
    st.lists(
        st.builds(
            ConsentFacts,
            st.booleans(),
            st.booleans(),
            st.booleans(),
            st.dates(date(2024, 1, 1), date(2027, 1, 1)),
            st.dates(date(2025, 1, 1), date(2030, 1, 1)),
            st.booleans(),
        ),
        max_size=5,
    ),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_nothing_outlasts_every_consent_and_no_minor_is_shown(
    consents: list[ConsentFacts], by_law: bool, shown: bool, adult: bool
) -> None:
    given_ = ground(*consents, by_law=by_law, published_by_law=shown, adult=adult)
    live = [
        one
        for one in consents
        if not one.withdrawn and one.valid_from <= TODAY <= one.valid_until
        and not persons.for_life(one.valid_from, one.valid_until, LIMIT)
    ]  # fmt: skip
    last = max((one.valid_until for one in live), default=None)
    if not by_law:
        for until in (given_.shared, given_.used):
            assert until is None or (last is not None and until <= last)
        if persons.collection_refusal(consents, TODAY, LIMIT) is not None:
            assert given_.shared is given_.used is None
    assert adult or given_.published is None
    assert shown or given_.published is None or any(one.publication for one in live)


def test_a_row_is_taken_on_a_consent_and_cut_to_it() -> None:
    row = person()
    key = person_key("身份证", str(row["ZJHM"]))
    without = facts(
        versions=(replace(ITEM, person_basis=False),), consents={key: (GIVEN, SHOWN)}, consent_months=LIMIT
    )
    states = judge([row], without).states[0]
    assert states is not None
    assert (states.shared_until, states.used_until, states.published_until) == (UNTIL, UNTIL, UNTIL)
    over = {key: (replace(GIVEN, withdrawn=True),)}
    assert found(row, replace(without, consents=over)) == {"LB": "consent_expired"}
    endless = {key: (replace(GIVEN, valid_until=OPEN_END),)}
    assert found(row, replace(without, consents=endless)) == {"LB": "consent_for_life"}
    assert found(row, replace(without, consents={"person:other": (GIVEN,)})) == {"LB": "consent_missing"}


@pytest.mark.parametrize(
    ("born", "shown"),
    [(date(2008, 5, 11), True), (date(2008, 5, 12), False), (date(2020, 1, 1), False)],
)
def test_who_was_a_minor_on_the_day_of_the_decision_is_never_published(born: date, shown: bool) -> None:
    row = person(ZJHM=make_id_number("230402", born, 7))
    states = judge([row], facts(versions=(replace(ITEM, person_publication=True),))).states[0]
    assert states is not None and states.shared_until == date(2027, 5, 11)
    assert (states.published_until is not None) is shown


def test_whose_age_cannot_be_told_is_not_published() -> None:
    row = person(ZJLX="护照号", ZJHM="E12345678")
    states = judge([row], facts(versions=(replace(ITEM, person_publication=True),))).states[0]
    assert states is not None and states.published_until is None and states.shared_until is not None
