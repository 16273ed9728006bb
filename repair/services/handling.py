"""What happens to a case before it is decided. Every step checks who acts, what the state allows, and the version read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.utils import timezone

from agencies.models import Agency, Officer
from blacklist.choices import ChangeKind
from blacklist.models import EntryChange, ListEntry
from blacklist.services import resume_entry, suspend_entry
from catalog.deadlines import due
from catalog.selectors import in_force
from common.clock import today
from common.gates import PLAN, Refused
from common.problems import Problem
from ledger.services import acting
from records.services import lift_suspension, suspend_record
from repair.choices import NO_CLOCK, OPEN, Kind, MaterialKind, Origin, Source, State, Step
from repair.clauses import refuse
from repair.models import Case, CaseStep, Material, ObjectionRule
from repair.rules.procedure import CaseFacts, allowed, missing_materials
from repair.selectors.cases import may_handle, may_route
from repair.selectors.rules import required_materials
from repair.services.filing import Paper, add_papers, mark

BASIS: Final = f"{PLAN} 第14条、第15条"
_PAUSED: Final = "异议核实期间暂停公示"


class CaseChanged(Problem):
    """Somebody else was quicker: what the officer read is no longer so."""

    def __init__(self) -> None:
        super().__init__(409, "state_changed", "其他工作人员已经办理了这一件，请刷新后查看")


def facts_of(case: Case) -> CaseFacts:
    """A case as the rules see it; one query for its materials."""
    return CaseFacts(
        state=State(case.state),
        agency_id=case.agency_id,
        materials=frozenset(case.materials.values_list("kind", flat=True)),
        extended=bool(case.extended_why),
        returned=case.returned_on is not None,
    )


def locked(case_id: int, version: int | None) -> Case:
    """The case under its lock, as the caller last read it. CaseChanged; Case.DoesNotExist."""
    rows = Case.objects.select_for_update(of=("self",))
    case = rows.select_related(
        "agency", "subject", "record__item", "entry__scheme", "omission", "previous"
    ).get(pk=case_id)
    if version is not None and case.version != version:
        raise CaseChanged
    return case


@contextmanager
def changing(
    case_id: int, version: int | None, step: str, *, officer: Officer | None, basis: str = BASIS
) -> Iterator[Case]:
    """The case, locked, if `step` is what may happen next; saved with its next version."""
    with acting(actor=officer.pk if officer else None, action=f"repair.{step}", basis=basis):
        case = locked(case_id, version)
        if step not in allowed(facts_of(case)):
            raise CaseChanged
        case.version += 1
        yield case
        case.save()  # nothing, for the ledger, where the step has saved it before its effects


def note(case: Case, step: Step, officer: Officer | None, words: str = "") -> None:
    CaseStep.objects.create(case=case, step=step, officer=officer, agency=case.agency, note=words)


def _check_handler(officer: Officer, case: Case) -> None:
    if not may_handle(officer, case):
        raise Refused(refuse("not_determining_unit"))


def _said(text: str, what: str, pointer: str) -> str:
    words = text.strip()
    if not words:
        raise Refused(refuse("field_required", f"请写明{what}", pointer=pointer))
    return words


def accept(
    *, officer: Officer, case_id: int, version: int | None = None, source: str = "", on: date | None = None
) -> Case:
    """Take the case up: the period for the decision runs, from the day the application was whole. An objection may be
    found to be about somebody else's error than its ground suggests (`source`)."""
    on = on or today()
    with changing(case_id, version, "accept", officer=officer) as case:
        _check_handler(officer, case)
        required = required_materials(Kind(case.kind), case.filed_on)
        if refusals := missing_materials(required, facts_of(case).materials):
            raise Refused(*refusals)
        case.state, case.accepted_on = State.ACCEPTED, on
        if case.kind == Kind.OBJECTION and source in Source.values:
            case.source = source
        case.decide_by = due(clock_of(case), whole_on(case), on=on).day
        case.due = case.decide_by
        note(case, Step.ACCEPTED, officer)
        _mask(case, officer, on)
    return case


def clock_of(case: Case) -> str:
    return f"{case.kind}-decide-{case.source}" if case.kind == Kind.OBJECTION else f"{case.kind}-decide"


def whole_on(case: Case) -> date:
    """The day from which the law counts: that of the last supplement, else that of the application."""
    supplemented = case.steps.filter(step=Step.SUPPLEMENTED).order_by("-id").first()
    return timezone.localdate(supplemented.at) if supplemented else case.filed_on


def _mask(case: Case, officer: Officer, on: date) -> None:
    """Pause publication and use of what is disputed, where the rule of its ground says so."""
    if case.kind != Kind.OBJECTION:
        return
    rule = ObjectionRule.objects.filter(in_force(on), ground=case.grounds).first()
    if rule is None or not rule.masks:
        return
    basis = f"{rule.basis}{rule.basis_clause}"
    if case.record is not None:
        suspend_record(officer=officer, record_id=case.record.pk, on=on, until=None, basis=basis)
    elif case.entry is not None:
        suspend_entry(
            officer=officer,
            entry_id=case.entry.pk,
            since=on,
            until=None,
            reason=_PAUSED,
            basis=basis,
        )


def settle_dispute(case: Case, officer: Officer | None, basis: str) -> None:
    """Take mark and pause of a closed objection away, unless another objection about the same thing is open."""
    about = Case.objects.filter(record=case.record_id, entry=case.entry_id, kind=Kind.OBJECTION)
    if case.kind != Kind.OBJECTION or about.filter(state__in=OPEN).exclude(pk=case.pk).exists():
        return
    mark(case.record, case.entry, officer=officer, since=None, basis=basis)
    if case.entry_id is not None:
        _resume(case.entry_id, officer, basis)
    elif case.record_id is not None:
        _show_again(case.record_id, officer, basis)


def _show_again(record_id: int, officer: Officer | None, basis: str) -> None:
    """Publish and use a record again; what is masked during a reorganisation stays masked until that day."""
    masked = Case.objects.filter(record=record_id, kind=Kind.REORGANISATION, state=State.GRANTED)
    until = masked.filter(masked_until__gte=today()).aggregate(last=Max("masked_until"))["last"]
    if until is None:
        lift_suspension(officer=officer, record_id=record_id, basis=basis)
    else:
        suspend_record(officer=officer, record_id=record_id, on=today(), until=until, basis=basis)


def _resume(entry_id: int, officer: Officer | None, basis: str) -> None:
    """Let an entry have effect again that rests because of the objection. A court's stay or an end is left alone, and a stay
    or a masking that ran before the objection goes on."""
    kinds = (ChangeKind.SUSPENDED, ChangeKind.RESUMED)
    last = EntryChange.objects.filter(entry=entry_id, kind__in=kinds).order_by("-id").first()
    ended = ListEntry.objects.filter(pk=entry_id, ended_on__isnull=False).exists()
    if ended or last is None or (last.kind, last.reason) != (ChangeKind.SUSPENDED, _PAUSED):
        return
    since, until = (_day(last.before.get(name)) for name in ("suspended_from", "suspended_until"))
    if since is not None and (until is None or until >= today()):
        suspend_entry(
            officer=officer, entry_id=entry_id, since=since, until=until,
            reason="异议处理完毕，原来的暂停执行继续", basis=basis,
        )  # fmt: skip
        return
    on = max(today(), last.on + timedelta(days=1))  # a pause lasts its first day at least
    resume_entry(officer=officer, entry_id=entry_id, on=on, reason="异议处理完毕", basis=basis)


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def return_once(
    *,
    officer: Officer,
    case_id: int,
    missing: Sequence[str],
    version: int | None = None,
    on: date | None = None,
) -> Case:
    """Say, once and completely, what is missing. Until the applicant has supplemented it no period runs."""
    lines = [line.strip()[:200] for line in missing if line.strip()]
    if not lines:
        raise Refused(refuse("field_required", "请逐项写明需要补正的内容", pointer="/missing"))
    with changing(case_id, version, "return", officer=officer) as case:
        _check_handler(officer, case)
        case.state, case.missing, case.returned_on, case.due = State.RETURNED, lines, on or today(), NO_CLOCK
        note(case, Step.RETURNED, officer, "；".join(lines))
    return case


def supplement(
    *,
    case_id: int,
    papers: Sequence[Paper],
    text: str = "",
    officer: Officer | None = None,
    on: date | None = None,
) -> Case:
    """The applicant supplements what was missing; the period of acceptance begins anew."""
    if not papers and not text.strip():
        raise Refused(refuse("materials_missing", "请上传补正的材料，或者写明补正的内容", pointer="/papers"))
    on = on or today()
    with changing(case_id, None, "supplement", officer=officer) as case:
        add_papers(case, papers, officer)
        case.state, case.due = State.FILED, due(f"{case.kind}-accept", on).day
        note(case, Step.SUPPLEMENTED, officer, text.strip()[:1000])
    return case


def decline(
    *, officer: Officer, case_id: int, reasons: str, version: int | None = None, on: date | None = None
) -> Case:
    """Not take the case up, with reasons and remedies."""
    words = _said(reasons, "不予受理的理由", "/reasons")
    with changing(case_id, version, "decline", officer=officer) as case:
        _check_handler(officer, case)
        _close(case, State.DECLINED, on or today())
        case.reasons = words
        note(case, Step.DECLINED, officer, words)
        settle_dispute(case, officer, BASIS)
    return case


def _close(case: Case, state: State, on: date) -> None:
    case.state, case.closed_on, case.due = state, on, NO_CLOCK


def withdraw(*, case_id: int, officer: Officer | None = None, on: date | None = None) -> Case:
    """The applicant takes the application back; a new one may be filed at any time."""
    with changing(case_id, None, "withdraw", officer=officer) as case:
        _close(case, State.WITHDRAWN, on or today())
        note(case, Step.WITHDRAWN, officer)
        settle_dispute(case, officer, BASIS)
    return case


def extend(*, officer: Officer, case_id: int, why: str, version: int | None = None) -> Case:
    """Lengthen the period for the decision once, by the rule in force, with a reason that the applicant reads."""
    words = _said(why, "延长的理由", "/why")[:300]
    with changing(case_id, version, "extend", officer=officer) as case:
        _check_handler(officer, case)
        assert case.decide_by is not None, "an accepted case has a period"
        case.extended_why = words
        case.decide_by = case.due = due(f"{case.kind}-extend", case.decide_by, on=today()).day
        note(case, Step.EXTENDED, officer, f"延长至{case.decide_by:%Y年%m月%d日}：{words}")
    return case


def hand_over(
    *, officer: Officer, case_id: int, agency: Agency, why: str, version: int | None = None
) -> Case:
    """Give the case to the unit that determines it: by the unit that has it, or by the credit authority. The periods run on."""
    words = _said(why, "转交的依据", "/why")[:300]
    with changing(case_id, version, "hand_over", officer=officer) as case:
        if not may_route(officer, case):
            raise PermissionDenied("由办理单位或者社会信用主管部门转交")
        if not agency.active or agency.pk == case.agency_id:
            raise Refused(refuse("not_determining_unit", "请选择另一个在用的单位", pointer="/agency"))
        note(case, Step.HANDED_OVER, officer, f"由{case.agency}转{agency}：{words}")
        case.agency, case.handed_over_why = agency, words
    return case


def fetch_material(
    *, officer: Officer, case_id: int, kind: MaterialKind, found: str, version: int | None = None
) -> Case:
    """Note that the unit found a proof itself, so that nobody is asked for what offices know already."""
    words = _said(found, "查得的内容和来源", "/found")
    with changing(case_id, version, "fetch", officer=officer) as case:
        _check_handler(officer, case)
        Material.objects.create(case=case, kind=kind, origin=Origin.FETCHED, note=words, added_by=officer)
        note(case, Step.FETCHED, officer, f"{kind.label}：{words}")
    return case


def acknowledge(*, officer: Officer, case_id: int) -> Case:
    """The credit authority has taken note of a granted case. PermissionDenied for others."""
    if not officer.has_perm("repair.route_case"):
        raise PermissionDenied("由社会信用主管部门确认")
    with acting(actor=officer.pk, action="repair.acknowledge", basis=BASIS):
        case = locked(case_id, None)
        if case.state == State.GRANTED and case.acknowledged_at is None:
            case.acknowledged_at = timezone.now()
            case.save(update_fields=["acknowledged_at"])
            note(case, Step.ACKNOWLEDGED, officer)
    return case
