"""Clues about applications for repair and objections that passed a period: of acceptance, of decision, of an extension."""

from datetime import date

from catalog.deadlines import DeadlineUnknown, rule_on
from common.selectors import load_calendar
from repair.choices import Kind, State
from repair.models import Case
from repair.rules.procedure import running_clock
from repair.selectors.figures import overdue_cases
from supervision.choices import ClueKind
from supervision.models import Clue


def raise_case_clues(*, on: date) -> int:
    """A clue for every period of a case that ended before `on`; inside the action of the caller. One clue a period: a case
    that is extended and late again raises another."""
    known = set(Clue.objects.filter(kind=ClueKind.LATE_CASE).values_list("object_key", flat=True))
    calendar = load_calendar()
    clues = [
        Clue(
            kind=ClueKind.LATE_CASE,
            agency_id=case.agency_id,
            object_key=key,
            label=f"{case.get_kind_display()} {case.number}",
            due=case.due,
            late_by=max(0, calendar.workdays_between(case.due, on)),
            basis=_basis(case)[:300],
        )
        for case in overdue_cases(on)
        if (key := f"case:{case.pk}:{case.due}") not in known
    ]
    return len(Clue.objects.bulk_create(clues))


def _basis(case: Case) -> str:
    code = running_clock(Kind(case.kind), State(case.state), case.source)
    try:
        rule = rule_on(code, case.filed_on)
    except DeadlineUnknown:
        return "鹤信用发〔2022〕1号 第14条、五（三）"
    return f"{rule.name}：{rule.length}；{rule.basis}{rule.basis_clause}"
