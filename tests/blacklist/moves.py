"""What can be tried with a case: every service that writes, and writes by SQL that no service would make.

A move takes the stage (who acts, which case) and a day. Refused or not, the oracle looks at what stands afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection

from blacklist import services, standing
from blacklist.choices import Outcome, Phase, SeriesKind, ServiceKind, StepKind
from blacklist.models import CaseStep, ListCase, ListDecision, ListEntry
from blacklist.services import Actor, DecisionText, SchemeText
from blacklist.services.common import set_word
from catalog.models import LegalBasis
from common.clock import today
from records.models import Subject
from tests.blacklist import samples


@dataclass(slots=True)
class Stage:
    """One case and the people around it, made once: a run is rolled back and leaves them."""

    case: ListCase
    handler: Actor
    chief: Actor
    keeper: Actor
    text: DecisionText
    another: Subject
    unlawful: SchemeText

    @property
    def entry_id(self) -> int:
        return ListEntry.objects.filter(decision__case=self.case).values_list("pk", flat=True).first() or 0


Move = Callable[[Stage, date], object]


def notice(stage: Stage, on: date) -> object:
    return services.give_notice(actor=stage.handler, case_id=stage.case.pk, where=samples.WHERE, on=on)


def serve(kind: ServiceKind) -> Move:
    return lambda stage, on: services.record_service(
        actor=stage.handler, case_id=stage.case.pk, service_kind=kind, proof="回证", on=on
    )


def speak(objects: bool, hearing: bool = False) -> Move:
    return lambda stage, on: services.speak(
        case_id=stage.case.pk, text="不同意", objects=objects, wants_hearing=hearing, on=on
    )


def answer(outcome: Outcome) -> Move:
    return lambda stage, on: services.answer_objection(
        actor=stage.handler, case_id=stage.case.pk, outcome=outcome, reasons="理由", on=on
    )


def by_handler(service: Callable[..., object], argument: str, **more: object) -> Move:
    return lambda stage, on: service(
        actor=stage.handler, case_id=stage.case.pk, on=on, **{argument: "记录"}, **more
    )


def by_chief(service: Callable[..., object], argument: str, **more: object) -> Move:
    return lambda stage, on: service(
        actor=stage.chief, case_id=stage.case.pk, on=on, **{argument: "记录"}, **more
    )


def decide(**changes: Any) -> Move:
    def move(stage: Stage, on: date) -> object:
        kept = {name: getattr(stage.text, name) for name in DecisionText.__slots__}
        return services.decide(
            actor=stage.chief, case_id=stage.case.pk, text=DecisionText(**{**kept, **changes}), on=on
        )

    return move


def open_again(stage: Stage, on: date) -> object:
    return samples.open_case(stage.case.record, on=on, actor=stage.handler)


def on_entry(service: Callable[..., object], **more: object) -> Move:
    def move(stage: Stage, on: date) -> object:
        dates = {"since": on} if service is services.suspend_entry else {"on": on}
        officer = stage.chief.officer
        return service(officer=officer, entry_id=stage.entry_id, reason="原因", basis="依据", **dates, **more)

    return move


def dispute(marked: bool) -> Move:
    return lambda stage, on: services.mark_dispute(
        officer=stage.chief.officer, entry_id=stage.entry_id, since=on if marked else None, basis="依据"
    )


def scheme_text(**changes: object) -> SchemeText:
    values: dict[str, object] = {
        "name": "交通违法严重失信主体名单", "field": "other", "level": "national",
        "basis": LegalBasis.objects.get(code="spaqf"), "basis_clause": "第一百条", "authority": "市场监督管理局",
        "grounds": "情形", "listing_text": "三年", "removal_text": "期满", "shown_fields": ["名称"],
        "effective_from": today(), "mark": "unverified", "authority_sectors": ["市场监管"], "listing_months": 36,
    }  # fmt: skip
    return SchemeText(**{**values, **changes})  # type: ignore[arg-type]


def end_scheme(days: int) -> Move:
    return lambda stage, on: services.end_scheme(
        actor=stage.keeper,
        basis="来文",
        code=stage.case.scheme.code,
        last_day=on + timedelta(days=days) if days else today(),
    )


BY_SERVICE: Final[dict[str, list[Move]]] = {
    "open_case": [open_again],
    "give_notice": [notice],
    "record_service": [serve(ServiceKind.DIRECT), serve(ServiceKind.PUBLIC_NOTICE)],
    "speak": [speak(True), speak(False, hearing=True)],
    "verify": [by_handler(services.verify, "findings")],
    "answer_objection": [answer(Outcome.REJECTED), answer(Outcome.UPHELD)],
    "record_hearing": [by_handler(services.record_hearing, "minutes", outcome=Outcome.HELD)],
    "review": [
        by_chief(services.review, "minutes", outcome=Outcome.LIST),
        by_chief(services.review, "minutes", outcome=Outcome.NOT_LIST),
    ],
    "decide": [decide(), decide(remedies=" "), decide(measure_codes=()), decide(ends_on=date(2040, 1, 1))],
    "serve_decision": [
        by_handler(services.serve_decision, "proof", service_kind=ServiceKind.MAIL),
    ],
    "suspend": [by_chief(services.suspend, "reason", outcome=Outcome.COURT)],
    "resume": [by_chief(services.resume, "reason")],
    "close_case": [by_chief(services.close_case, "reasons")],
    "reopen_case": [by_chief(services.reopen_case, "reason")],
    "end_entry": [on_entry(services.end_entry)],
    "suspend_entry": [on_entry(services.suspend_entry, until=None)],
    "resume_entry": [on_entry(services.resume_entry)],
    "mark_dispute": [dispute(True), dispute(False)],
    "modify_entry": [
        on_entry(services.modify_entry, text=services.EntryText(ends_on=date(2040, 1, 1))),
        on_entry(services.modify_entry, text=services.EntryText(reason="更正后的事由", ends_on=date(2026, 12, 1))),
    ],
    "touch_ended": [lambda stage, on: services.touch_ended(on=on)],
    "check_scheme": [lambda stage, on: services.check_scheme(actor=stage.keeper, text=stage.unlawful)],
    "enter_scheme": [
        lambda stage, on: services.enter_scheme(actor=stage.keeper, basis="来文", text=stage.unlawful)
    ],
    "revise_scheme": [
        lambda stage, on: services.revise_scheme(
            actor=stage.keeper, basis="来文", code=samples.SCHEME, text=stage.unlawful
        )
    ],
    "end_scheme": [end_scheme(0), end_scheme(-9)],
    "set_word": [
        lambda stage, on: set_word(
            officer=stage.chief.officer, agency=stage.case.agency, kind=SeriesKind.DECISION, word="伪", on=on
        )
    ],
}  # fmt: skip

# --- by SQL ------------------------------------------------------------------------------------------------------------


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def step_by_sql(kind: str, **more: object) -> Move:
    """A step nobody asked a service for, with a window that is said to be over long ago."""

    def move(stage: Stage, on: date) -> None:
        case = stage.case
        objection = CaseStep.objects.filter(case=case, kind="objection").order_by("-id").first()
        CaseStep.objects.create(
            case=case,
            round=case.round,
            kind=kind,
            on=on,
            officer=stage.handler.officer,
            channel="workbench",
            **{
                "text": "记录",
                "outcome": "list" if kind == "review" else "rejected" if kind == "answer" else "",
                "service_kind": "direct" if "served" in kind else "",
                "window_until": samples.DAY - timedelta(days=9) if kind == "served" else None,
                "answers": objection if kind == "answer" else None,
            }
            | more,
        )

    return move


def decision_by_sql(hints: list[str], reason: str = "事由") -> Move:
    def move(stage: Stage, on: date) -> None:
        step = CaseStep.objects.filter(case=stage.case).order_by("-id").first()
        decision = ListDecision.objects.create(
            case=stage.case, round=stage.case.round, step=step, number=f"伪〔2026〕{on:%j}号", decided_on=on,
            reason=reason, basis_text="依据", sanction_hints=hints, removal_text="移出", remedies="救济",
            effective_from=on, ends_on=on + timedelta(days=300), decided_by=stage.chief.officer,
        )  # fmt: skip
        entry_of(stage.case, decision)

    return move


def entry_of(case: ListCase, decision: ListDecision | None, **more: object) -> ListEntry:
    on = decision.effective_from if decision else samples.DAY
    values: dict[str, object] = {
        "scheme": case.scheme, "subject": case.subject, "authority": case.agency, "authority_name": case.agency.name,
        "origin": "decided", "decision": decision, "decision_number": decision.number if decision else "号",
        "decided_on": decision.decided_on if decision else on, "reason": "事由", "basis_text": "依据",
        "effective_from": on, "ends_on": decision.ends_on if decision else None,
    }  # fmt: skip
    return ListEntry.objects.create(**values | more)


def entry_by_sql(stage: Stage, on: date) -> None:
    entry_of(stage.case, ListDecision.objects.filter(case=stage.case).first())


def entry_for_another(stage: Stage, on: date) -> None:
    decision = ListDecision.objects.filter(case=stage.case).first()
    entry_of(stage.case, decision, subject=stage.another)


def imported_made_decided(stage: Stage, on: date) -> None:
    entry = entry_of(stage.case, None, origin="imported", source=f"外部/{stage.case.pk}/{on}")
    sql("update blacklist_listentry set origin = 'decided' where id = %s", entry.pk)


def case_by_sql(stage: Stage, on: date) -> None:
    kept = {field.attname: getattr(stage.case, field.attname) for field in ListCase._meta.concrete_fields}
    for name in ("id", "public_id", "number", "salt", "opened_at"):
        del kept[name]
    ListCase.objects.create(**kept | {"number": f"伪案{on:%j}号", "opened_on": on})


TAMPERING = [
    "update blacklist_casestep set window_until = date '2020-01-01' where case_id = %s",
    "update blacklist_casestep set \"on\" = date '2020-01-01' where case_id = %s",
    "delete from blacklist_casestep where case_id = %s and kind = 'objection'",
    "update blacklist_listdecision set remedies = '' where case_id = %s",
    "delete from blacklist_listdecision where case_id = %s",
    "update blacklist_listcase set round = round + 1 where id = %s",
    "update blacklist_listcase set opened_by_id = null where id = %s",
    "update blacklist_listcase set opened_on = date '2020-01-01' where id = %s",
    "delete from blacklist_listcase where id = %s",
    "update blacklist_listscheme set field = 'traffic' where id = (select scheme_id from blacklist_listcase where id = %s)",
    "update blacklist_listscheme set level = 'city' where id = (select scheme_id from blacklist_listcase where id = %s)",
    "update blacklist_listscheme set effective_until = '2026-05-01' where id = (select scheme_id from blacklist_listcase where id = %s)",
    "update blacklist_listentry set ends_on = date '2040-01-01' where subject_id = (select subject_id from blacklist_listcase where id = %s)",
    "update blacklist_listentry set ended_on = null where subject_id = (select subject_id from blacklist_listcase where id = %s)",
    "delete from blacklist_listentry where subject_id = (select subject_id from blacklist_listcase where id = %s)",
    "delete from blacklist_entrychange where %s > 0",
    "set constraints all deferred; alter table blacklist_listentry disable trigger all; select %s",
    "truncate blacklist_casestep cascade; select %s",
]


def tamper(statement: str) -> Move:
    return lambda stage, on: sql(statement, stage.case.pk)


BY_SQL: Final[list[Move]] = [
    *(step_by_sql(kind.value) for kind in StepKind),
    step_by_sql("served", window_until=date(2026, 11, 1)),
    step_by_sql("resumed", window_until=samples.DAY),
    decision_by_sql(["提示"]),
    decision_by_sql([]),
    decision_by_sql(["提示"], reason="\n "),
    entry_by_sql,
    entry_for_another,
    imported_made_decided,
    case_by_sql,
    *map(tamper, TAMPERING),
]
_ONWARD: Final[dict[Phase, list[Move]]] = {
    Phase.TO_NOTIFY: [notice],
    Phase.TO_SERVE: [serve(ServiceKind.DIRECT)],
    Phase.WINDOW: [speak(True)],
    Phase.TO_ANSWER: [by_handler(services.verify, "findings"), answer(Outcome.REJECTED)],
    Phase.TO_HEAR: BY_SERVICE["record_hearing"],
    Phase.TO_REVIEW: BY_SERVICE["review"][:1],
    Phase.TO_DECIDE: [decide()],
    Phase.SUSPENDED: BY_SERVICE["resume"],
    Phase.CLOSED: BY_SERVICE["reopen_case"],
    Phase.LISTED: BY_SERVICE["serve_decision"],
}


def onward(stage: Stage, on: date) -> None:
    """What an honest officer would do next, so that most runs come near a decision."""
    for move in _ONWARD[standing.phase(stage.case, list(stage.case.steps.order_by("id")), on)]:
        move(stage, on)


ALL: Final[list[Move]] = [*(move for moves in BY_SERVICE.values() for move in moves), *BY_SQL]
