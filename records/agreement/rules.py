"""What differs between two publications of the same decisions. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from records.agreement.choices import DifferenceKind


@dataclass(frozen=True, slots=True)
class Shown:
    """One decision as one side shows it. `contents`: compared values by field label; only what both give is compared."""

    number: str  # compared form
    uscc: str  # "" for subjects without one
    written: str  # the number as written
    until: date | None
    contents: Mapping[str, str]
    record_id: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.number, self.uscc


@dataclass(frozen=True, slots=True)
class Difference:
    """`field` names what differs; `theirs` and `ours` are what each side says, "" where it says nothing."""

    kind: DifferenceKind
    number: str
    uscc: str
    record_id: int | None
    field: str = ""
    theirs: str = ""
    ours: str = ""


def differences(theirs: Iterable[Shown], ours: Iterable[Shown], *, complete: bool) -> list[Difference]:
    """Every difference, in the order of their list, then what only we show (asked only of a complete list).

    A decision that a list names twice is compared once. A row without a code is compared by number alone when we show one
    decision of that number.
    """
    by_key = {one.key: one for one in ours}
    by_number: dict[str, list[Shown]] = {}
    for one in by_key.values():
        by_number.setdefault(one.number, []).append(one)
    found: list[Difference] = []
    met: set[tuple[str, str]] = set()
    for stated in {one.key: one for one in theirs}.values():
        known = by_key.get(stated.key)
        if known is None and not stated.uscc and len(by_number.get(stated.number, ())) == 1:
            known = by_number[stated.number][0]
        if known is None:
            found.append(Difference(DifferenceKind.MISSING_HERE, stated.written, stated.uscc, None))
            continue
        met.add(known.key)
        found += _compared(stated, known)
    if complete:
        left = [one for key, one in by_key.items() if key not in met]
        found += [
            Difference(DifferenceKind.MISSING_THERE, one.written, one.uscc, one.record_id) for one in left
        ]
    return found


def _compared(stated: Shown, known: Shown) -> list[Difference]:
    found = [
        Difference(
            DifferenceKind.OTHER_CONTENT,
            known.written,
            known.uscc,
            known.record_id,
            label,
            value,
            known.contents[label],
        )
        for label, value in stated.contents.items()
        if label in known.contents and value != known.contents[label]
    ]
    if stated.until is not None and stated.until != known.until:
        ours = known.until.isoformat() if known.until else ""
        found.append(
            Difference(
                DifferenceKind.OTHER_PERIOD,
                known.written,
                known.uscc,
                known.record_id,
                "公示截止期",
                f"{stated.until}",
                ours,
            )
        )
    return found
