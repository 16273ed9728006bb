"""Taking an application in, by every channel alike: judged first, stored whole or not at all, answered with a number and a code.

The thing it is about is locked, so that two applications for the same thing follow one another and the second is told of the
first. What cannot be repaired is refused here with its clause; nobody waits ten days to hear that. No step of this takes a
fee, and there is no field that could hold one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from agencies.models import Agency, ApiClient, Officer
from blacklist import services as lists
from blacklist.models import ListEntry
from catalog.deadlines import due
from catalog.selectors import in_force
from common.clock import today
from common.files import CheckedFile, keep
from common.gates import PLAN, Refused
from common.problems import Problem
from ledger.services import acting
from records.models import CreditRecord
from records.services import mark_dispute
from records.services.common import actor_number
from repair import codes, targets
from repair.choices import OPEN, Channel, Ground, Kind, MaterialKind, Origin, Source, State, Step
from repair.clauses import refuse
from repair.contents import Applicant, Statement, seal, statement_of
from repair.models import Case, CaseStep, Material, ObjectionRule
from repair.rules.procedure import missing_materials
from repair.selectors.rules import Rulebook, barred_until, required_materials
from repair.services import omissions
from repair.services.omissions import Claim
from repair.targets import Target

BASIS: Final = f"{PLAN} 第14条、第15条"
_AUTHORITY_DECIDES: Final = (Kind.REVIEW,)


@dataclass(frozen=True, slots=True)
class Paper:
    """One material as it comes in: a checked file, or the text of a commitment confirmed on line."""

    kind: MaterialKind
    file: CheckedFile | None = None
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """What somebody hands in. `previous` is the objection whose answer a review is asked for, `claim` what an objection says
    was never handed in."""

    kind: Kind
    applicant: Applicant
    text: str = ""
    record_id: int | None = None
    entry_id: int | None = None
    papers: Sequence[Paper] = field(default=())
    ground: str = ""
    changes: str = ""
    previous: Case | None = None
    claim: Claim | None = None
    external_number: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """The case and its query code, which is shown once and stored nowhere."""

    case: Case
    code: str


def file_case(
    *,
    filing: Filing,
    channel: Channel,
    officer: Officer | None = None,
    client: ApiClient | None = None,
    on: date | None = None,
) -> Filed:
    """Take in an application or objection. Refused with every code of G12 that stands against it, materials_missing,
    field_required; a 409 problem `case_open` when one about the same thing is under way. DoesNotExist for an unknown thing.
    """
    on = on or today()
    _check_words(filing)
    with acting(actor=actor_number(officer, client), action=f"repair.file_{filing.kind}", basis=BASIS):
        target = _target(filing, on)
        _check_nothing_open(filing, target)
        book = Rulebook.load(on)
        refused_before = _check_may(filing, target, book, on)
        number, code = codes.next_number(filing.kind, on), codes.new_query_code()
        rule = _objection_rule(filing, on)
        case = Case.objects.create(
            number=number, code_digest=codes.digest_of(number, code), kind=filing.kind,
            record=target.record, entry=target.entry, subject=target.subject if target.subject.pk else None,
            agency=_unit(filing, target, rule, on), channel=channel, external_number=filing.external_number,
            client=client, entered_by=officer, previous=filing.previous or refused_before,
            grounds=filing.ground, source=rule.source if rule else "",
            secret=seal(_statement(filing), number),
            minimum_until=targets.minimum(target, book) if filing.kind == Kind.REPAIR else None,
            filed_on=on, due=due(f"{filing.kind}-accept", on).day,
        )  # fmt: skip
        if target.omission is not None:
            target.omission.case = case
            target.omission.save()
        add_papers(case, filing.papers, officer)
        CaseStep.objects.create(case=case, step=Step.FILED, officer=officer, agency=case.agency)
        if filing.kind == Kind.OBJECTION:
            mark(target.record, target.entry, officer=officer, since=on, basis=BASIS)
    return Filed(case, code)


def _target(filing: Filing, on: date) -> Target:
    """What the filing is about, locked; what is missing is told from what the applicant names, or from the answer before."""
    earlier = targets.omission_of(filing.previous) if filing.previous else None
    if filing.claim is None and earlier is None:
        return targets.lock(filing.record_id, filing.entry_id)
    omission = omissions.copy(earlier) if earlier else omissions.claimed(filing.claim, on)
    return Target(omissions.party_of(omission), omission=omission)


def _statement(filing: Filing) -> Statement:
    party = filing.claim.name if filing.claim else ""
    if filing.previous and filing.kind == Kind.REVIEW:
        party = statement_of(filing.previous).party
    return Statement(filing.applicant, filing.text.strip(), filing.changes.strip(), party)


def mark(
    record: CreditRecord | None,
    entry: ListEntry | None,
    *,
    officer: Officer | None,
    since: date | None,
    basis: str,
) -> None:
    """Say in every channel that the thing is disputed since a day, or (None) no longer."""
    if record is not None:
        mark_dispute(officer=officer, record_id=record.pk, since=since, basis=basis)
    elif entry is not None:
        lists.mark_dispute(officer=officer, entry_id=entry.pk, since=since, basis=basis)


def add_papers(case: Case, papers: Sequence[Paper], officer: Officer | None) -> None:
    """Keep the papers with the case; inside the transaction of the caller."""
    for paper in papers:
        Material.objects.create(
            case=case,
            kind=paper.kind,
            origin=Origin.UPLOADED if paper.file else Origin.CONFIRMED,
            file=keep(paper.file) if paper.file else None,
            note="" if paper.file else paper.confirmed,
            added_by=officer,
        )


def _check_words(filing: Filing) -> None:
    required = [
        ("name", filing.applicant.name, "请填写申请人姓名"),
        ("phone", filing.applicant.phone, "请填写联系电话"),
    ]
    if filing.kind == Kind.OBJECTION:
        required += [
            ("ground", filing.ground, "请选择异议理由"),
            ("text", filing.text, "请写明哪里有误、应当是什么"),
        ]
    elif filing.kind == Kind.REPAIR:
        required.append(("text", filing.text, "请写明已经怎样纠正、怎样履行义务"))
    elif filing.kind == Kind.REVIEW:
        required.append(("text", filing.text, "请写明不同意处理结果的理由"))
    found = [
        refuse("field_required", words, pointer=f"/{name}")
        for name, value, words in required
        if not value.strip()
    ]
    if filing.ground and filing.ground not in Ground.values:
        found.append(refuse("code_unknown", "异议理由不在规定范围内", pointer="/ground"))
    if found:
        raise Refused(*found)


def cases_about(target: Target) -> dict[str, object]:
    """How to ask for the cases about a target."""
    if one := target.omission:
        return {
            "omission__key": one.key,
            "omission__item_code": one.item_code,
            "omission__document_number": one.document_number,
        }
    return {"record": target.record} if target.record is not None else {"entry": target.entry}


def _check_nothing_open(filing: Filing, target: Target) -> None:
    rows = Case.objects.filter(**cases_about(target), kind=filing.kind, state__in=OPEN)
    if filing.kind == Kind.OBJECTION:
        rows = rows.filter(grounds=filing.ground)
    if rows.exists():
        words = {Kind.REPAIR: "信用修复申请", Kind.OBJECTION: "相同理由的异议"}.get(filing.kind, "申请")
        raise Problem(409, "case_open", f"这条信息已有一件{words}正在办理，请等待结果，或者撤回后再提出")


def _check_may(filing: Filing, target: Target, book: Rulebook, on: date) -> Case | None:
    """Everything the rules say against it; returns the refused application that this one follows."""
    refusals = []
    earlier = None
    if filing.kind == Kind.REPAIR:
        barred = barred_until(target.subject, on)
        if refusal := targets.answer_of(target, book, barred).refusal:
            raise Refused(refusal)
        refused = Case.objects.filter(**cases_about(target), kind=Kind.REPAIR, state=State.REFUSED)
        earlier = refused.order_by("-id").first()
        if earlier is not None and not filing.changes.strip():
            detail = "上次申请没有同意，请写明这次有什么变化（补了什么材料、履行了什么义务）"
            refusals.append(refuse("field_required", detail, pointer="/changes"))
    if filing.kind == Kind.REVIEW:
        _check_review(filing, on)
    refusals += missing_materials(
        required_materials(filing.kind, on), {paper.kind.value for paper in filing.papers}
    )
    if refusals:
        raise Refused(*refusals)
    return earlier


def _check_review(filing: Filing, on: date) -> None:
    previous = filing.previous
    if previous is None or previous.kind != Kind.OBJECTION or previous.state != State.REFUSED:
        raise Problem(409, "state_changed", "只有不予同意的异议可以申请复核")
    assert previous.decided_on is not None, "a refused objection was decided"
    last = due("objection-review", previous.decided_on).day
    if on > last:
        raise Problem(409, "review_too_late", f"复核应当在{last:%Y年%m月%d日}以前申请；仍可以重新提出异议")
    if previous.later.filter(kind=Kind.REVIEW).exists():
        raise Problem(409, "case_open", "这件异议已经申请过复核")


def _objection_rule(filing: Filing, on: date) -> ObjectionRule | None:
    if filing.kind != Kind.OBJECTION:
        return None
    return ObjectionRule.objects.filter(in_force(on), ground=filing.ground).get()


def _unit(filing: Filing, target: Target, rule: ObjectionRule | None, on: date) -> Agency:
    """Who takes it up: the platform's own errors and reviews go to the credit authority, the rest to whoever determined."""
    if filing.kind in _AUTHORITY_DECIDES or (rule is not None and rule.source == Source.PLATFORM):
        return targets.credit_authority()
    if target.omission is not None:
        return omissions.unit_of(target.omission, on) or targets.credit_authority()
    if rule is not None and target.record is not None:
        return target.record.provider
    return targets.determining_unit(target)
