"""Reorganisation (破产重整): masked on the court's order, evaluated anew once the plan is carried out."""

from datetime import date

from agencies.models import Officer
from blacklist.services import suspend_entry
from catalog.deadlines import due
from common.clock import today
from common.gates import PLAN, Refused
from common.problems import Problem
from ledger.services import acting
from records.services import suspend_record
from repair.choices import Kind, State, Step
from repair.clauses import refuse
from repair.models import Case
from repair.selectors.cases import may_decide
from repair.services.handling import locked, note


def complete_reorganisation(*, officer: Officer, case_id: int, document: str, on: date | None = None) -> Case:
    """The plan is carried out (`document` says so): the masking goes on until the last day of the re-evaluation, so that a
    repair can be applied for and decided before anything is shown again. Refused not_determining_unit, field_required."""
    on = on or today()
    if not document.strip():
        raise Refused(
            refuse(
                "field_required",
                "请填写证明重整计划执行完毕的文书",
                pointer="/document",
                basis=f"{PLAN} 第14条",
            )
        )
    with acting(actor=officer.pk, action="repair.complete_reorganisation", basis=f"{PLAN} 第14条"):
        case = locked(case_id, None)
        if not may_decide(officer, case):
            raise Refused(refuse("not_determining_unit"))
        if case.kind != Kind.REORGANISATION or case.state != State.GRANTED or case.completed_on is not None:
            raise Problem(409, "state_changed", "只有正在屏蔽的重整事项可以转入重新评估")
        last = due("reorganisation-reevaluate", on).day
        case.completed_on, case.masked_until = on, last
        case.version += 1
        case.save(update_fields=["completed_on", "masked_until", "version"])
        basis = document.strip()[:200]
        if case.record_id is not None:
            suspend_record(officer=officer, record_id=case.record_id, on=on, until=last, basis=basis)
        elif case.entry_id is not None:
            suspend_entry(
                officer=officer, entry_id=case.entry_id, since=on, until=last,
                reason="重整计划执行完毕，重新评估期间继续屏蔽", basis=basis,
            )  # fmt: skip
        note(case, Step.COMPLETED, officer, f"{basis}；{last:%Y年%m月%d日}前重新评估")
    return case
