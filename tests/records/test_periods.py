"""The four states of a record by family of items, sharing, publicity, nature and class of subject."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.publication import Windows
from records.rules.facts import ItemFacts
from records.rules.periods import OPEN_END, States, states
from records.rules.persons import BY_LAW, Ground
from tests.records.sheets import ITEM, REGIME

DAY, FINE = date(2026, 5, 11), frozenset({"罚款"})
YEAR = date(2027, 5, 11)
UNPUBLISHED = Ground(OPEN_END, OPEN_END, None)
DAYS = st.none() | st.dates(date(2026, 1, 1), date(2040, 1, 1))


def of(item: ItemFacts = ITEM, **changes: object) -> States:
    asked: dict[str, object] = {
        "item": item, "decision_date": DAY, "penalty_types": FINE, "sectors": frozenset(),
        "valid_until": None, "declared_until": None, "windows": Windows((REGIME,)),
    }  # fmt: skip
    return states(**{**asked, **changes})  # type: ignore[arg-type]


def ends(found: States) -> tuple[date | None, date | None, date | None]:
    return found.shared_until, found.published_until, found.used_until


@pytest.mark.parametrize(
    ("item", "asked", "expected"),
    [
        (ITEM, {}, (YEAR, YEAR, YEAR)),
        (ITEM, {"penalty_types": frozenset({"警告"})}, (date(2026, 8, 11), None, date(2026, 8, 11))),
        (ITEM, {"penalty_types": frozenset()}, (None, None, None)),
        (ITEM, {"windows": Windows(())}, (None, None, None)),
        (ITEM, {"ground": UNPUBLISHED}, (YEAR, None, YEAR)),
        (ITEM, {"ground": Ground(None, None, None)}, (None, None, None)),
        (ITEM, {"ground": Ground(date(2026, 6, 1), None, date(2026, 7, 1))}, (date(2026, 6, 1), date(2026, 6, 1), None)),
        (replace(ITEM, sharing="none"), {"ground": UNPUBLISHED}, (None, None, None)),
        (ITEM, {"declared_until": date(2026, 12, 1)}, (YEAR, date(2026, 12, 1), YEAR)),
        (ITEM, {"declared_until": date(2030, 1, 1)}, (YEAR, YEAR, YEAR)),
        (replace(ITEM, publicity="government"), {}, (YEAR, None, YEAR)),
        (replace(ITEM, sharing="none"), {}, (YEAR, YEAR, YEAR)),
        (replace(ITEM, sharing="none", publicity="authorised"), {}, (None, None, None)),
        (replace(ITEM, nature="honest"), {}, (YEAR, YEAR, YEAR)),
        (replace(ITEM, nature="basic"), {}, (YEAR, YEAR, None)),
        (replace(ITEM, period_kind="validity", nature="other"), {"valid_until": date(2031, 3, 1)}, (date(2031, 3, 1), date(2031, 3, 1), None)),
        (replace(ITEM, period_kind="validity"), {}, (None, None, None)),
        (replace(ITEM, period_kind="fixed", period_months=6), {}, (date(2026, 11, 11),) * 3),
        (replace(ITEM, period_kind="never", publicity="government"), {}, (OPEN_END, None, OPEN_END)),
        (replace(ITEM, period_kind="never", publicity="government", period_months=12, nature="basic"), {}, (YEAR, None, None)),
    ],
)  # fmt: skip
def test_states(item: ItemFacts, asked: dict[str, object], expected: tuple[object, ...]) -> None:
    assert ends(of(item, **asked)) == expected


@given(
    st.sampled_from(["dishonest", "honest", "basic", "other"]),
    st.sampled_from(["unconditional", "conditional", "none"]),
    st.sampled_from(["public", "authorised", "government"]),
    st.sampled_from(["penalty", "validity", "fixed", "never"]),
    st.just(BY_LAW) | st.builds(Ground, DAYS, DAYS, DAYS),
    st.none() | st.dates(date(2026, 1, 1), date(2040, 1, 1)),
    st.none() | st.dates(date(2026, 1, 1), date(2040, 1, 1)),
)
def test_nothing_is_published_that_is_not_shared_nor_beyond_its_rule(
    nature: str,
    sharing: str,
    publicity: str,
    kind: str,
    ground: Ground,
    valid: date | None,
    declared: date | None,
) -> None:
    item = replace(
        ITEM,
        nature=nature,
        sharing=sharing,
        publicity=publicity,
        period_kind=kind,
        period_months=24 if kind == "fixed" else None,
    )
    found = of(item, ground=ground, valid_until=valid, declared_until=declared)
    shared, published, used = ends(found)
    if published is not None:
        assert shared is not None
        assert published <= shared
        assert found.rule_until is not None
        assert published <= found.rule_until
        assert publicity == "public"
        assert ground.published is not None
        assert published <= ground.published
        assert declared is None or published <= declared
    for until, allowed in ((shared, ground.shared), (used, ground.used)):
        assert until is None or (allowed is not None and until <= allowed)
    assert used is None or (shared is not None and used <= shared and nature in {"dishonest", "honest"})
