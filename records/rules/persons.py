"""On what a natural person's record may stand, and until when (gate G6; 方案第13条, 个人信息保护法第13条、第15条、第25条、第31条). Pure.

The catalog names a clause, or the person consented. A consent carries sharing and use only as far as it says so, and
publication needs one of its own. Whoever was a minor on the day of the decision, or whose age cannot be told, is never
published, whatever the catalog or a consent says.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from catalog.publication import add_months

OPEN_END: Final = date.max
_BIRTH: Final = slice(6, 14)
_IDENTITY_KINDS: Final = frozenset({"身份证", "外国人永久居留身份证"})


class Ground(NamedTuple):
    """The last day of every state that the ground of a record allows; None = not at all."""

    shared: date | None
    used: date | None
    published: date | None


BY_LAW: Final = Ground(OPEN_END, OPEN_END, OPEN_END)


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """A consent (同意) as the gate sees it; both days included."""

    publication: bool
    shares: bool
    uses: bool
    valid_from: date
    valid_until: date
    withdrawn: bool

    def in_force(self, on: date) -> bool:
        return not self.withdrawn and self.valid_from <= on <= self.valid_until


def birth_date(kind: str, number: str) -> date | None:
    """The day of birth as an identity number tells it; None for documents that do not."""
    if kind not in _IDENTITY_KINDS or len(number) != 18:
        return None
    try:
        return date.fromisoformat(number[_BIRTH])
    except ValueError:
        return None


def birthday(born: date, age: int) -> date:
    """The day somebody reaches an age; who was born on a leap day, on 1 March of a year without one."""
    year = born.year + age
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def of_age(born: date | None, age: int, on: date) -> bool:
    """Whether somebody has reached an age on a day; an unknown birth counts as not."""
    return born is not None and birthday(born, age) <= on


def for_life(valid_from: date, valid_until: date | None, max_months: int) -> bool:
    """Whether an authorisation has no end, or one so far away that it amounts to none."""
    return valid_until is None or valid_until > add_months(valid_from, max_months)


def collection_refusal(consents: Collection[ConsentFacts], on: date, max_months: int) -> str | None:
    """Code of why the consents do not carry a record handed in on `on`, or None when one does."""
    own = [one for one in consents if not one.publication]
    live = [one for one in own if one.in_force(on)]
    if any(not for_life(one.valid_from, one.valid_until, max_months) for one in live):
        return None
    if live:
        return "consent_for_life"
    return (
        "consent_expired" if any(one.withdrawn or one.valid_until < on for one in own) else "consent_missing"
    )


def consent_ground(consents: Collection[ConsentFacts], on: date, max_months: int) -> Ground:
    """How far the consents in force on `on` carry; of several, the one that lasts longest for each state."""
    live = [
        one
        for one in consents
        if one.in_force(on) and not for_life(one.valid_from, one.valid_until, max_months)
    ]
    own = [one for one in live if not one.publication]
    return Ground(
        shared=max((one.valid_until for one in own if one.shares), default=None),
        used=max((one.valid_until for one in own if one.uses), default=None),
        published=max((one.valid_until for one in live if one.publication), default=None),
    )


def capped(until: date | None, ground: date | None) -> date | None:
    """The earlier of both days; None when either is never."""
    return None if until is None or ground is None else min(until, ground)


def ground_of(
    *,
    by_law: bool,
    published_by_law: bool,
    adult: bool,
    consents: Collection[ConsentFacts],
    on: date,
    max_months: int,
) -> Ground:
    """The ground of one person's record: the clause of the catalog where there is one, else the consents."""
    given = consent_ground(consents, on, max_months) if consents else Ground(None, None, None)
    published = None if not adult else OPEN_END if published_by_law else given.published
    if by_law:
        return Ground(OPEN_END, OPEN_END, published)
    return Ground(given.shared, given.used, published)
