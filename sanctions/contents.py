"""Between rows of the list and plain values: how editions are read, compared and made. Drafts keep the same values as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from django.core.exceptions import ValidationError

from catalog.differences import Change
from catalog.models import LegalBasis
from common.gates import Refusal, refuse
from sanctions.columns import MEASURE
from sanctions.models import Measure, MeasureEdition
from sanctions.rules.measures import MeasureContent

_NAMES: Final = tuple(one.name for one in fields(MeasureContent))


def of(row: Measure) -> MeasureContent:
    """One row; its basis loaded."""
    values: dict[str, Any] = {name: getattr(row, name) for name in _NAMES if name != "basis"}
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return MeasureContent(**values, basis=row.basis.code)


def contents(edition: MeasureEdition | None) -> tuple[MeasureContent, ...]:
    """What a published edition says; one query."""
    if edition is None:
        return ()
    return tuple(map(of, edition.measures.select_related("basis").order_by("measure_class", "name", "code")))


def dump(rows: Iterable[MeasureContent]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]


def load(rows: Iterable[Mapping[str, Any]]) -> tuple[MeasureContent, ...]:
    return tuple(MeasureContent(**_thawed(row)) for row in rows)


def _thawed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def row_of(content: MeasureContent, edition: MeasureEdition, bases: Mapping[str, LegalBasis]) -> Measure:
    """The unsaved row. KeyError for a basis that is not there."""
    values = {name: getattr(content, name) for name in _NAMES if name != "basis"}
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    return Measure(edition=edition, basis=bases[content.basis], **values)


def shape_refusals(content: MeasureContent) -> list[Refusal]:
    """What the model's own field rules say: lengths, codes, emptiness."""
    values = {name: getattr(content, name) for name in _NAMES if name != "basis"}
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    try:
        Measure(**values).clean_fields(exclude=["edition", "basis"])
    except ValidationError as error:
        return [
            refuse("measure_definition_invalid", "；".join(messages), pointer=name)
            for name, messages in error.message_dict.items()
        ]
    return []


@dataclass(frozen=True, slots=True)
class Difference:
    """From an older list to a newer one; changed rows with what changed."""

    added: tuple[MeasureContent, ...]
    removed: tuple[MeasureContent, ...]
    changed: tuple[tuple[MeasureContent, tuple[Change, ...]], ...]
    same: int


def compare(before: Sequence[MeasureContent], after: Sequence[MeasureContent]) -> Difference:
    """Rows are matched by code."""
    old, new = ({row.code: row for row in rows} for rows in (before, after))
    both = [code for code in new if code in old]
    changed = tuple((new[code], _changes(old[code], new[code])) for code in both if old[code] != new[code])
    return Difference(
        added=tuple(row for code, row in new.items() if code not in old),
        removed=tuple(row for code, row in old.items() if code not in new),
        changed=changed,
        same=len(both) - len(changed),
    )


def _changes(before: MeasureContent, after: MeasureContent) -> tuple[Change, ...]:
    return tuple(
        Change(one.label, one.shown(before), one.shown(after))  # type: ignore[arg-type]
        for one in MEASURE
        if getattr(before, one.name) != getattr(after, one.name)
    )
