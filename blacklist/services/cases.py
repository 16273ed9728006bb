"""Opening a case, and the one way in which any step is taken: lock, fold, ask the rules, write.

Data flow: record or document → `open_case` → steps (`blacklist.services.steps`, `.party`, `.decisions`) → entry. The rules
say what stands against a step; the triggers of migration 0005 say it again for whoever does not ask.

Rejected: a state column that services move (two truths, and SQL could set the wrong one), a workflow library (its
transitions would be code, while what the law asks for is data that a reader must be able to see).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from agencies.models import Agency
from blacklist import standing
from blacklist.choices import SeriesKind, StepKind
from blacklist.clauses import refuse
from blacklist.documents import CaseFacts, seal
from blacklist.models import CaseFile, CaseStep, ListCase, ListScheme
from blacklist.rules import procedure
from blacklist.rules.schemes import Body, Competence, competence_refusal
from blacklist.selectors_cases import rival_of
from blacklist.services.common import (
    BASIS,
    DECIDING,
    Actor,
    check_allowed,
    full_name,
    identity_line,
    next_number,
    required,
    without_person,
)
from catalog.deadlines import Due, due
from catalog.selectors import in_force, kinds_on
from common.clock import today
from common.documents import OfficialDocument
from common.files import CheckedFile, keep
from common.gates import Refusal, Refused
from ledger.services import acting
from records.identity.groups import head_id
from records.models import CreditRecord, Subject


@dataclass(frozen=True, slots=True)
class Underlying:
    """The effective document that established the conduct (plan, item 2)."""

    kind: str
    number: str
    issued_on: date
    issuer: str


def document_of(record: CreditRecord) -> Underlying:
    return Underlying(
        record.document_kind, record.document_number, record.decision_date, record.authority_name
    )


def open_case(
    *,
    actor: Actor,
    agency: Agency,
    scheme_code: str,
    facts: str,
    basis_clause: str,
    record: CreditRecord | None = None,
    subject: Subject | None = None,
    document: Underlying | None = None,
    on: date | None = None,
) -> ListCase:
    """Open a case about the subject of a record, or about a known subject on another effective document.

    PermissionDenied; Refused (scheme_not_in_force, authority_not_competent, document_missing, document_kind_not_allowed,
    document_not_effective, field_required, date_in_future, case_already_open).
    """
    on = on or today()
    check_allowed(actor, agency.pk, deciding=False)
    required(facts=(facts, "事由"), basis_clause=(basis_clause, "适用的情形和条款"))
    subject, document = _ground(record, subject, document)
    scheme = ListScheme.objects.filter(in_force(on), code=scheme_code).select_related("basis").first()
    if refusals := _opening_refusals(agency, scheme, record, document, on):
        raise Refused(*refusals)
    assert scheme is not None, "an unknown scheme was refused"
    with acting(actor=actor.number, action="blacklist.open_case", basis=BASIS):
        check_alone(scheme, subject)
        clock = due("list-decision", on)
        return ListCase.objects.create(
            number=next_number(agency, SeriesKind.CASE, on),
            scheme=scheme, agency=agency, subject=subject, record=record,
            document_kind=document.kind, document_number=document.number, document_date=document.issued_on,
            document_issuer=document.issuer, facts=without_person(facts.strip(), subject),
            basis_clause=basis_clause.strip(), opened_on=on, opened_by=actor.officer,
            opened_client=actor.client, handler=actor.officer, due=clock.day, due_rule=clock.rule,
        )  # fmt: skip


def _ground(
    record: CreditRecord | None, subject: Subject | None, document: Underlying | None
) -> tuple[Subject, Underlying]:
    if record is not None:
        return record.subject, document_of(record)
    if subject is None or document is None or not document.number.strip():
        detail = "请从平台内的信用记录立案，或者指明当事人和认定失信行为的文书"
        raise Refused(refuse("document_missing", detail, pointer="/document"))
    return subject, document


def check_alone(scheme: ListScheme, subject: Subject) -> None:
    """Refused (case_already_open) while another case about the same body and list runs.

    The body is locked until the commit, so that of two who open at once the second is told; whoever does not ask meets the
    trigger of migration 0012.
    """
    rival = locked_rival(None, scheme, subject)
    if rival is not None:
        raise Refused(procedure.parallel_refusal(rival))


def locked_rival(case: ListCase | None, scheme: ListScheme, subject: Subject) -> procedure.Rival | None:
    """The other open case, which none can become until the commit."""
    list(Subject.objects.select_for_update(no_key=True).filter(pk=head_id(subject)))
    return rival_of(case, scheme, subject)


def competence_of(scheme: ListScheme) -> Competence:
    return Competence(
        scheme.authority_min_level,
        scheme.authority_agencies,
        scheme.authority_kinds,
        scheme.authority_sectors,
    )


def body_of(agency: Agency) -> Body:
    return Body(agency.code, agency.level, agency.kind, agency.sectors, agency.active)


def _opening_refusals(
    agency: Agency,
    scheme: ListScheme | None,
    record: CreditRecord | None,
    document: Underlying,
    on: date,
) -> list[Refusal]:
    found: list[Refusal | None] = []
    if scheme is None:
        found.append(refuse("scheme_not_in_force", pointer="/scheme"))
    else:
        found.append(
            competence_refusal(
                body_of(agency), competence_of(scheme), body_name=agency.name, scheme=scheme.name
            )
        )
    if not kinds_on(document.issued_on).filter(name=document.kind, lawful=True).exists():
        found.append(refuse("document_kind_not_allowed", pointer="/document/kind"))
    if record is not None and record.ended_on is not None and record.ended_on <= on:
        found.append(
            refuse("document_not_effective", "所依据的记录已经终止，不能据以立案", pointer="/record")
        )
    if document.issued_on > on or on > today():
        found.append(
            refuse("date_in_future", "日期不能晚于今天，文书日期不能晚于立案日期", pointer="/document/date")
        )
    return [refusal for refusal in found if refusal is not None]


# --- steps -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """A locked case with its steps, as they stand inside the transaction."""

    case: ListCase
    rows: Sequence[CaseStep]

    @property
    def now(self) -> procedure.Standing:
        return standing.fold(self.case, self.rows)

    @property
    def running(self) -> list[CaseStep]:
        return standing.running(self.case, self.rows)


def lock(case_id: int) -> Opened:
    """The case, locked until the commit: two who act at once are put one after the other. ListCase.DoesNotExist."""
    case = (
        ListCase.objects.select_for_update(of=("self",))
        .select_related("scheme__basis", "agency", "subject", "record")
        .get(pk=case_id)
    )
    return Opened(case, list(case.steps.select_related("due_rule").order_by("id")))


class CaseChanged(Exception):
    """The case went on since the caller looked; `step` is the newest step, None where there is none."""

    def __init__(self, step: CaseStep | None) -> None:
        super().__init__("the case went on")
        self.step = step


def version_of(rows: Sequence[CaseStep]) -> int:
    """Which step the case had come to, oldest first; 0 before the first."""
    return rows[-1].pk if rows else 0


@contextmanager
def unchanged_since(case_id: int, version: int | None) -> Iterator[None]:
    """Take a step inside: CaseChanged when the case has come further than `version` (None asks nothing).

    The lock is kept until the step is written, so that of two officers on the same page only the first one acts.
    """
    with transaction.atomic():
        opened = lock(case_id)
        if version is not None and version != version_of(opened.rows):
            raise CaseChanged(opened.rows[-1] if opened.rows else None)
        yield


def check_step(opened: Opened, actor: Actor, kind: StepKind, on: date) -> None:
    """PermissionDenied or Refused unless the step may be taken on that day."""
    if not actor.is_party:
        check_allowed(actor, opened.case.agency_id, deciding=kind in DECIDING)
    case = opened.case
    rival = locked_rival(case, case.scheme, case.subject) if kind in procedure.ALONE else None
    found = procedure.refusals(opened.now, kind, on, hearing_due=case.scheme.hearing, rival=rival)
    if on > today():
        found.insert(0, refuse("date_in_future", "日期不能晚于今天", pointer="/on"))
    elif on < opened.case.opened_on:
        found.insert(0, refuse("date_order", "日期早于立案日期", pointer="/on"))
    if found:
        raise Refused(*found)


def write_step(
    opened: Opened,
    actor: Actor,
    kind: StepKind,
    on: date,
    *,
    document: OfficialDocument | None = None,
    clock: Due | None = None,
    files: Iterable[tuple[CheckedFile, str]] = (),
    **columns: object,
) -> CaseStep:
    """Write the step with its document, its clock and its files. The rules were asked before (`check_step`)."""
    case = opened.case
    step = CaseStep.objects.create(
        case=case,
        round=case.round + (kind == StepKind.REOPENED),
        kind=kind,
        on=on,
        officer=actor.officer,
        client=actor.client,
        channel=actor.channel,
        number=document.number if document else "",
        document=seal(document, context=context_of(case)) if document else None,
        due=clock.day if clock else None,
        due_rule=clock.rule if clock else None,
        **columns,
    )
    CaseFile.objects.bulk_create(
        CaseFile(step=step, stored=keep(checked), label=label[:60]) for checked, label in files
    )
    return step


def context_of(case: ListCase) -> str:
    """Ties what is encrypted to its case."""
    return f"list case:{case.public_id}"


def facts_of(case: ListCase) -> CaseFacts:
    """What every document of the case names."""
    scheme = case.scheme
    return CaseFacts(
        agency=case.agency.name,
        party=full_name(case.subject),
        identity=identity_line(case.subject),
        scheme=scheme.name,
        scheme_basis=f"{scheme.basis}{scheme.basis_clause}"
        + (f"、{scheme.procedure_text}" if scheme.procedure_text else ""),
        underlying=f"{case.document_issuer}{case.document_kind}（{case.document_number}，{case.document_date:%Y-%m-%d}）",
        facts=case.facts,
        clause=case.basis_clause,
    )
