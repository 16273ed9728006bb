"""Gate G12, second half: who may do what in a case, and when it may be decided. Pure.

The same limits stand in the database (`repair/migrations/0004_gates.sql`, `0008_required_materials.py`): an approval only by an
officer of the unit that has the case, not before the minimum, with its materials, and only once. Which materials is data
(`repair.required`): whoever asks hands in those of the day of filing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from common.gates import PLAN, Refusal
from repair.choices import OPEN, Kind, MaterialKind, State
from repair.clauses import refuse
from repair.rules.eligibility import Answer


@dataclass(frozen=True, slots=True)
class Bench:
    """Who wants to act: the officer's unit, whether with the right to decide, and who decided before (review)."""

    agency_id: int | None
    officer_id: int
    reviews: bool
    earlier_officer_id: int | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as the rules see it."""

    state: State
    agency_id: int
    materials: frozenset[str] = frozenset()
    extended: bool = False
    returned: bool = False


def missing_materials(required: Iterable[MaterialKind], given: Collection[str]) -> list[Refusal]:
    """`materials_missing` for every required kind of material that the application lacks."""
    return [
        refuse("materials_missing", f"缺少{material.label}", pointer=f"/{material.value}")
        for material in required
        if material not in given
    ]


def competence(case: CaseFacts, bench: Bench) -> list[Refusal]:
    """`not_determining_unit` unless an officer of the unit that has the case, with the right to decide, acts."""
    if bench.agency_id != case.agency_id:
        return [refuse("not_determining_unit")]
    if not bench.reviews:
        return [refuse("not_determining_unit", "由认定单位的审核人员决定，请转审核人员办理")]
    if bench.earlier_officer_id == bench.officer_id:
        basis = f"{PLAN} 第14条；异议复核由另一位工作人员办理"
        return [refuse("second_person_required", "复核由另一位工作人员办理", basis=basis)]
    return []


def approval(
    case: CaseFacts, bench: Bench, answer: Answer | None, required: Iterable[MaterialKind]
) -> list[Refusal]:
    """Everything that stands against granting the case today; `answer` is that of the thing (repair), else None; `required` are
    the materials that the day of filing asks for."""
    found = competence(case, bench)
    if answer is not None and answer.refusal is not None:
        found.append(answer.refusal)
    return found + missing_materials(required, case.materials)


def allowed(case: CaseFacts) -> frozenset[str]:
    """What may happen next, whoever does it. A list of what is missing is given once only."""
    if case.state not in OPEN:
        return frozenset()
    steps = {"withdraw", "hand_over"}
    if case.state == State.RETURNED:
        return frozenset(steps | {"supplement", "decline"})
    if case.state == State.FILED:
        return frozenset(steps | {"accept", "decline"} | ({"return"} if not case.returned else set()))
    steps |= {"grant", "refuse", "fetch"}
    return frozenset(steps if case.extended else steps | {"extend"})


def running_clock(kind: Kind, state: State, source: str) -> str:
    """The code of the period that runs in this state; "" where the applicant, not the unit, is to act or all is done."""
    if state in (State.FILED, State.ACCEPTED):
        step = (
            "accept" if state == State.FILED else f"decide-{source}" if kind == Kind.OBJECTION else "decide"
        )
        return f"{kind.value}-{step}"
    return ""


def overdue(due: date, state: State, on: date) -> bool:
    """Whether a case's running period ended before `on`; while the applicant supplements, none runs."""
    return state in (State.FILED, State.ACCEPTED) and due < on
