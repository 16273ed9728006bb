"""Which legal basis suffices for what (plan, items 1, 2, 4, 7, 9 and 13). Pure; the database holds the same table.

The reading: item 1 binds the whole catalog to laws, regulations (法规) and policies of the Party's central committee and the
State Council; items 7 and 9 add that what holds in this province alone may rest on a provincial regulation (地方性法规).
So an item of dishonest conduct, and any item with a basis of its own, needs one of these. A department rule (部门规章) or
a circular does not suffice by itself. An item that burdens nobody may rest on the edition that lists it, for the editions are
issued on the mandate of 国办发〔2020〕49号. Persons: item 13 asks for a law or regulation, item 4 (2) lets decisions of the State Council stand beside them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog.choices import BasisLevel, EditionLevel, Nature
from common.gates import PLAN, Refusal, refuse

NATIONWIDE: Final = frozenset(
    {BasisLevel.LAW, BasisLevel.ADMINISTRATIVE_REGULATION, BasisLevel.CENTRAL_POLICY}
)
PROVINCIAL: Final = NATIONWIDE | {BasisLevel.PROVINCIAL_REGULATION}
PERSONS_COLLECTED: Final = frozenset(
    {BasisLevel.LAW, BasisLevel.ADMINISTRATIVE_REGULATION, BasisLevel.PROVINCIAL_REGULATION}
)
PERSONS_PUBLISHED: Final = PERSONS_COLLECTED | {BasisLevel.CENTRAL_POLICY}


@dataclass(frozen=True, slots=True)
class BasisFacts:
    """What a rule needs to know of a legal basis; both days of its validity included."""

    code: str
    name: str
    level: str
    effective_from: date | None = None
    effective_until: date | None = None

    def in_force(self, on: date) -> bool:
        return (self.effective_from or date.min) <= on <= (self.effective_until or date.max)


def suffices(*, edition_level: str, nature: str, basis_level: str, of_the_edition: bool) -> bool:
    """Whether a basis of this rank carries an item of this nature in an edition of this level."""
    ranks = NATIONWIDE if edition_level == EditionLevel.NATIONAL else PROVINCIAL
    return basis_level in ranks or (nature != Nature.DISHONEST and of_the_edition)


def item_basis_refusals(
    *, edition_level: str, nature: str, basis: BasisFacts, of_the_edition: bool, on: date
) -> list[Refusal]:
    """`item_basis_too_low` when the basis ranks too low or is not in force on the first day `on`."""
    problems = validity_refusals(basis, on, pointer="basis")
    if not suffices(
        edition_level=edition_level,
        nature=nature,
        basis_level=basis.level,
        of_the_edition=of_the_edition,
    ):
        provincial = "" if edition_level == EditionLevel.NATIONAL else "、地方性法规"
        what = "失信信息" if nature == Nature.DISHONEST else "单独指明依据的事项"
        detail = (
            f"《{basis.name}》是{BasisLevel(basis.level).label}；{what}须以法律、行政法规、"
            f"党中央、国务院政策文件{provincial}为依据，部门规章和其他规范性文件单独不足为据"
        )
        clause = f"{PLAN} 第1条、第2条" if nature == Nature.DISHONEST else f"{PLAN} 第1条"
        problems.append(refuse("item_basis_too_low", detail, pointer="basis", basis=clause))
    return problems


def person_basis_refusals(basis: BasisFacts, on: date, *, publication: bool) -> list[Refusal]:
    """Whether a basis carries the collection (item 13) or the publication (item 4) of persons' information."""
    pointer = "person_publication_basis" if publication else "person_basis"
    ranks = PERSONS_PUBLISHED if publication else PERSONS_COLLECTED
    problems = validity_refusals(basis, on, pointer=pointer)
    if basis.level not in ranks:
        detail = (
            "公开自然人信息须以法律、法规或者国务院决定、命令为依据"
            if publication
            else "未经本人同意归集自然人信息，须以法律、法规为依据"
        )
        clause = f"{PLAN} 第4条（2）" if publication else f"{PLAN} 第13条"
        problems.append(
            refuse(
                "item_basis_too_low", f"{detail}；《{basis.name}》不属于这一类", pointer=pointer, basis=clause
            )
        )
    return problems


def validity_refusals(basis: BasisFacts, on: date, *, pointer: str) -> list[Refusal]:
    if basis.in_force(on):
        return []
    term = (
        f"自{basis.effective_from:%Y-%m-%d}起施行"
        if basis.effective_from and basis.effective_from > on
        else f"已于{basis.effective_until:%Y-%m-%d}失效"
    )
    detail = f"《{basis.name}》{term}，不能作为{on:%Y-%m-%d}起施行的目录的依据"
    return [refuse("item_basis_too_low", detail, pointer=pointer)]
