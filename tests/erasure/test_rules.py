"""What becomes of a holding: every branch, and what must hold whatever the dates are."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from records.erasure.choices import Fate, Ground
from records.erasure.rules import Held, Verdict, of_the_person, verdict

TODAY = date(2026, 11, 20)
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def fate(held: Held, ground: str = Ground.PURPOSE, keep_months: int = 60) -> Verdict:
    return verdict(held, ground, keep_months=keep_months, basis="某法第一条", on=TODAY)


def test_what_was_unlawful_goes_at_once_whatever_carries_it() -> None:
    assert fate(Held(True, None), Ground.UNLAWFUL).fate == Fate.ERASE


def test_a_law_carries_on_until_its_last_day() -> None:
    assert fate(Held(True, None), Ground.WITHDRAWN).fate == Fate.STAY
    assert fate(Held(True, TODAY)).fate == Fate.STAY
    yesterday = fate(Held(True, TODAY - timedelta(days=1)))
    assert (yesterday.fate, yesterday.until) == (Fate.STORE, date(2031, 11, 19))


def test_without_a_period_it_goes_at_once() -> None:
    assert fate(Held(False, None), Ground.WITHDRAWN, keep_months=0).fate == Fate.ERASE


def test_a_period_that_is_over_keeps_nothing() -> None:
    assert fate(Held(True, date(2021, 11, 20))).fate == Fate.STORE
    assert fate(Held(True, date(2021, 11, 19))).fate == Fate.ERASE


def test_the_person_goes_with_the_last_that_is_kept() -> None:
    def line(what: Fate, until: date | None = None) -> Verdict:
        return Verdict(what, until, "")

    assert of_the_person([]).fate == Fate.ERASE
    assert of_the_person([line(Fate.ERASE), line(Fate.STAY)]).fate == Fate.STAY
    both = of_the_person([line(Fate.STORE, date(2030, 1, 1)), line(Fate.STORE, date(2031, 1, 1))])
    assert (both.fate, both.until) == (Fate.STORE, date(2031, 1, 1))


@given(
    st.builds(Held, st.booleans(), st.none() | days),
    st.sampled_from(Ground.values),
    st.integers(0, 240),
    days,
)
def test_nothing_is_stored_without_an_end_and_nothing_lawful_is_taken_away(
    held: Held, ground: str, months: int, on: date
) -> None:
    found = verdict(held, ground, keep_months=months, basis="某法第一条", on=on)
    assert (found.until is not None) == (found.fate == Fate.STORE) and found.why
    if found.fate == Fate.STORE:
        assert found.until is not None and found.until >= on and ground != Ground.UNLAWFUL
    carried = held.by_law and (held.over_on is None or held.over_on >= on)
    assert (found.fate == Fate.STAY) == (carried and ground != Ground.UNLAWFUL)
