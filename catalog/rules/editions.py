"""Whether an edition may take over, as a whole: its level, its first day, the codes of its items, every item. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalog.choices import EditionLevel
from catalog.content import ItemContent
from catalog.rules import bases as basis_rules
from catalog.rules import items as item_rules
from catalog.rules.bases import BasisFacts
from common.gates import Refusal, refuse


@dataclass(frozen=True, slots=True)
class Frame:
    """The edition around the items: level, the code of its basis, its first day."""

    level: str
    basis: str
    effective_from: date


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else there is: legal bases and kinds of documents by code, item codes of the other levels with the edition they
    stand in, and the first day of the newest edition of this level."""

    bases: Mapping[str, BasisFacts]
    lawful_documents: Mapping[str, bool]
    taken: Mapping[str, str]
    newest: date | None


def level_refusals(level: str) -> list[Refusal]:
    """`edition_level_not_allowed`: no city level exists."""
    return [] if level in EditionLevel.values else [refuse("edition_level_not_allowed", pointer="level")]


def date_refusals(effective_from: date, *, newest: date | None, on: date) -> list[Refusal]:
    """An edition takes over after the newest one of its level began, and never for days that are over: what was taken in
    then was judged by the edition then in force."""
    if newest is not None and effective_from <= newest:
        detail = f"同级目录已有自{newest:%Y-%m-%d}起施行的版本，新版本的施行日期须在此之后"
    elif effective_from < on:
        detail = f"施行日期不能早于今天（{on:%Y-%m-%d}）：已经收下的记录适用当时有效的目录"
    else:
        return []
    return [refuse("edition_date_taken", detail, pointer="effective_from")]


def item_refusals(item: ItemContent, frame: Frame, around: Surroundings) -> list[Refusal]:
    """Attributes and bases of one item within its edition; pointers as in `catalog.rules.items`."""
    problems = item_rules.attribute_refusals(item, around.lawful_documents)
    if item.code in around.taken:
        detail = f"代码“{item.code}”已经用于《{around.taken[item.code]}》，请换一个代码"
        problems.append(refuse("item_code_taken", detail, pointer="code"))
    problems += _basis_refusals(item, frame, around.bases)
    return problems


def _basis_refusals(item: ItemContent, frame: Frame, bases: Mapping[str, BasisFacts]) -> list[Refusal]:
    problems = []
    own = item.basis or frame.basis
    for name in ("basis", "person_basis", "person_publication_basis"):
        code = own if name == "basis" else getattr(item, name)
        if code and code not in bases:
            detail = f"没有代号为“{code}”的依据，请先登记"
            problems.append(refuse("item_definition_invalid", detail, pointer=name))
        elif code and name == "basis":
            problems += basis_rules.item_basis_refusals(
                edition_level=frame.level,
                nature=item.nature,
                basis=bases[code],
                of_the_edition=code == frame.basis,
                on=frame.effective_from,
            )
        elif code:
            problems += basis_rules.person_basis_refusals(
                bases[code], frame.effective_from, publication=name == "person_publication_basis"
            )
    return problems


def publication_refusals(
    items: Sequence[ItemContent], frame: Frame, around: Surroundings, *, on: date
) -> list[Refusal]:
    """Everything that keeps a draft from being published; pointers of items begin with `items/CODE/`."""
    problems = level_refusals(frame.level)
    problems += date_refusals(frame.effective_from, newest=around.newest, on=on)
    problems += basis_rules.validity_refusals(
        around.bases[frame.basis], frame.effective_from, pointer="basis"
    )
    if not items:
        problems.append(refuse("item_definition_invalid", "目录中还没有事项", pointer="items"))
    problems += [
        refuse("item_definition_invalid", f"事项代码“{code}”出现了{times}次", pointer=f"items/{code}/code")
        for code, times in Counter(item.code for item in items).items()
        if times > 1
    ]
    for item in items:
        found = (
            *item_refusals(item, frame, around),
            *item_rules.field_refusals(item),
            *item_rules.completeness_refusals(item),
        )
        problems += [replace(one, pointer=f"items/{item.code}/{one.pointer}") for one in found]
    return problems
