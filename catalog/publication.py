"""How long a penalty is shown, shared and used: the window from the regime of its decision date. Pure.

A decision carries a set of penalty types; every type falls into one tier of the regime and the longest tier governs
(58号令, 36号令). Tiers and regimes are rows with dates, so a new regulation needs no release. The last day is the
corresponding calendar day of the last month, or that month's last day where it has none; it is included.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Tier:
    """Period of a set of penalty types; `sectors` empty = any sector."""

    id: int
    penalty_types: frozenset[str]
    sectors: frozenset[str]
    shown: bool
    min_months: int
    max_months: int
    rank: int


@dataclass(frozen=True, slots=True)
class Regime:
    """A regulation on publication periods; `sector` empty = general."""

    id: int
    effective_from: date
    effective_until: date | None
    sector: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """`ends` closes sharing and use; `published_until` is None where nothing of it is shown. Days included."""

    regime_id: int | None
    tier_id: int | None
    minimum_until: date | None
    published_until: date | None
    ends: date | None


NO_WINDOW = Window(None, None, None, None, None)


def add_months(start: date, months: int) -> date:
    """The corresponding calendar day `months` later, or the last day of that month; never beyond 9999-12-31."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def regime_for(decision_date: date, sectors: frozenset[str], regimes: Iterable[Regime]) -> Regime | None:
    """The regime in force on the decision date; one made for a sector of the authority wins over the general one."""
    fitting = [
        regime
        for regime in regimes
        if regime.effective_from <= decision_date
        and (regime.effective_until is None or decision_date <= regime.effective_until)
        and (not regime.sector or regime.sector in sectors)
    ]
    return max(
        fitting, key=lambda regime: (bool(regime.sector), regime.effective_from, regime.id), default=None
    )


def _weight(tier: Tier) -> tuple[int, int, int, int]:
    return tier.max_months, tier.min_months, tier.rank, tier.id


def tier_for(penalty_type: str, sectors: frozenset[str], tiers: Iterable[Tier]) -> Tier | None:
    """The tier of one penalty type: tiers of the authority's sectors win, among those left the longest."""
    fitting = [
        tier
        for tier in tiers
        if penalty_type in tier.penalty_types and (not tier.sectors or tier.sectors & sectors)
    ]
    return max(fitting, key=lambda tier: (bool(tier.sectors), _weight(tier)), default=None)


def window(
    decision_date: date, penalty_types: frozenset[str], sectors: frozenset[str], regimes: Iterable[Regime]
) -> Window:
    """The window of a decision (36号令 and its predecessors by date).

    Shown as soon as one of its types is shown: a warning beside a fine does not hide the fine, warnings alone are not
    shown but shared and used until `ends`. A date that no regime covers, or types that no tier names, give no window:
    without a rule nothing is shown and nothing has an effect.
    """
    regime = regime_for(decision_date, sectors, regimes)
    if regime is None:
        return NO_WINDOW
    found = [tier for kind in penalty_types if (tier := tier_for(kind, sectors, regime.tiers)) is not None]
    if not found:
        return Window(regime.id, None, None, None, None)
    governing = max(found, key=_weight)
    ends = add_months(decision_date, governing.max_months)
    shown = any(tier.shown for tier in found)
    return Window(
        regime.id,
        governing.id,
        add_months(decision_date, governing.min_months),
        ends if shown else None,
        ends,
    )
