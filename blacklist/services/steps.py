"""What officers and agency systems do in a case, step by step. Every function asks the rules under the case's lock.

All raise PermissionDenied, Refused (the codes of G9), ListCase.DoesNotExist. `on` is the day on which it happened, today by
default and never later.
"""

from collections.abc import Iterable
from datetime import date

from blacklist import documents, standing
from blacklist.choices import Outcome, SeriesKind, ServiceKind, StepKind
from blacklist.clauses import refuse
from blacklist.models import CaseStep
from blacklist.rules import procedure
from blacklist.rules.clocks import Pause, extended
from blacklist.services.cases import Opened, check_step, facts_of, lock, write_step
from blacklist.services.common import (
    BASIS,
    Actor,
    new_party_code,
    next_number,
    party_code_digest,
    required,
    without_person,
)
from catalog.deadlines import Due, due, rule_on
from common.clock import today
from common.files import CheckedFile
from common.gates import Refused
from common.selectors import load_calendar
from ledger.services import acting

Files = Iterable[tuple[CheckedFile, str]]


def give_notice(*, actor: Actor, case_id: int, where: str, on: date | None = None) -> CaseStep:
    """Draw up the prior notice (事由、依据、权利) under the agency's next number; `where` is the page the party may use."""
    on = on or today()
    with acting(actor=actor.number, action="blacklist.give_notice", basis=BASIS):
        opened = lock(case_id)
        check_step(opened, actor, StepKind.NOTICE, on)
        code = new_party_code()
        content = documents.notice(
            facts_of(opened.case),
            number=next_number(opened.case.agency, SeriesKind.NOTICE, on),
            on=on,
            window=rule_on("list-objection", on).length,
            hearing=opened.case.scheme.hearing,
            code=code,
            where=where,
        )
        return write_step(
            opened, actor, StepKind.NOTICE, on, document=content, party_code=party_code_digest(code)
        )


def record_service(
    *,
    actor: Actor,
    case_id: int,
    service_kind: ServiceKind,
    on: date | None = None,
    proof: str = "",
    files: Files = (),
) -> CaseStep:
    """The notice reached the party on `on`, proved by files or by the words of `proof` (tracking number, log entry).

    The day and the kind decide the window: a public notice counts as received once its own period is over.
    """
    on, files = on or today(), list(files)
    if not files and not proof.strip():
        raise Refused(refuse("service_proof_missing", pointer="/proof"))
    with acting(actor=actor.number, action="blacklist.record_service", basis=BASIS):
        opened = lock(case_id)
        check_step(opened, actor, StepKind.SERVED, on)
        notice = opened.now.notice
        if notice is not None and on < notice.on:
            raise Refused(refuse("date_order", "送达日期早于告知书日期", pointer="/on"))
        window = window_of(opened, on, service_kind)
        return write_step(
            opened,
            actor,
            StepKind.SERVED,
            on,
            clock=window,
            files=files,
            service_kind=service_kind,
            text=without_person(proof.strip(), opened.case.subject),
            window_until=window.day,
        )


def window_of(opened: Opened, on: date, kind: str, *, resumed_on: date | None = None) -> Due:
    """Until when the party may speak after service on `on`, suspensions left out."""
    start = due("list-public-notice", on).day if kind == ServiceKind.PUBLIC_NOTICE else on
    window = due("list-objection", start)
    stops = standing.pauses(opened.running)
    if resumed_on is not None and stops:
        stops[-1] = Pause(stops[-1].since, resumed_on)
    last = extended(window.day, window.rule.unit, stops, load_calendar(), start=start)
    assert last is not None, "a suspension that runs lets nobody serve"
    return Due(last, window.rule)


def verify(
    *, actor: Actor, case_id: int, findings: str, on: date | None = None, files: Files = ()
) -> CaseStep:
    """What was found when the party's words were looked into."""
    return _plain_step(actor, case_id, StepKind.VERIFIED, "blacklist.verify", findings, "核实情况", on, files)


def answer_objection(
    *,
    actor: Actor,
    case_id: int,
    outcome: Outcome,
    reasons: str,
    objection_id: int | None = None,
    on: date | None = None,
    files: Files = (),
) -> CaseStep:
    """Answer an objection (the oldest unanswered one unless named) with reasons, under the agency's next number."""
    on = on or today()
    required(reasons=(reasons, "核实情况和理由"))
    if outcome not in {Outcome.UPHELD, Outcome.PARTLY, Outcome.REJECTED}:
        raise Refused(refuse("code_unknown", "请选择答复意见", pointer="/outcome"))
    with acting(actor=actor.number, action="blacklist.answer_objection", basis=BASIS):
        opened = lock(case_id)
        check_step(opened, actor, StepKind.ANSWER, on)
        about = objection_id or opened.now.unanswered[0].id
        if refusals := procedure.answer_refusals(opened.now, about):
            raise Refused(*refusals)
        raised = next(row for row in opened.rows if row.pk == about)
        if on < raised.on:
            raise Refused(refuse("date_order", "答复日期早于异议日期", pointer="/on"))
        content = documents.answer(
            facts_of(opened.case),
            number=next_number(opened.case.agency, SeriesKind.ANSWER, on),
            on=on,
            raised_on=raised.on,
            outcome=str(outcome.label),
            reasons=reasons.strip(),
        )
        return write_step(
            opened,
            actor,
            StepKind.ANSWER,
            on,
            document=content,
            files=files,
            answers=raised,
            outcome=outcome,
            text=without_person(reasons.strip(), opened.case.subject),
        )


def record_hearing(
    *,
    actor: Actor,
    case_id: int,
    outcome: Outcome,
    minutes: str,
    on: date | None = None,
    files: Files = (),
) -> CaseStep:
    """A hearing was held, or the party gave it up; `minutes` says who was there and what was said."""
    if outcome not in {Outcome.HELD, Outcome.WITHDRAWN}:
        raise Refused(refuse("code_unknown", "请选择听证情况", pointer="/outcome"))
    return _plain_step(
        actor, case_id, StepKind.HEARING, "blacklist.record_hearing", minutes, "听证情况", on, files, outcome
    )


def review(
    *,
    actor: Actor,
    case_id: int,
    outcome: Outcome,
    minutes: str,
    on: date | None = None,
    files: Files = (),
) -> CaseStep:
    """The collective review; `minutes` names those who took part and what they concluded."""
    if outcome not in {Outcome.LIST, Outcome.NOT_LIST}:
        raise Refused(refuse("code_unknown", "请选择审议意见", pointer="/outcome"))
    return _plain_step(
        actor, case_id, StepKind.REVIEW, "blacklist.review", minutes, "审议情况", on, files, outcome
    )


def suspend(
    *, actor: Actor, case_id: int, outcome: Outcome, reason: str, on: date | None = None, files: Files = ()
) -> CaseStep:
    """A court or a reconsideration body stops the case; its clocks stand still from `on`."""
    if outcome not in {Outcome.COURT, Outcome.RECONSIDERATION, Outcome.OTHER}:
        raise Refused(refuse("code_unknown", "请选择中止的原因", pointer="/outcome"))
    return _plain_step(
        actor, case_id, StepKind.SUSPENDED, "blacklist.suspend_case", reason, "中止原因", on, files, outcome
    )


def resume(*, actor: Actor, case_id: int, reason: str, on: date | None = None, files: Files = ()) -> CaseStep:
    """The reason for the suspension has gone; clocks go on from `on`, and the party's window ends later by what it lost."""
    on = on or today()
    required(text=(reason, "恢复原因"))
    with acting(actor=actor.number, action="blacklist.resume_case", basis=BASIS):
        opened = lock(case_id)
        check_step(opened, actor, StepKind.RESUMED, on)
        now = opened.now
        if now.suspended is not None and on < now.suspended.on:
            raise Refused(refuse("date_order", "恢复日期早于中止日期", pointer="/on"))
        served = next((row for row in opened.running if row.kind == StepKind.SERVED), None)
        window = window_of(opened, served.on, served.service_kind, resumed_on=on) if served else None
        return write_step(
            opened,
            actor,
            StepKind.RESUMED,
            on,
            clock=window,
            files=files,
            text=without_person(reason.strip(), opened.case.subject),
            window_until=window.day if window else None,
        )


def close_case(
    *, actor: Actor, case_id: int, reasons: str, on: date | None = None, files: Files = ()
) -> CaseStep:
    """End the case without listing, and tell the party so in writing."""
    on = on or today()
    required(text=(reasons, "不予列入的理由"))
    with acting(actor=actor.number, action="blacklist.close_case", basis=BASIS):
        opened = lock(case_id)
        check_step(opened, actor, StepKind.CLOSED, on)
        content = documents.closure(
            facts_of(opened.case),
            number=next_number(opened.case.agency, SeriesKind.CLOSURE, on),
            on=on,
            reasons=reasons.strip(),
        )
        text = without_person(reasons.strip(), opened.case.subject)
        return write_step(opened, actor, StepKind.CLOSED, on, document=content, files=files, text=text)


def reopen_case(
    *, actor: Actor, case_id: int, reason: str, on: date | None = None, files: Files = ()
) -> CaseStep:
    """Take up a closed case again. Nothing of the earlier round counts: the party is told anew and may speak anew."""
    return _plain_step(
        actor, case_id, StepKind.REOPENED, "blacklist.reopen_case", reason, "重新办理的原因", on, files
    )


def serve_decision(
    *,
    actor: Actor,
    case_id: int,
    service_kind: ServiceKind,
    on: date | None = None,
    proof: str = "",
    files: Files = (),
) -> CaseStep:
    """The decision reached the party."""
    on, files = on or today(), list(files)
    if not files and not proof.strip():
        raise Refused(refuse("service_proof_missing", pointer="/proof"))
    with acting(actor=actor.number, action="blacklist.serve_decision", basis=BASIS):
        opened = lock(case_id)
        check_step(opened, actor, StepKind.DECISION_SERVED, on)
        return write_step(
            opened,
            actor,
            StepKind.DECISION_SERVED,
            on,
            files=files,
            service_kind=service_kind,
            text=without_person(proof.strip(), opened.case.subject),
        )


def _plain_step(
    actor: Actor,
    case_id: int,
    kind: StepKind,
    action: str,
    text: str,
    label: str,
    on: date | None,
    files: Files,
    outcome: Outcome = Outcome.NONE,
) -> CaseStep:
    """A step that consists of words and files."""
    on = on or today()
    required(text=(text, label))
    with acting(actor=actor.number, action=action, basis=BASIS):
        opened = lock(case_id)
        check_step(opened, actor, kind, on)
        _check_latest(opened, kind, on)
        words = without_person(text.strip(), opened.case.subject)
        clock = due("list-decision", on) if kind == StepKind.REOPENED else None
        return write_step(opened, actor, kind, on, clock=clock, files=files, text=words, outcome=outcome)


def _check_latest(opened: Opened, kind: StepKind, on: date) -> None:
    """A review comes on or after the day of everything it weighs."""
    latest = max((row.on for row in opened.running), default=on)
    if kind == StepKind.REVIEW and on < latest:
        raise Refused(refuse("date_order", f"日期早于之前的步骤（{latest:%Y-%m-%d}）", pointer="/on"))
