"""How long a penalty is shown, shared and used: the window from the regime of its decision date. Pure.

A decision carries a set of penalty types; every type falls into one tier of the regime and the longest tier governs
(58号令, 36号令). Tiers and regimes are rows with dates, so a new regulation needs no release. Where a period starts is
a column of the regime, too: the decision, its determination, or the first day of publication. The last day is the
corresponding calendar day of the last month, or that month's last day where it has none; it is included.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalog.choices import PeriodStart


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
    start_from: str = PeriodStart.DECISION

    def start(self, decided: date, determined: date | None, shown: date | None) -> date:
        """The day the period of a decision starts; a day that is not known is the decision's own."""
        match self.start_from:
            case PeriodStart.DETERMINATION:
                return determined or decided
            case PeriodStart.PUBLICATION:
                return shown or decided
        return decided


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
    try:
        return start.replace(year, month)
    except ValueError:
        return date(year, month, calendar.monthrange(year, month)[1])


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
    decision_date: date,
    penalty_types: frozenset[str],
    sectors: frozenset[str],
    regimes: Iterable[Regime],
    *,
    determined: date | None = None,
    shown: date | None = None,
) -> Window:
    """The window of a decision (36号令 and its predecessors by date).

    Shown as soon as one of its types is shown: a warning beside a fine does not hide the fine, warnings alone are not
    shown but shared and used until `ends`. A date that no regime covers, or types that no tier names, give no window:
    without a rule nothing is shown and nothing has an effect.
    """
    return Windows(regimes).of(decision_date, penalty_types, sectors, determined=determined, shown=shown)


class Windows:
    """`window` with a memory: which regime and which tier govern is worked out once, not once a decision."""

    def __init__(self, regimes: Iterable[Regime]) -> None:
        self._regimes = tuple(regimes)
        self._in_force: dict[tuple[date, frozenset[str]], Regime | None] = {}
        self._governing: dict[tuple[int, frozenset[str], frozenset[str]], tuple[Tier, bool] | None] = {}

    def of(
        self,
        decision_date: date,
        penalty_types: frozenset[str],
        sectors: frozenset[str],
        *,
        determined: date | None = None,
        shown: date | None = None,
    ) -> Window:
        day = decision_date, sectors
        if day not in self._in_force:
            self._in_force[day] = regime_for(decision_date, sectors, self._regimes)
        if (regime := self._in_force[day]) is None:
            return NO_WINDOW
        case = regime.id, penalty_types, sectors
        if case not in self._governing:
            self._governing[case] = _governing(penalty_types, sectors, regime.tiers)
        if (governing := self._governing[case]) is None:
            return Window(regime.id, None, None, None, None)
        tier, is_shown = governing
        start = regime.start(decision_date, determined, shown)
        ends = add_months(start, tier.max_months)
        return Window(
            regime.id, tier.id, add_months(start, tier.min_months), ends if is_shown else None, ends
        )


def _governing(
    penalty_types: frozenset[str], sectors: frozenset[str], tiers: Iterable[Tier]
) -> tuple[Tier, bool] | None:
    """The longest tier of all types, and whether any of them is shown."""
    tiers = tuple(tiers)
    found = [tier for kind in penalty_types if (tier := tier_for(kind, sectors, tiers)) is not None]
    return (max(found, key=_weight), any(tier.shown for tier in found)) if found else None
