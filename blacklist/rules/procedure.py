"""Gate G9 as a state machine over what has happened: which step a case may take next, what is missing, and who says so.

Pure. A case is the list of its steps; `standing` folds those of the running round into facts, `refusals` names everything
that stands against a step on a day, `checklist` says the same for a reader who wants to know what a decision still needs.
Migration 0005 asks the same questions in SQL.

The reading of item 8: the party is told 事由、依据、权利 and must have received it; whoever objects gets a verified, reasoned
answer; whoever says nothing has the whole window. So a decision needs a served notice and either a window that is over or
an objection that was answered, and never an objection that is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from blacklist.choices import Outcome, Phase, StepKind
from common.gates import CLAUSES, Refusal, refuse

_SPOKEN: Final = frozenset({StepKind.STATEMENT, StepKind.OBJECTION})
_OPEN_STEPS: Final = (
    StepKind.NOTICE,
    StepKind.SERVED,
    StepKind.STATEMENT,
    StepKind.OBJECTION,
    StepKind.VERIFIED,
    StepKind.ANSWER,
    StepKind.HEARING,
    StepKind.REVIEW,
    StepKind.DECIDED,
    StepKind.DECISION_SERVED,
    StepKind.SUSPENDED,
    StepKind.RESUMED,
    StepKind.CLOSED,
    StepKind.REOPENED,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the rules see it; `id` rises with time."""

    id: int
    kind: str
    on: date
    outcome: str = ""
    wants_hearing: bool = False
    answers: int | None = None
    window_until: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the steps of a round amount to."""

    notice: Step | None = None
    served: Step | None = None
    window_until: date | None = None
    spoken: tuple[Step, ...] = ()
    verified: Step | None = None
    answers: tuple[Step, ...] = ()
    hearing: Step | None = None
    review: Step | None = None
    decided: Step | None = None
    decision_served: Step | None = None
    suspended: Step | None = None
    closed: Step | None = None

    @property
    def objections(self) -> tuple[Step, ...]:
        return tuple(step for step in self.spoken if step.kind == StepKind.OBJECTION)

    @property
    def unanswered(self) -> tuple[Step, ...]:
        done = {answer.answers for answer in self.answers}
        return tuple(step for step in self.objections if step.id not in done)

    @property
    def upheld(self) -> bool:
        return any(answer.outcome == Outcome.UPHELD for answer in self.answers)

    @property
    def hearing_wanted(self) -> bool:
        return any(step.wants_hearing for step in self.spoken)

    @property
    def over(self) -> bool:
        return self.closed is not None or self.decided is not None

    def heard(self, on: date) -> bool:
        """Whether the party has had its say: the window is over, or an objection was answered."""
        if self.answers:
            return True
        return self.served is not None and self.window_until is not None and on > self.window_until

    def reviewed(self) -> Step | None:
        """The review that still counts: none once the party has spoken, been answered or been heard after it."""
        later = (*self.spoken, *self.answers, *filter(None, (self.hearing, self.verified)))
        if self.review is None or any(step.id > self.review.id for step in later):
            return None
        return self.review


def standing(steps: Sequence[Step]) -> Standing:
    """Fold the steps of one round, oldest first."""
    last: dict[str, Step] = {step.kind: step for step in steps}
    suspended, resumed = last.get(StepKind.SUSPENDED), last.get(StepKind.RESUMED)
    windows = [step.window_until for step in steps if step.window_until is not None]
    return Standing(
        notice=last.get(StepKind.NOTICE),
        served=last.get(StepKind.SERVED),
        window_until=max(windows, default=None),
        spoken=tuple(step for step in steps if step.kind in _SPOKEN),
        verified=last.get(StepKind.VERIFIED),
        answers=tuple(step for step in steps if step.kind == StepKind.ANSWER),
        hearing=last.get(StepKind.HEARING),
        review=last.get(StepKind.REVIEW),
        decided=last.get(StepKind.DECIDED),
        decision_served=last.get(StepKind.DECISION_SERVED),
        suspended=suspended if suspended and (resumed is None or resumed.id < suspended.id) else None,
        closed=last.get(StepKind.CLOSED),
    )


# Steps after which a case is open again, or over: none of them while another case runs about the same body and list.
ALONE: Final = frozenset({StepKind.REOPENED, StepKind.DECIDED})


@dataclass(frozen=True, slots=True)
class Rival:
    """Another case about the same body and list that is not over."""

    number: str
    agency: str


def parallel_refusal(other: Rival) -> Refusal:
    """`case_already_open`: while the other one is not over."""
    detail = f"同一主体在同一名单上的案件“{other.number}”（{other.agency}）尚未办结，请先办结该案，或者在该案中一并办理"
    return refuse("case_already_open", detail, pointer="/scheme")


def phase(now: Standing, on: date, *, hearing_due: bool) -> Phase:
    """Where the case stands on a day, in the words of the board."""
    if now.decided:
        return Phase.LISTED
    if now.closed:
        return Phase.CLOSED
    if now.suspended:
        return Phase.SUSPENDED
    if not now.notice:
        return Phase.TO_NOTIFY
    if now.unanswered:
        return Phase.TO_ANSWER
    if not now.served:
        return Phase.TO_SERVE
    if hearing_due and now.hearing_wanted and not now.hearing:
        return Phase.TO_HEAR
    if not now.heard(on):
        return Phase.WINDOW
    return Phase.TO_DECIDE if now.reviewed() else Phase.TO_REVIEW


def refusals(
    now: Standing, kind: str, on: date, *, hearing_due: bool, rival: Rival | None = None
) -> list[Refusal]:
    """Everything that stands against taking the step `kind` on `on`; empty when it may be taken."""
    found = _own_refusals(now, kind, on, hearing_due)
    if rival is not None and kind in ALONE:
        found.append(parallel_refusal(rival))
    return found


def _own_refusals(now: Standing, kind: str, on: date, hearing_due: bool) -> list[Refusal]:
    if kind == StepKind.REOPENED:
        return [] if now.closed else [refuse("step_not_possible", "案件没有结案，不需要重新办理")]
    if kind == StepKind.DECISION_SERVED:
        return _once(now.decided is not None, now.decision_served, "尚未作出列入决定", "决定书已经送达")
    if now.over:
        return [refuse("case_over", "案件已经办结" if now.closed else "已经作出列入决定")]
    if kind == StepKind.RESUMED:
        return [] if now.suspended else [refuse("step_not_possible", "案件没有中止")]
    if kind == StepKind.CLOSED or kind in _SPOKEN:
        return _speaking(now, kind, on)
    if now.suspended:
        return [refuse("case_suspended")]
    return _steps(now, kind, on, hearing_due)


def _steps(now: Standing, kind: str, on: date, hearing_due: bool) -> list[Refusal]:
    match kind:
        case StepKind.SUSPENDED:
            return []
        case StepKind.NOTICE:
            return _once(True, now.notice, "", "已经制作事先告知书，请办理送达")
        case StepKind.SERVED:
            return _once(now.notice is not None, now.served, "请先制作事先告知书", "告知书已经送达")
        case StepKind.VERIFIED:
            return [] if now.spoken else [refuse("step_not_possible", "当事人没有提出意见，无需核实")]
        case StepKind.ANSWER:
            return _answer(now)
        case StepKind.HEARING:
            missing = [] if now.hearing_wanted else [refuse("step_not_possible", "当事人没有要求听证")]
            return missing or _once(True, now.hearing, "", "听证已经办理")
        case StepKind.REVIEW:
            return _before_review(now, on, hearing_due)
        case StepKind.DECIDED:
            return before_decision(now, on, hearing_due=hearing_due)
    return [refuse("step_not_possible")]


def _once(ready: bool, done: Step | None, not_ready: str, again: str) -> list[Refusal]:
    if not ready:
        return [refuse("step_not_possible", not_ready)]
    return [refuse("step_not_possible", again)] if done else []


def _speaking(now: Standing, kind: str, on: date) -> list[Refusal]:
    """The party may speak from the notice on, in writing also during a suspension; an objection has its window."""
    if kind == StepKind.CLOSED:
        return []
    if now.notice is None:
        return [refuse("step_not_possible", "尚未告知当事人，还没有可以陈述、申辩的事项")]
    if kind == StepKind.OBJECTION and not now.suspended and now.window_until and on > now.window_until:
        detail = f"异议期已于{_day(now.window_until)}届满；仍可以提交陈述意见，认定单位会一并考虑"
        return [refuse("objection_too_late", detail)]
    return []


def _answer(now: Standing) -> list[Refusal]:
    if not now.unanswered:
        return [refuse("step_not_possible", "没有待答复的异议")]
    return answer_refusals(now, now.unanswered[0].id)


def answer_refusals(now: Standing, objection: int) -> list[Refusal]:
    """Why this objection may not be answered now: it is none, was answered, or nobody has looked into it since."""
    if all(step.id != objection for step in now.unanswered):
        return [refuse("step_not_possible", "这件异议已经答复，或者不是本案的异议")]
    if now.verified is None or now.verified.id < objection:
        return [refuse("objection_not_verified")]
    return []


def _before_review(now: Standing, on: date, hearing_due: bool) -> list[Refusal]:
    """The four questions of item 8 that come before anybody may decide."""
    found = []
    if now.notice is None or now.served is None:
        found.append(refuse("notice_not_served"))
    elif not now.heard(on):
        assert now.window_until is not None, "a served notice has a window"
        detail = f"当事人可以在{_day(now.window_until)}前（含当日）提出异议，期满前不得作出决定"
        found.append(refuse("objection_window_open", detail))
    if now.unanswered:
        found.append(refuse("objection_unanswered"))
    if now.upheld:
        found.append(refuse("objection_upheld"))
    if hearing_due and now.hearing_wanted and now.hearing is None:
        found.append(refuse("hearing_not_held"))
    return found


def before_decision(now: Standing, on: date, *, hearing_due: bool) -> list[Refusal]:
    """What a decision to list still lacks, apart from its own contents."""
    found = _before_review(now, on, hearing_due)
    review = now.reviewed()
    if review is None:
        found.append(refuse("review_missing"))
    elif review.outcome != Outcome.LIST:
        found.append(refuse("review_missing", "集体审议的意见是不予列入，请办理结案"))
    return found


def possible(now: Standing, on: date, *, hearing_due: bool, rival: Rival | None = None) -> list[StepKind]:
    """The steps that may be taken on `on`, in the order of the procedure."""
    return [kind for kind in _OPEN_STEPS if not refusals(now, kind, on, hearing_due=hearing_due, rival=rival)]


CONTENTS: Final = {
    "reason": "事由",
    "basis_text": "依据",
    "sanction_hints": "失信惩戒措施提示",
    "removal_text": "移出条件和程序",
    "remedies": "救济措施",
}


def content_refusals(contents: dict[str, str]) -> list[Refusal]:
    """`decision_incomplete` for each of the five contents that is missing or blank."""
    return [
        refuse("decision_incomplete", f"决定文书没有载明{label}", pointer=f"/{name}")
        for name, label in CONTENTS.items()
        if not contents.get(name, "").strip()
    ]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a decision to list needs, as a reader sees it."""

    label: str
    met: bool
    clause: str
    detail: str = ""


def checklist(now: Standing, on: date, *, hearing_due: bool, rival: Rival | None = None) -> list[Requirement]:
    """What must be there before somebody may be listed, in order, with the clause that asks for it."""
    window = now.window_until
    answered = bool(now.answers)
    rows = [
        Requirement(
            "告知当事人事由、依据和依法享有的权利", now.notice is not None, _clause("notice_not_served")
        ),
        Requirement("告知书已经送达，有送达凭据", now.served is not None, _clause("notice_not_served")),
        Requirement(
            "异议期届满，或者异议已经答复",
            now.served is not None and now.heard(on),
            _clause("objection_window_open"),
            f"异议期至{_day(window)}" if window and not answered else "",
        ),
    ]
    if now.objections:
        left = len(now.unanswered)
        rows.append(
            Requirement(
                "核实当事人的异议并答复，说明理由",
                left == 0,
                _clause("objection_unanswered"),
                f"还有{left}件没有答复" if left else "",
            )
        )
    if hearing_due and now.hearing_wanted:
        rows.append(Requirement("举行听证", now.hearing is not None, _clause("hearing_not_held")))
    reviewed = now.reviewed()
    rows.append(
        Requirement(
            "集体审议，同意列入",
            reviewed is not None and reviewed.outcome == Outcome.LIST,
            _clause("review_missing"),
        )
    )
    if rival is not None and not now.decided:
        other = parallel_refusal(rival)
        rows.append(Requirement("同一主体在同一名单上没有其他在办的案件", False, other.basis, other.detail))
    rows.append(
        Requirement(
            "决定文书载明五项内容",
            now.decided is not None,
            _clause("decision_incomplete"),
            "、".join(CONTENTS.values()),
        )
    )
    return rows


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _clause(code: str) -> str:
    return CLAUSES[code].basis
