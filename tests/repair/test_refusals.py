"""Everything else that is refused on the way of a case, with its code; what is refused leaves the case as it was."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agencies.choices import Role
from blacklist.services import suspend_entry
from common.clock import today
from common.gates import Refused
from common.problems import Problem
from repair import services
from repair.choices import Kind, MaterialKind, State
from repair.models import Case, FalseCommitment, RepairRule
from repair.required import RequiredMaterial
from repair.services import Verdict
from tests.repair import samples

pytestmark = pytest.mark.django_db


def filed() -> Case:
    return samples.file(samples.ripe_penalty()).case


def accepted() -> Case:
    return samples.accepted(samples.ripe_penalty())


def masked() -> Case:
    return samples.decided(samples.accepted(samples.ripe_penalty(), Kind.REORGANISATION))


def granted() -> Case:
    return samples.decided(accepted())


def refused_objection() -> Case:
    case = samples.accepted(samples.ripe_penalty(), Kind.OBJECTION, ground="duplicate")
    return samples.decided(case, grant=False, reasons="两条文号不同")


def stranger() -> object:
    return samples.officer(Role.REVIEWER, "hg-yingji")


def false(case: Case, who: object | None = None, facts: str = "凭证系伪造") -> object:
    return services.record_false_commitment(officer=who or samples.reviewer(), case_id=case.pk, facts=facts)  # type: ignore[arg-type]


def complete(case: Case, who: object | None = None, document: str = "裁定书") -> object:
    return services.complete_reorganisation(
        officer=who or samples.reviewer(), case_id=case.pk, document=document
    )  # type: ignore[arg-type]


def false_twice(case: Case) -> object:
    false(case)
    return false(case)


def false_without_a_term(case: Case) -> object:
    RepairRule.objects.update(bar_months=None)
    return false(case)


def same_unit(case: Case) -> object:
    return services.hand_over(officer=samples.chief(), case_id=case.pk, agency=case.agency, why="职能划转")


def late_review(case: Case) -> object:
    assert case.record is not None
    return samples.services.file_case(
        filing=services.Filing(
            kind=Kind.REVIEW, applicant=samples.APPLICANT, text="不同意", record_id=case.record_id, previous=case
        ),
        channel=samples.Channel.PORTAL,
        on=today() + timedelta(days=90),
    )  # fmt: skip


def review_of_a_repair(case: Case) -> object:
    other = samples.ripe_penalty()
    return samples.file(other, Kind.REVIEW, previous=case)


def unknown_ground(case: Case) -> object:
    return samples.file(samples.ripe_penalty(), Kind.OBJECTION, ground="ugly")


TABLE: dict[str, tuple[Callable[[], Case], Callable[[Case], object], str]] = {
    "taken up by a stranger": (filed, lambda case: services.accept(officer=stranger(), case_id=case.pk), "not_determining_unit"),
    "decided without reasons": (accepted, lambda case: services.decide(officer=samples.reviewer(), case_id=case.pk, verdict=Verdict(True, " ")), "field_required"),
    "declined without reasons": (filed, lambda case: services.decline(officer=samples.reviewer(), case_id=case.pk, reasons=""), "field_required"),
    "returned without a list": (filed, lambda case: services.return_once(officer=samples.reviewer(), case_id=case.pk, missing=[" "]), "field_required"),
    "supplemented with nothing": (filed, lambda case: services.supplement(case_id=case.pk, papers=[]), "materials_missing"),
    "extended without a reason": (accepted, lambda case: services.extend(officer=samples.reviewer(), case_id=case.pk, why=""), "field_required"),
    "handed over to the same unit": (accepted, same_unit, "not_determining_unit"),
    "an unknown ground": (filed, unknown_ground, "code_unknown"),
    "a review too late": (refused_objection, late_review, "review_too_late"),
    "a review of what was no objection": (granted, review_of_a_repair, "state_changed"),
    "a false commitment without facts": (granted, lambda case: false(case, facts=" "), "field_required"),
    "a false commitment by another unit": (granted, lambda case: false(case, stranger()), "not_determining_unit"),
    "a false commitment before a decision": (accepted, false, "state_changed"),
    "a false commitment twice": (granted, false_twice, "state_changed"),
    "a false commitment without a term in the rule": (granted, false_without_a_term, "rule_missing"),
    "completion without a document": (masked, lambda case: complete(case, document=""), "field_required"),
    "completion by another unit": (masked, lambda case: complete(case, stranger()), "not_determining_unit"),
    "completion of what was not masked": (granted, complete, "state_changed"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(TABLE))
def test_what_is_refused_on_the_way(name: str) -> None:
    make, act, code = TABLE[name]
    case = make()
    before = (case.state, case.version, FalseCommitment.objects.count())
    with pytest.raises((Refused, Problem)) as caught:
        act(case)
    error = caught.value
    codes = [one.code for one in error.refusals] if isinstance(error, Refused) else [error.code]
    assert codes == [code]
    case.refresh_from_db()
    assert (case.state, case.version) == before[:2]
    assert FalseCommitment.objects.count() == before[2] + (name == "a false commitment twice")


def test_a_case_that_lacks_a_material_of_its_day_is_not_taken_up() -> None:
    """Where the rows of that day were put right after the application, the list of what is missing is the way."""
    case = filed()
    RequiredMaterial.objects.filter(kind=Kind.OBJECTION).update(
        kind=Kind.REPAIR, material=MaterialKind.EVIDENCE
    )
    with pytest.raises(Refused) as caught:
        services.accept(officer=samples.reviewer(), case_id=case.pk)
    assert [one.code for one in caught.value.refusals] == ["materials_missing"]
    case.refresh_from_db()
    assert case.state == State.FILED


def test_the_extension_is_the_rules_and_only_one() -> None:
    from catalog.deadlines import due

    case = accepted()
    assert case.decide_by is not None
    longer = services.extend(officer=samples.reviewer(), case_id=case.pk, why="需要现场核查")
    assert longer.decide_by == due("repair-extend", case.decide_by, on=today()).day
    with pytest.raises(Problem) as caught:
        services.extend(officer=samples.reviewer(), case_id=case.pk, why="再延长")
    assert caught.value.code == "state_changed"


def test_a_stay_that_ran_before_an_objection_goes_on_after_it() -> None:
    entry = samples.listed()
    court = {"reason": "人民法院裁定停止执行", "basis": "裁定书"}
    suspend_entry(officer=None, entry_id=entry.pk, since=today() - timedelta(days=5), until=None, **court)
    case = samples.accepted(entry, Kind.OBJECTION, ground="not_removed")
    services.withdraw(case_id=case.pk)
    entry.refresh_from_db()
    assert entry.suspended_from == today() - timedelta(days=5) and entry.suspended_until is None
