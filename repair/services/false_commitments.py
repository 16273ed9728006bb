"""A commitment found untrue: recorded with a term of its own by the rule, during which the subject is not repaired on one.

It is recorded and shared, not shown to the public: the catalog has no item for it (gate G1).
"""

from datetime import date

from agencies.models import Officer
from catalog.publication import add_months
from common.clock import today
from common.gates import PLAN, Refused
from common.problems import Problem
from ledger.services import acting
from repair import targets
from repair.choices import Kind, State, Step
from repair.clauses import refuse
from repair.models import FalseCommitment
from repair.selectors.cases import may_decide
from repair.selectors.rules import Rulebook, facts_of
from repair.services.handling import locked, note


def record_false_commitment(
    *, officer: Officer, case_id: int, facts: str, on: date | None = None
) -> FalseCommitment:
    """Record that the commitment of a decided repair was untrue. Refused not_determining_unit, field_required; a 409 problem
    when it is not such a case, is recorded already, or the rule lays down no term."""
    on = on or today()
    if not facts.strip():
        raise Refused(
            refuse("field_required", "请写明认定的事实和证据", pointer="/facts", basis=f"{PLAN} 第14条")
        )
    with acting(actor=officer.pk, action="repair.record_false_commitment", basis=f"{PLAN} 第14条"):
        case = locked(case_id, None)
        if not may_decide(officer, case):
            raise Refused(refuse("not_determining_unit"))
        if case.kind != Kind.REPAIR or case.state not in (State.GRANTED, State.REFUSED):
            raise Problem(409, "state_changed", "只有已经作出决定的信用修复可以认定承诺不实")
        if FalseCommitment.objects.filter(case=case).exists():
            raise Problem(409, "state_changed", "这一件已经认定过承诺不实")
        rule = targets.rule_of(targets.target_of(case), Rulebook.load(on))
        if rule is None or rule.bar_months is None:
            raise Problem(409, "rule_missing", "适用的规定没有写明承诺不实的期限，不能认定")
        assert case.subject is not None, "a repair is about somebody"
        found = FalseCommitment.objects.create(
            case=case,
            subject=case.subject,
            found_on=on,
            until=add_months(on, rule.bar_months),
            facts=facts.strip(),
            basis=facts_of(rule).clause[:300],
            found_by=officer,
        )
        note(case, Step.FALSE_COMMITMENT, officer, f"至{found.until:%Y年%m月%d日}不适用承诺方式修复")
    return found
