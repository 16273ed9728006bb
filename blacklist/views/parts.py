"""What several pages of a case draw: chips, deadlines, the timeline, the steps with what is missing."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from django.urls import reverse

from blacklist import standing
from blacklist.choices import Outcome, Phase, StepKind
from blacklist.models import CaseStep, ListCase
from blacklist.rules import procedure
from blacklist.selectors_cases import rival
from blacklist.services import words_of
from blacklist.services.common import DECIDING
from common.clock import today
from common.components import Cell, Chip, Step, TimelineEvent, Tone
from common.selectors import load_calendar
from common.templatetags.credit import cdate

PHASE_TONES: dict[str, Tone] = {
    Phase.TO_ANSWER: "warning",
    Phase.TO_HEAR: "warning",
    Phase.WINDOW: "info",
    Phase.TO_REVIEW: "info",
    Phase.TO_DECIDE: "info",
    Phase.LISTED: "serious",
}
TITLES: Final[dict[str, str]] = {
    StepKind.NOTICE: "制作事先告知书",
    StepKind.SERVED: "登记送达",
    StepKind.OBJECTION: "登记当事人的意见",
    StepKind.VERIFIED: "登记核实情况",
    StepKind.ANSWER: "答复异议",
    StepKind.HEARING: "登记听证",
    StepKind.REVIEW: "登记集体审议",
    StepKind.DECIDED: "作出列入决定",
    StepKind.DECISION_SERVED: "登记决定书送达",
    StepKind.SUSPENDED: "中止办理",
    StepKind.RESUMED: "恢复办理",
    StepKind.CLOSED: "不予列入，结案",
    StepKind.REOPENED: "重新办理",
}
_SOON: Final = 2
_ASIDE: Final = frozenset({StepKind.OBJECTION, StepKind.SUSPENDED, StepKind.CLOSED, StepKind.REOPENED})


class NextStep(NamedTuple):
    """Something that can be done now; `carries_on` is what leads towards the end of the case."""

    title: str
    url: str
    carries_on: bool


DOCUMENTS: Final[dict[str, str]] = {
    StepKind.NOTICE: "事先告知书",
    StepKind.ANSWER: "异议答复书",
    StepKind.DECIDED: "列入决定书",
    StepKind.CLOSED: "不予列入通知书",
}


def phase_chip(phase: str) -> Chip:
    return Chip(str(Phase(phase).label), PHASE_TONES.get(phase, "neutral"))


def clock_cell(clock: standing.Clock) -> Cell:
    """A deadline with what is left in working days, red once it is over."""
    if clock.due is None:
        return Cell(clock.label, chip=Chip("中止，不计算"))
    left = load_calendar().workdays_between(today(), clock.due)
    text = f"{clock.label}：{cdate(clock.due)}"
    if clock.due < today():
        return Cell(text, chip=Chip(f"已超{max(1, -left)}个工作日", "serious"))
    if clock.due == today():
        return Cell(text, chip=Chip("今天到期", "warning"))
    return Cell(text, chip=Chip(f"还有{left}个工作日", "warning" if left <= _SOON else "neutral"))


def who(step: CaseStep) -> str:
    if step.officer:
        return f"{step.officer}（{step.get_channel_display()}）"
    return f"接口 {step.client.name}" if step.client else "当事人（门户网站）"


def events(case: ListCase, rows: Sequence[CaseStep]) -> list[TimelineEvent]:
    """Everything that happened, newest first: when, by whom, with which document, which clock it started."""
    opened = TimelineEvent(
        when=case.opened_on,
        what="立案",
        who=str(case.opened_by or case.opened_client or ""),
        document=f"{case.document_kind} {case.document_number}",
        note=f"办结期限：{cdate(case.due)}" if case.due else "",
    )
    return [*(_event(case, row) for row in reversed(rows)), opened]


def _event(case: ListCase, row: CaseStep) -> TimelineEvent:
    has_document = row.document is not None
    url = reverse("workbench:case-document", args=[case.public_id, row.pk, "pdf"]) if has_document else ""
    notes = [row.text or words_of(row).get("text", "")]
    if row.window_until:
        notes.append(f"异议期至{cdate(row.window_until)}")
    elif row.due:
        notes.append(f"期限：{cdate(row.due)}")
    named = (
        row.get_outcome_display()
        if row.outcome
        else row.get_service_kind_display()
        if row.service_kind
        else ""
    )
    again = f"（第{row.round}次办理）" if row.round > 1 else ""
    when: date | datetime = row.on
    return TimelineEvent(
        when=when,
        what=row.get_kind_display() + again,
        who=who(row),
        document=f"{DOCUMENTS.get(row.kind, '文书')} {row.number}" if has_document else "",
        document_url=url,
        note="；".join(note for note in notes if note),
        chip=Chip(named) if named and row.outcome != Outcome.NONE else None,
    )


def requirements(case: ListCase, rows: Sequence[CaseStep], on: date) -> list[Step]:
    """The one page view: what a decision to list needs, what is there, what is missing, and which clause asks for it."""
    found: list[Step] = []
    first = True
    needs = procedure.checklist(
        standing.fold(case, rows), on, hearing_due=case.scheme.hearing, rival=rival(case)
    )
    for need in needs:
        state: str = "done" if need.met else "current" if first else "todo"
        first = first and need.met
        detail = f"{need.detail}。依据：{need.clause}" if need.detail else f"依据：{need.clause}"
        found.append(Step(need.label, state, detail))  # type: ignore[arg-type]  # one of the literals
    return found


def next_steps(
    case: ListCase, rows: Sequence[CaseStep], on: date, *, handles: bool, decides: bool
) -> list[NextStep]:
    """The steps this officer may take today, what carries the case on first. What the party says is one form."""
    kinds = procedure.possible(
        standing.fold(case, rows), on, hearing_due=case.scheme.hearing, rival=rival(case)
    )
    if StepKind.STATEMENT in kinds and StepKind.OBJECTION not in kinds:
        kinds.append(StepKind.OBJECTION)
    found: list[NextStep] = [
        NextStep(
            TITLES[kind],
            reverse("workbench:case-step", args=[case.public_id, kind.value]),
            kind not in _ASIDE,
        )
        for kind in kinds
        if kind in TITLES and (decides if kind in DECIDING else handles)
    ]
    return sorted(found, key=lambda step: not step.carries_on)
