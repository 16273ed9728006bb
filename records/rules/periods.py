"""The four states of a record: until when it is shared, published and used. Pure (gate G7).

Families of items: penalties follow the regime of their decision date; licences their validity; some a fixed number of
months; the rest is never published. An item that is shared without an end in its rule is shared to the last day the
calendar has (`OPEN_END`): "never" is null, "no end" is a date, so that one comparison answers whether a state holds.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog.choices import Nature, PeriodKind, Publicity, Sharing
from catalog.publication import NO_WINDOW, Window, Windows, add_months
from records.rules.facts import ItemFacts

OPEN_END: Final = date.max


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
    person: bool,
    decision_date: date,
    penalty_types: frozenset[str],
    sectors: frozenset[str],
    valid_until: date | None,
    declared_until: date | None,
    windows: Windows,
) -> States:
    """States of a record; a declared end can only shorten its publication (方案第5条: 与认定部门公开的期限一致)."""
    found = _window(item, decision_date, penalty_types, sectors, valid_until, windows)
    may_publish = item.publicity == Publicity.PUBLIC and (not person or item.person_publication)
    published = found.published_until if may_publish else None
    if published is not None and declared_until is not None:
        published = min(published, declared_until)
    shared = found.ends if item.sharing != Sharing.NONE else published
    return States(
        regime_id=found.regime_id,
        tier_id=found.tier_id,
        minimum_until=found.minimum_until,
        rule_until=found.ends,
        shared_until=shared,
        published_until=published,
        used_until=shared if item.nature in (Nature.DISHONEST, Nature.HONEST) else None,
    )


def _window(
    item: ItemFacts,
    decision_date: date,
    penalty_types: frozenset[str],
    sectors: frozenset[str],
    valid_until: date | None,
    windows: Windows,
) -> Window:
    match item.period_kind:
        case PeriodKind.PENALTY:
            return windows.of(decision_date, penalty_types, sectors)
        case PeriodKind.VALIDITY:
            return Window(None, None, None, valid_until, valid_until) if valid_until else NO_WINDOW
    ends = OPEN_END if item.period_months is None else add_months(decision_date, item.period_months)
    shown = None if item.period_kind == PeriodKind.NEVER else ends
    return Window(None, None, None, shown, ends)
