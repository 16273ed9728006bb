"""The one way in to a screening: judged, then answered, registered and receipted by one statement, or not answered at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import orjson
from django.db import transaction

from agencies.models import Agency, ApiClient, Officer
from catalog.choices import TimeUnit
from catalog.publication import add_months
from catalog.rules.deadlines import last_day
from common.clock import now, today
from common.gates import PLAN, Refusal, Refused
from common.ids import public_id
from common.prepared import Value
from common.privacy import encrypt, lookup_digest
from common.problems import Problem
from common.selectors import load_calendar
from ledger.services import acting, bound_request_id
from records.services.common import actor_number
from records.sharing.choices import LookUpKind
from records.sharing.models import DutyPurpose
from records.sharing.services.lookups import DIGEST, Asker, LookUpRefused, register
from sanctions.clauses import refuse
from sanctions.screening import gate, identities
from sanctions.screening.statements import ANSWER, EACH, for_each

LIMIT: Final = 1000
ANSWERS: Final = 1  # the shape of answers this release builds; see sanctions.models.ListState
BASIS: Final = f"{PLAN} 第4条（1）、第11条、第12条"
ACTION: Final = "sanctions.screen"
REMEDY: Final = "对所依据的决定不服的，可以依法申请行政复议或者提起行政诉讼；认为信息有误的，可以提出异议；符合条件的，可以申请信用修复。"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: under which purpose, for which matter, about whom (identifiers by the caller's key)."""

    purpose: str
    matter: str
    subjects: Mapping[str, object]
    application: str = ""
    document_number: str = ""


class ScreeningRefused(Refused):
    """G11 refused; nothing was answered. `note_refusal` writes the attempt into the register."""

    def __init__(self, *refusals: Refusal, asker: Asker, facts: gate.Facts, question: Question) -> None:
        super().__init__(*refusals)
        self.asker, self.facts, self.question = asker, facts, question


def unavailable(detail: str = "清单不完整、不是最新或者暂时不可读，不能据以答复，请稍后再查") -> Problem:
    """The answer while there is none: never `clear`."""
    return Problem(503, "list_unavailable", detail, headers={"Retry-After": "30"})


def screen(
    *,
    agency: Agency,
    question: Question,
    officer: Officer | None = None,
    client: ApiClient | None = None,
    on: date | None = None,
) -> bytes:
    """Answer as JSON. At most three statements whatever the number of subjects; the last of them is a transaction of its own,
    and looks itself whether purpose and matter still stand.

    Raises Refused for identifiers that are none (nothing is registered), ScreeningRefused for G11, and a 503 problem
    when the list is stale, partial or of another release.
    """
    on = on or today()
    asked = identities.read(_checked(question).subjects)
    facts, asker = judged(
        agency=agency, question=question, officer=officer, client=client, asked=asked, on=on
    )
    return answer(asker, question, facts, asked, on)


def judged(
    *,
    agency: Agency,
    question: Question,
    officer: Officer | None,
    client: ApiClient | None,
    asked: list[identities.Identity],
    on: date,
) -> tuple[gate.Facts, Asker]:
    """Pass gate G11. Raises ScreeningRefused."""
    asker = Asker(agency, officer, client)
    facts = gate.read_facts(
        agency_id=agency.pk,
        purpose=question.purpose,
        matter=question.matter,
        on=on,
    )
    refusal = gate.judge(facts, agency_id=agency.pk, purpose=question.purpose, matter=question.matter)
    if refusals := [refusal] if refusal else gate.judge_kinds(facts, asked):
        raise ScreeningRefused(*refusals, asker=asker, facts=facts, question=question)
    return facts, asker


def answer(
    asker: Asker, question: Question, facts: gate.Facts, asked: list[identities.Identity], on: date
) -> bytes:
    """Answer what passed the gate by one statement. The 503 problem when the list cannot answer."""
    values = answer_values(asker, question, facts, asked, on)
    statement, told = (EACH, for_each(values)) if len(asked) == 1 else (ANSWER, values)
    if row := statement.row(told, timeout_ms=gate.TIMEOUT_MS):
        return str(row[0]).encode()
    raise unavailable()


def answer_values(
    asker: Asker, question: Question, facts: gate.Facts, asked: list[identities.Identity], on: date
) -> list[Value]:
    """What the statements that answer are told: $1 to $24 of answer.sql."""
    keys = [one.caller_key for one in asked]
    named: list[str | None] = [*keys]
    subjects = identities.subject_keys(asked)
    single = asked[0].subject_key if len(asked) == 1 else None
    values = common_values(asker, question, facts, keys, on, single=single)
    return [*values, named, subjects, *ledger_values(asker), REMEDY]


def _checked(question: Question) -> Question:
    if not question.subjects:
        raise Refused(refuse("field_required", "请至少填写一个主体", pointer="/subjects"))
    if len(question.subjects) > LIMIT:
        detail = f"一次最多{LIMIT}个主体，更多的请上传文件比对"
        raise Refused(refuse("field_too_long", detail, pointer="/subjects"))
    return question


def common_values(
    asker: Asker,
    question: Question,
    facts: gate.Facts,
    keys: Sequence[str],
    on: date,
    *,
    single: str | None = None,
) -> list[Value]:
    """What every registered statement is told first: $1 to $17 of ready.sql and register.sql. `$8` is the receipt."""
    due = last_day(on, facts.feedback_amount, TimeUnit(facts.feedback_unit), load_calendar())
    public_id, sealed, digest, document, application, receipt = own_values(question, keys, single)
    return [
        on, facts.matter_id, facts.purpose_id, asker.agency.pk, ANSWERS,
        asker.officer.pk if asker.officer else None, asker.client.pk if asker.client else None, public_id,
        moment(), f"{on:%Y%m%d}-", sealed, digest, due, add_months(on, facts.keep_months), document, application, receipt,
    ]  # fmt: skip


def own_values(
    question: Question, keys: Sequence[str], single: str | None
) -> tuple[str, bytes, bytes | None, str, str, str]:
    """What a question has of its own ($8, $11, $12, $15, $16, $17): receipt, sealed keys, digest of a single subject, document,
    application, number in the register."""
    receipt = public_id()
    return (
        receipt, encrypt(orjson.dumps(list(keys)), context=f"screening:{receipt}"),
        lookup_digest(single, purpose=DIGEST) if single else None, question.document_number[:128],
        question.application[:64], public_id(),
    )  # fmt: skip


def moment() -> str:
    """Now, as `as_of` says it."""
    return now().isoformat(timespec="milliseconds")


def ledger_values(asker: Asker) -> list[Value]:
    """Under whose name the ledger takes it down: actor, action, basis, request."""
    return [str(actor_number(asker.officer, asker.client)), ACTION, BASIS, request_number()]


def request_number() -> str:
    request_id = bound_request_id()
    return str(request_id) if request_id else ""


def note_refusal(refused: ScreeningRefused, *, on: date | None = None) -> LookUpRefused:
    """Register a refused attempt, committed before anybody hears of it; returns what is to be raised then."""
    on = on or today()
    asker, facts = refused.asker, refused.facts
    with (
        transaction.atomic(durable=True),
        acting(actor=actor_number(asker.officer, asker.client), action=ACTION, basis=BASIS),
    ):
        purpose = DutyPurpose.objects.get(pk=facts.purpose_id) if facts.purpose_id else None
        row = register(
            asker, kind=LookUpKind.QUERY, purpose=purpose, item_codes=[], on=on,
            document_number=refused.question.document_number, refusal_code=refused.refusals[0].code,
        )  # fmt: skip
    return LookUpRefused(*refused.refusals, receipt=row.receipt)
