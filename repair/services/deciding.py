"""The decision, and everything it brings, in one transaction.

Granting a repair ends the record or takes the entry off its list: publishing, sharing and use stop together because all of
them compute from the same dates, measures stop because their ground has ended, the province hears of it from the ledger.
Nothing here tells a channel anything; there is no message that could be lost.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from agencies.models import Officer
from blacklist.choices import ChangeKind as EntryChangeKind
from blacklist.services import end_entry, suspend_entry
from catalog.deadlines import due
from common.clock import today
from common.gates import PLAN, Refused
from common.problems import Problem
from records.choices import EndReason
from records.evidence.choices import ChangeKind
from records.evidence.models import RecordChange
from records.services import end_record, suspend_record
from repair import targets
from repair.choices import ENDING_GROUNDS, NO_CLOCK, Kind, Remedy, State, Step
from repair.clauses import refuse
from repair.models import Case
from repair.rules.procedure import Bench, approval, competence
from repair.selectors.rules import Rulebook, barred_until, required_materials
from repair.selectors.rules import facts_of as rule_facts
from repair.services import omissions
from repair.services.handling import changing, facts_of, note, settle_dispute

_PLAN_CLAUSE: Final = f"{PLAN} 第14条、第15条"
_ENDS: Final = {
    "overdue": EndReason.ENTERED_WRONGLY,
    "not_removed": EndReason.ENTERED_WRONGLY,
    "not_public": EndReason.NOT_COLLECTABLE,
    "duplicate": EndReason.ENTERED_WRONGLY,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Granted or not, and why, in words the applicant reads; `supplied` is the record that was handed in for an omission."""

    grant: bool
    reasons: str
    supplied: int | None = None


def decide(
    *,
    officer: Officer,
    case_id: int,
    verdict: Verdict,
    version: int | None = None,
    on: date | None = None,
) -> Case:
    """Decide a case that was taken up. Refused with everything of G12 that stands against it (not_determining_unit,
    minimum_period_not_reached, not_repairable, materials_missing), second_person_required, field_required; CaseChanged when
    somebody was quicker."""
    on = on or today()
    reasons = verdict.reasons.strip()
    if not reasons:
        raise Refused(refuse("field_required", "请写明决定的理由", pointer="/reasons"))
    step = "grant" if verdict.grant else "refuse"
    with changing(case_id, version, step, officer=officer) as case:
        book = Rulebook.load(on)
        target = targets.lock(case.record_id, case.entry_id) if case.record_id or case.entry_id else None
        _check(case, officer, verdict, target, book)
        case.state = State.GRANTED if verdict.grant else State.REFUSED
        case.decided_by, case.decided_on, case.closed_on, case.reasons = officer, on, on, reasons
        case.due = NO_CLOCK
        if verdict.grant and case.kind in (Kind.OBJECTION, Kind.REVIEW):
            case.remedy = _remedy(case)
            if omission := targets.omission_of(case):
                omissions.link(omission, officer=officer, record_id=verdict.supplied)
        case.save()  # before its effects: the database asks the gate while the record still stands
        if verdict.grant:
            _take_effect(case, officer, on, book, target)
        note(case, Step.GRANTED if verdict.grant else Step.REFUSED, officer, reasons)
        settle_dispute(case, officer, _PLAN_CLAUSE)
    return case


def bench_of(officer: Officer, case: Case) -> Bench:
    """The officer as the rules see whoever decides."""
    earlier = case.previous.decided_by_id if case.kind == Kind.REVIEW and case.previous else None
    return Bench(officer.agency_id, officer.pk, officer.has_perm("repair.decide_case"), earlier)


def _check(
    case: Case, officer: Officer, verdict: Verdict, target: targets.Target | None, book: Rulebook
) -> None:
    bench, facts = bench_of(officer, case), facts_of(case)
    if not verdict.grant:
        refusals = competence(facts, bench)
    else:
        answer = None
        if case.kind == Kind.REPAIR and target is not None and case.subject is not None:
            answer = targets.answer_of(target, book, barred_until(case.subject, book.on))
        refusals = approval(facts, bench, answer, required_materials(Kind(case.kind), case.filed_on))
    if refusals:
        raise Refused(*refusals)


def _ground(case: Case) -> str:
    return case.grounds or (case.previous.grounds if case.previous else "")


def _remedy(case: Case) -> str:
    if targets.omission_of(case):
        return Remedy.SUPPLIED
    return Remedy.ENDED if _ground(case) in ENDING_GROUNDS else Remedy.CORRECTED


def _take_effect(
    case: Case, officer: Officer, on: date, book: Rulebook, target: targets.Target | None
) -> None:
    basis = _basis(target, book)
    if case.kind == Kind.REORGANISATION:
        _mask(case, officer, on, basis)
    elif case.kind == Kind.REPAIR or case.remedy == Remedy.ENDED:
        reason = EndReason.REPAIRED if case.kind == Kind.REPAIR else _ENDS[_ground(case)]
        if case.record_id is not None:
            end_record(officer=officer, record_id=case.record_id, on=on, reason=reason, basis=basis)
        elif case.entry_id is not None:
            why = "repair" if case.kind == Kind.REPAIR else "correction"
            end_entry(officer=officer, entry_id=case.entry_id, on=on, reason=why, basis=basis)
    elif case.remedy == Remedy.CORRECTED:
        _require_correction(case)


def _basis(target: targets.Target | None, book: Rulebook) -> str:
    rule = targets.rule_of(target, book) if target is not None else None
    return f"{rule_facts(rule).clause}；{_PLAN_CLAUSE}" if rule else _PLAN_CLAUSE


def _require_correction(case: Case) -> None:
    """An upheld objection about contents is put right before it is answered: the correction is on record."""
    since = case.previous.filed_at if case.previous and case.kind == Kind.REVIEW else case.filed_at
    if case.record_id is not None:
        rows = RecordChange.objects.filter(record=case.record_id, kind=ChangeKind.CORRECTION, at__gte=since)
        corrected = rows.exists()
    elif case.entry is not None and case.entry.authority_id is not None:
        changes = case.entry.changes.filter(kind=EntryChangeKind.MODIFIED, recorded_at__gte=since)
        corrected = changes.exists()
    else:  # a list decided elsewhere is put right where it was decided, and comes again with the next delivery
        corrected = True
    if not corrected:
        raise Problem(409, "correction_missing", "异议成立的，请先更正这条信息，再作出决定")


def _mask(case: Case, officer: Officer, on: date, basis: str) -> None:
    """Pause publication and use for as long as the rule allows at most; completion or the rule's end lifts it."""
    case.masked_until = due("reorganisation-mask", on).day
    if case.record_id is not None:
        suspend_record(officer=officer, record_id=case.record_id, on=on, until=case.masked_until, basis=basis)
    elif case.entry_id is not None:
        suspend_entry(
            officer=officer, entry_id=case.entry_id, since=on, until=case.masked_until,
            reason="重整期间临时屏蔽", basis=basis,
        )  # fmt: skip
