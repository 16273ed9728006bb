"""Publication windows: properties over any date and set of types, and the cases regulations are about."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.publication import NO_WINDOW, Regime, Tier, Window, add_months, regime_for, tier_for, window

TYPES = ("警告", "罚款", "没收违法所得", "吊销许可证件", "其他")
NONE: frozenset[str] = frozenset()


def tier(number: int, kinds: str, low: int, high: int, *, shown: bool = True, sectors: str = "") -> Tier:
    return Tier(number, frozenset(kinds.split()), frozenset(sectors.split()), shown, low, high, number)


OLD = Regime(1, date(2023, 5, 1), date(2026, 3, 31), "", (
    tier(11, "警告", 0, 3, shown=False),
    tier(12, "罚款 没收违法所得 吊销许可证件", 3, 36),
    tier(13, "罚款", 12, 36, sectors="消防 安全生产"),
))  # fmt: skip
NEW = Regime(2, date(2026, 4, 1), None, "", (
    tier(21, "警告", 0, 3, shown=False),
    tier(22, "罚款 没收违法所得", 3, 12),
    tier(23, "吊销许可证件", 12, 36),
))  # fmt: skip
MARKET = Regime(
    3, date(2025, 12, 25), None, "市场监管", (tier(31, "罚款", 3, 12), tier(32, "警告", 0, 3, shown=False))
)
ALL = (OLD, NEW, MARKET)

days = st.dates(date(2019, 1, 1), date(2035, 12, 31))
kinds = st.frozensets(st.sampled_from(TYPES))
sectors = st.frozensets(st.sampled_from(["消防", "安全生产", "市场监管", "生态环境"]))
tiers = st.builds(
    lambda number, names, where, shown, low, more: Tier(number, names, where, shown, low, low + more, number),
    st.integers(1, 50), kinds, sectors, st.booleans(), st.integers(0, 36), st.integers(0, 60),
)  # fmt: skip
regimes = st.lists(
    st.builds(
        lambda number, start, length, sector, own: Regime(
            number, start, None if length is None else start + timedelta(length), sector, tuple(own)
        ),
        st.integers(1, 9), days, st.none() | st.integers(0, 3000), st.sampled_from(["", "消防", "市场监管"]), st.lists(tiers),
    ),
    max_size=4,
)  # fmt: skip


@given(days, kinds, sectors, regimes)
def test_a_window_is_in_order_and_stands_on_a_regime_of_its_day(
    day: date, types: frozenset[str], where: frozenset[str], rules: list[Regime]
) -> None:
    found = window(day, types, where, rules)
    if found.regime_id is None:
        assert found == NO_WINDOW
        return
    regime = next(one for one in rules if one == regime_for(day, where, rules))
    assert regime.effective_from <= day
    assert regime.effective_until is None or day <= regime.effective_until
    assert not regime.sector or regime.sector in where
    if found.ends is None:
        assert (found.tier_id, found.minimum_until, found.published_until) == (None, None, None)
    else:
        assert found.minimum_until is not None
        assert day <= found.minimum_until <= found.ends
        assert found.published_until in {None, found.ends}


@given(days, kinds, kinds, sectors, regimes)
def test_more_types_never_shorten_a_window(
    day: date, types: frozenset[str], more: frozenset[str], where: frozenset[str], rules: list[Regime]
) -> None:
    small, large = window(day, types, where, rules), window(day, types | more, where, rules)
    assert (small.ends or date.min) <= (large.ends or date.min)
    assert (small.published_until or date.min) <= (large.published_until or date.min)


@given(days, kinds, sectors, regimes)
def test_the_longest_tier_governs_and_shown_is_what_any_type_shows(
    day: date, types: frozenset[str], where: frozenset[str], rules: list[Regime]
) -> None:
    regime = regime_for(day, where, rules)
    if regime is None:
        return
    chosen = [one for kind in types if (one := tier_for(kind, where, regime.tiers))]
    found = window(day, types, where, rules)
    assert found.ends == (add_months(day, max(one.max_months for one in chosen)) if chosen else None)
    assert (found.published_until is not None) == any(one.shown for one in chosen)


@given(days, st.integers(0, 120))
def test_months_end_on_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    end = add_months(day, months)
    assert (end.year - day.year) * 12 + end.month - day.month == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(1)).day == 1)


def test_months_beyond_the_calendar_end_on_its_last_day() -> None:
    assert add_months(date(9998, 5, 1), 36) == date.max


@pytest.mark.parametrize(
    ("day", "types", "where", "expected"),
    [
        # 58号令 still governs a decision of its last day, 36号令 one of the day after
        ("2026-03-31", "罚款", "", (1, 12, "2026-06-30", "2029-03-31")),
        ("2026-04-01", "罚款", "", (2, 22, "2026-07-01", "2027-04-01")),
        # several types: the longest governs, and a warning beside a fine hides nothing
        ("2026-05-10", "警告 罚款", "", (2, 22, "2026-08-10", "2027-05-10")),
        ("2026-05-10", "罚款 吊销许可证件", "", (2, 23, "2027-05-10", "2029-05-10")),
        # warnings alone are not shown
        ("2026-05-10", "警告", "", (2, 21, "2026-05-10", None)),
        # tiers and regimes of the authority's sector win over the general ones
        ("2024-02-29", "罚款", "消防", (1, 13, "2025-02-28", "2027-02-28")),
        ("2026-01-05", "罚款", "市场监管", (3, 31, "2026-04-05", "2027-01-05")),
        ("2025-12-24", "罚款", "市场监管", (1, 12, "2026-03-24", "2028-12-24")),
        # what no rule covers is not shown and has no effect
        ("2023-04-30", "罚款", "", (None, None, None, None)),
        ("2026-05-10", "其他", "", (2, None, None, None)),
        ("2026-05-10", "", "", (2, None, None, None)),
    ],
)
def test_cases(day: str, types: str, where: str, expected: tuple[object, ...]) -> None:
    found = window(date.fromisoformat(day), frozenset(types.split()), frozenset(where.split()), ALL)
    minimum, published = (str(one) if one else None for one in (found.minimum_until, found.published_until))
    assert (found.regime_id, found.tier_id, minimum, published) == expected


def test_warnings_are_shared_and_used_until_their_tier_ends() -> None:
    found = window(date(2026, 5, 10), frozenset({"警告"}), NONE, ALL)
    assert found == Window(2, 21, date(2026, 5, 10), None, date(2026, 8, 10))
