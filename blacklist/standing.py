"""A case as the rules see it: its steps folded, its clocks with suspensions left out. Reads rows, decides nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from blacklist.choices import Phase, StepKind
from blacklist.models import CaseStep, ListCase
from blacklist.rules import procedure
from blacklist.rules.clocks import Pause, extended
from common.selectors import load_calendar


def as_rule_step(row: CaseStep) -> procedure.Step:
    return procedure.Step(
        id=row.pk,
        kind=row.kind,
        on=row.on,
        outcome=row.outcome,
        wants_hearing=row.wants_hearing,
        answers=row.answers_id,
        window_until=row.window_until,
    )


def running(case: ListCase, rows: Iterable[CaseStep]) -> list[CaseStep]:
    """The steps of the running round, oldest first."""
    return [row for row in rows if row.round == case.round]


def fold(case: ListCase, rows: Iterable[CaseStep]) -> procedure.Standing:
    return procedure.standing([as_rule_step(row) for row in running(case, rows)])


def pauses(rows: Sequence[CaseStep]) -> list[Pause]:
    """The suspensions among the steps of one round, oldest first."""
    found: list[Pause] = []
    for row in rows:
        if row.kind == StepKind.SUSPENDED:
            found.append(Pause(row.on, None))
        elif row.kind == StepKind.RESUMED and found and found[-1].until is None:
            found[-1] = Pause(found[-1].since, row.on)
    return found


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline that runs: what for, until when (None while suspended), by which rule."""

    label: str
    due: date | None
    rule: str
    key: str  # which clock of the case: the step that started it, or the round


def clocks(case: ListCase, rows: Sequence[CaseStep]) -> list[Clock]:
    """The deadlines an officer of the case has to keep now, nearest first; a clock that stands still comes last."""
    rows = running(case, rows)
    now = procedure.standing([as_rule_step(row) for row in rows])
    stops, found = pauses(rows), []
    by_id = {row.pk: row for row in rows}
    begun = next((row for row in rows if row.kind == StepKind.REOPENED), None)
    due, rule, start = (
        (begun.due, begun.due_rule, begun.on) if begun else (case.due, case.due_rule, case.opened_on)
    )
    if not now.over and due and rule:
        last = extended(due, rule.unit, stops, load_calendar(), start=start)
        found.append(Clock("办结案件", last, str(rule), f"round-{case.round}"))
    waiting = [] if now.closed else [by_id[step.id] for step in now.unanswered]
    if now.decided and not now.decision_served:
        waiting.append(by_id[now.decided.id])
    for row in waiting:
        if row.due and row.due_rule:
            label = "送达决定书" if row.kind == StepKind.DECIDED else "答复异议"
            due = extended(row.due, row.due_rule.unit, stops, load_calendar(), start=row.on)
            found.append(Clock(label, due, str(row.due_rule), f"step-{row.pk}"))
    return sorted(found, key=lambda clock: clock.due or date.max)


def phase(case: ListCase, rows: Iterable[CaseStep], on: date) -> Phase:
    return procedure.phase(fold(case, rows), on, hearing_due=case.scheme.hearing)
