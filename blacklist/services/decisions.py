"""The decision to list and the entry that follows from it, in one transaction: no entry without its decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from blacklist import documents, repair_notice
from blacklist.choices import ChangeKind, Origin, SeriesKind, StepKind
from blacklist.clauses import refuse
from blacklist.documents import Contents
from blacklist.hints import NO_MEASURE, hints_for
from blacklist.models import ListCase, ListDecision, ListEntry, ListScheme
from blacklist.rules import procedure
from blacklist.rules.schemes import competence_refusal
from blacklist.services.cases import (
    Opened,
    body_of,
    check_step,
    competence_of,
    facts_of,
    lock,
    write_step,
)
from blacklist.services.common import BASIS, Actor, next_number, without_person
from blacklist.services.entries import note_change
from catalog.deadlines import due
from catalog.publication import add_months
from common.clock import today
from common.documents import Block
from common.gates import Refusal, Refused
from ledger.services import acting

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DecisionText:
    """What whoever decides says. Measures are named by their codes in the measure list; blank codes hint at none.

    `ends_on` None takes the period of the scheme. `in_underlying`: the contents stand in the underlying administrative
    decision (依托相应的行政决定文书) and take its number; otherwise a decision of its own is drawn up.
    """

    reason: str
    basis_text: str
    removal_text: str
    remedies: str
    measure_codes: Sequence[str] = ()
    no_measures: bool = False
    in_underlying: bool = False
    effective_from: date | None = None
    ends_on: date | None = None


def usual_end(scheme: ListScheme, effective_from: date) -> date | None:
    """The last day under the scheme's own period; None when the scheme names none."""
    if scheme.listing_months is None:
        return None
    return add_months(effective_from, scheme.listing_months) - _DAY


def decide(*, actor: Actor, case_id: int, text: DecisionText, on: date | None = None) -> ListEntry:
    """Decide to list: the document, the decision and the entry. Everything or nothing.

    PermissionDenied; Refused with all that is missing: the codes of G9, authority_not_competent, scheme_not_in_force,
    document_not_effective, second_person_required, measure_not_listed, listing_too_long.
    """
    on = on or today()
    with acting(actor=actor.number, action="blacklist.decide", basis=BASIS):
        opened = lock(case_id)
        contents, found = _contents(opened.case, text, on)
        since = text.effective_from or on
        until = text.ends_on or usual_end(opened.case.scheme, since)
        found += _standing_refusals(opened, actor, on) + _period_refusals(
            opened.case.scheme, on, since, until
        )
        _check(opened, actor, on, found)
        return _write(opened, actor, text, contents, on, (since, until))


def _check(opened: Opened, actor: Actor, on: date, found: list[Refusal]) -> None:
    """Raise everything at once: what the procedure lacks first, then what the decision itself lacks."""
    try:
        check_step(opened, actor, StepKind.DECIDED, on)
    except Refused as refused:
        found = [*refused.refusals, *found]
    if found:
        raise Refused(*found)


def _contents(case: ListCase, text: DecisionText, on: date) -> tuple[Contents, list[Refusal]]:
    offered = {hint.code: hint.text for hint in hints_for(case.scheme.code, case.subject.kind, on)}
    unknown = sorted(set(text.measure_codes) - set(offered))
    found = [
        refuse("measure_not_listed", f"现行措施清单没有适用于本案的措施“{code[:40]}”", pointer="/measures")
        for code in unknown
    ]
    hints = [offered[code] for code in text.measure_codes if code in offered]
    if not hints and text.no_measures and not offered:
        hints = [NO_MEASURE]
    contents = Contents(
        reason=without_person(text.reason.strip(), case.subject),
        basis_text=text.basis_text.strip(),
        sanction_hints=hints,
        removal_text=text.removal_text.strip(),
        remedies=text.remedies.strip(),
    )
    return contents, found + procedure.content_refusals(contents.plain())


def _standing_refusals(opened: Opened, actor: Actor, on: date) -> list[Refusal]:
    case, found = opened.case, []
    refusal = competence_refusal(
        body_of(case.agency), competence_of(case.scheme), body_name=case.agency.name, scheme=case.scheme.name
    )
    if refusal is not None:
        found.append(refusal)
    if case.record is not None and case.record.ended_on is not None and case.record.ended_on <= on:
        found.append(refuse("document_not_effective", "所依据的记录已经终止，不能据以列入"))
    if actor.officer is not None and actor.officer.pk == case.opened_by_id:
        detail = "立案的人不能自己作出决定，请由另一位审核人员办理"
        found.append(refuse("second_person_required", detail, basis=BASIS))
    latest = max((row.on for row in opened.running), default=on)
    if on < latest:
        found.append(refuse("date_order", f"日期早于之前的步骤（{latest:%Y-%m-%d}）", pointer="/on"))
    return found


def _period_refusals(scheme: ListScheme, on: date, since: date, until: date | None) -> list[Refusal]:
    found = []
    if not scheme.effective_from <= on <= (scheme.effective_until or on):
        found.append(refuse("scheme_not_in_force"))
    if since < on or (until is not None and until < since):
        found.append(
            refuse("date_order", "列入日期不早于决定日期，期限不早于列入日期", pointer="/effective_from")
        )
    longest = scheme.longest_months or scheme.listing_months
    if longest is not None and (until is None or until >= add_months(since, longest)):
        detail = f"“{scheme.name}”的列入期限最长{longest}个月（{scheme.listing_text}）"
        found.append(refuse("listing_too_long", detail, pointer="/ends_on"))
    return found


def _write(
    opened: Opened,
    actor: Actor,
    text: DecisionText,
    contents: Contents,
    on: date,
    period: tuple[date, date | None],
) -> ListEntry:
    case = opened.case
    number = case.document_number if text.in_underlying else next_number(case.agency, SeriesKind.DECISION, on)
    underlying = f"{case.document_kind}（{case.document_number}）" if text.in_underlying else ""
    content = documents.decision(
        facts_of(case), contents, number=number, on=on, period=period, underlying=underlying,
        repair_notice=_repair_notice(case, contents, number, on, period),
    )  # fmt: skip
    clock = due("list-decision-service", on)
    step = write_step(opened, actor, StepKind.DECIDED, on, document=content, clock=clock)
    decision = ListDecision.objects.create(
        case=case, round=case.round, step=step, number=number, decided_on=on,
        in_underlying=text.in_underlying, reason=contents.reason, basis_text=contents.basis_text,
        sanction_hints=list(contents.sanction_hints), measure_codes=list(text.measure_codes),
        removal_text=contents.removal_text, remedies=contents.remedies, effective_from=period[0],
        ends_on=period[1], decided_by=actor.officer, decided_client=actor.client,
    )  # fmt: skip
    return _list(case, decision, actor)


def _repair_notice(
    case: ListCase, contents: Contents, number: str, on: date, period: tuple[date, date | None]
) -> Sequence[Block]:
    """For the entry as it is about to stand; nothing is stored here."""
    since, until = period
    entry = ListEntry(
        scheme=case.scheme, subject=case.subject, authority=case.agency, authority_name=case.agency.name,
        decision_number=number, decided_on=on, removal_text=contents.removal_text,
        effective_from=since, ends_on=until,
    )  # fmt: skip
    return repair_notice.blocks(entry, on)


def _list(case: ListCase, decision: ListDecision, actor: Actor) -> ListEntry:
    entry = ListEntry.objects.create(
        scheme=case.scheme, subject=case.subject, authority=case.agency, authority_name=case.agency.name,
        origin=Origin.DECIDED, decision=decision, decision_number=decision.number,
        decided_on=decision.decided_on, reason=decision.reason, basis_text=decision.basis_text,
        sanction_hints="\n".join(decision.sanction_hints), removal_text=decision.removal_text,
        remedies=decision.remedies, effective_from=decision.effective_from, ends_on=decision.ends_on,
    )  # fmt: skip
    note_change(
        entry,
        ChangeKind.LISTED,
        decision.effective_from,
        actor.officer,
        "作出列入决定",
        decision.number,
        before={},
        after={"effective_from": entry.effective_from, "ends_on": entry.ends_on},
    )
    return entry
