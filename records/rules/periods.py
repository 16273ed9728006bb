"""The four states of a record: until when it is shared, published and used. Pure (gate G7).

Families of items: penalties follow the regime of their decision date; licences their validity; some a fixed number of
months; the rest is never published. An item that is shared without an end in its rule is shared to the last day the
calendar has (`OPEN_END`): "never" is null, "no end" is a date, so that one comparison answers whether a state holds.
"""

from dataclasses import dataclass
from datetime import date

from catalog.choices import Nature, PeriodKind, Publicity, Sharing
from catalog.publication import NO_WINDOW, Window, Windows, add_months
from records.rules.facts import ItemFacts
from records.rules.persons import BY_LAW, OPEN_END, Ground, capped

__all__ = ["OPEN_END", "States", "states"]


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """Last day of every state, None = never; `rule_until` is the longest the rule allows a publication.

    Compared by identity: records of one decision day share one object, which then stands in cache keys.
    """

    regime_id: int | None
    tier_id: int | None
    minimum_until: date | None
    rule_until: date | None
    shared_until: date | None
    published_until: date | None
    used_until: date | None


def states(
    *,
    item: ItemFacts,
    decision_date: date,
    penalty_types: frozenset[str],
    sectors: frozenset[str],
    valid_until: date | None,
    declared_until: date | None,
    windows: Windows,
    ground: Ground = BY_LAW,
    effective_date: date | None = None,
    received: date | None = None,
) -> States:
    """States of a record; a declared end can only shorten its publication (方案第5条: 与认定部门公开的期限一致), and no state
    outlasts the ground a person's record stands on (方案第13条)."""
    if item.period_kind == PeriodKind.PENALTY:
        found = windows.of(decision_date, penalty_types, sectors, determined=effective_date, shown=received)
    else:
        found = _window(item, decision_date, valid_until)
    published = found.published_until if item.publicity == Publicity.PUBLIC else None
    if declared_until is not None:
        published = capped(published, declared_until)
    published = capped(published, ground.published)
    held = found.ends if item.sharing != Sharing.NONE else published
    shared = capped(held, ground.shared)
    counts = item.nature in (Nature.DISHONEST, Nature.HONEST)
    return States(
        regime_id=found.regime_id,
        tier_id=found.tier_id,
        minimum_until=found.minimum_until,
        rule_until=found.ends,
        shared_until=shared,
        published_until=capped(published, shared),
        used_until=capped(shared, ground.used) if counts else None,
    )


def _window(item: ItemFacts, decision_date: date, valid_until: date | None) -> Window:
    if item.period_kind == PeriodKind.VALIDITY:
        return Window(None, None, None, valid_until, valid_until) if valid_until else NO_WINDOW
    ends = OPEN_END if item.period_months is None else add_months(decision_date, item.period_months)
    shown = None if item.period_kind == PeriodKind.NEVER else ends
    return Window(None, None, None, shown, ends)
