"""Asking for erasure, deciding on it, and letting the database erase what is due.

A decision has its whole effect in one transaction: handling stops, every holding gets its fate, what is due is gone. What
no rule keeps and no table counts (drafts, rows sent back) goes with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import orjson
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from agencies.models import Officer
from agencies.selectors import is_under_credit_authority
from catalog.choices import SubjectKind
from catalog.deadlines import due
from common import files
from common.clock import today
from common.gates import Refused, refusing
from common.identifiers import document_problem, normalise_code
from common.privacy import decrypt, encrypt
from ledger.services import acting
from records.choices import EndReason
from records.contents import secret_of_subject
from records.erasure import selectors, staging
from records.erasure.choices import AskedBy, Fate, Ground, Holding
from records.erasure.models import Erasure, ErasureLine
from records.erasure.selectors import Planned
from records.models import CreditRecord, Subject
from records.persons import codes
from records.persons.choices import Means
from records.persons.models import Consent
from records.persons.services import Person, withdraw_consent
from records.services import end_record
from records.services.common import actor_number

LAW: Final = "个人信息保护法第四十七条"
refuse: Final = refusing(LAW)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is handed over: the code is shown once."""

    erasure: Erasure
    code: str


def ask(
    *,
    officer: Officer,
    person: Person,
    ground: str,
    words: str,
    identity_checked: bool,
    on: date | None = None,
) -> Asked:
    """Take a person's request in at the window. A withdrawn consent ends at once, whatever is decided later.

    PermissionDenied for officers who do not serve the window; Refused field_required, identifier_invalid, code_unknown.
    """
    if officer.agency is None or not officer.has_perm("records.serve_person"):
        raise PermissionDenied("由社会信用主管部门的窗口受理")
    found = [] if identity_checked else [
        refuse("field_required", "请先核对本人和证件原件", pointer="/identity_checked")
    ]  # fmt: skip
    if not person.name.strip():
        found.append(refuse("field_required", "请填写姓名", pointer="/name"))
    if problem := document_problem(person.document_kind, normalise_code(person.document)):
        found.append(refuse("identifier_invalid", problem, pointer="/document"))
    if ground not in Ground.values:
        found.append(refuse("code_unknown", "请选择法律规定的情形", pointer="/ground"))
    if found:
        raise Refused(*found)
    return _ask(officer, person, ground, words, AskedBy.PERSON, on or today())


def ask_for(*, officer: Officer, subject: Subject, ground: str, words: str, on: date | None = None) -> Asked:
    """Propose erasure of the authority's own accord (应当主动删除). PermissionDenied; Refused for who is no person."""
    if officer.agency is None or not officer.has_perm("records.serve_person"):
        raise PermissionDenied("由社会信用主管部门提出")
    person = _person_of(subject)
    if person is None:
        raise Refused(refuse("code_unknown", "只有自然人的信息按个人信息删除", pointer="/subject"))
    return _ask(officer, person, ground, words, AskedBy.AUTHORITY, on or today())


def _person_of(subject: Subject) -> Person | None:
    secret = secret_of_subject(subject) if subject.kind == SubjectKind.PERSON else {}
    return Person(secret["name"], secret["document_kind"], secret["document"]) if secret else None


def look_again(*, on: date) -> int:
    """Take up what a law carried when erasure was granted and carries no longer; returns how many requests it opened.

    A request like any other, about just that: it stands under the officer who took the first one in, another one decides, and its
    clock runs. What came in since is not touched by it.
    """
    opened_now = 0
    for earlier in selectors.stayed():
        assert earlier.subject is not None, "the selector asks for one"
        again = Erasure(subject=earlier.subject, ground=Ground.PURPOSE, asked_by=AskedBy.FOLLOW_UP)
        again.key = earlier.subject.key
        if person := _person_of(earlier.subject):
            with transaction.atomic():
                over = [one for one in selectors.plan(again, on) if one.verdict.fate != Fate.STAY]
                if over:
                    words = f"{earlier.number}决定时依法继续处理的信息，处理期限已过"
                    _ask(earlier.officer, person, Ground.PURPOSE, words, AskedBy.FOLLOW_UP, on)
                    opened_now += 1
    return opened_now


def _ask(officer: Officer, person: Person, ground: str, words: str, asked_by: str, on: date) -> Asked:
    assert officer.agency is not None, "all callers have looked"
    number, code = codes.new_number("SC", on), codes.new_code()
    actor = None if asked_by == AskedBy.FOLLOW_UP else actor_number(officer)
    with acting(actor=actor, action="erasure.ask", basis=LAW):
        sealed = {
            "name": person.name.strip(),
            "document_kind": person.document_kind,
            "document": normalise_code(person.document),
            "words": words.strip(),
        }
        erasure = Erasure.objects.create(
            number=number, code_digest=codes.digest_of(number, code), key=person.key,
            secret=encrypt(orjson.dumps(sealed), context=erasure_context(number)),
            subject=Subject.objects.filter(key=person.key).first(), ground=ground, asked_by=asked_by,
            agency=officer.agency, officer=officer, asked_on=on, due=due("erasure-decision", on).day,
        )  # fmt: skip
        if ground == Ground.WITHDRAWN and asked_by == AskedBy.PERSON:
            _withdraw(Consent.objects.filter(key=person.key), officer)
    return Asked(erasure, code)


def erasure_context(number: str) -> str:
    return f"erasure:{number}"


def opened(erasure: Erasure) -> dict[str, str]:
    """`name`, `document_kind`, `document`, `words`; empty once erasure is granted."""
    if not erasure.secret:
        return {}
    found: dict[str, str] = orjson.loads(
        decrypt(bytes(erasure.secret), context=erasure_context(erasure.number))
    )
    return found


def may_decide(officer: Officer) -> bool:
    return (
        officer.agency is not None
        and is_under_credit_authority(officer.agency)
        and officer.has_perm("records.decide_erasure")
    )


def decide(
    *, officer: Officer, number: str, granted: bool, reason: str, basis: str, on: date | None = None
) -> Erasure:
    """Grant or refuse, once, by another officer than who took the request in. Granted: everything due is gone on return.

    PermissionDenied; Erasure.DoesNotExist; Refused second_person_required, reason_missing, field_required,
    case_over.
    """
    on = on or today()
    if not may_decide(officer):
        raise PermissionDenied("由社会信用主管部门决定")
    with acting(actor=actor_number(officer), action="erasure.decide", basis=basis.strip() or LAW):
        erasure = Erasure.objects.select_for_update().get(number=number)
        _check(erasure, officer, reason, basis)
        planned = selectors.plan(erasure, on) if granted else []
        document, key = opened(erasure).get("document", ""), erasure.key
        if granted:
            _stop_handling(planned, erasure.ground, officer, on)
            erasure.secret, erasure.key = None, ""
        erasure.decided_by, erasure.decided_on, erasure.granted = officer, on, granted
        erasure.reason, erasure.basis = reason.strip(), basis.strip()
        erasure.save()
        ErasureLine.objects.bulk_create(
            ErasureLine(
                erasure=erasure, holding=one.holding, object_id=one.object_id, fate=one.verdict.fate,
                until=one.verdict.until, why=one.verdict.why,
            )
            for one in planned
        )  # fmt: skip
        if granted:
            if (
                erasure.asked_by != AskedBy.FOLLOW_UP
            ):  # which is about what was left, not about what came in since
                staging.forget(document, key)
                for forget in selectors.rooms("forget"):
                    forget(document)
            _erase(erasure)
    return erasure


def _check(erasure: Erasure, officer: Officer, reason: str, basis: str) -> None:
    found = []
    if erasure.granted is not None:
        found.append(refuse("case_over", "这一请求已经决定", basis=LAW))
    if officer.pk == erasure.officer_id:
        found.append(refuse("second_person_required", basis=f"{LAW}；鹤信用发〔2022〕1号 第12条"))
    if not reason.strip():
        found.append(refuse("reason_missing", pointer="/reason", basis=LAW))
    if not basis.strip():
        found.append(refuse("field_required", "请填写决定依据", pointer="/basis"))
    if found:
        raise Refused(*found)


def _stop_handling(planned: Iterable[Planned], ground: str, officer: Officer, on: date) -> None:
    """What goes or is only stored is neither shared, shown nor used from this moment."""
    for one in planned:
        if one.verdict.fate == Fate.STAY:
            continue
        if one.holding == Holding.RECORD:
            final = ground == Ground.UNLAWFUL
            reason = EndReason.NOT_COLLECTABLE if final else EndReason.ERASED
            record = CreditRecord.objects.only("ended_on").get(pk=one.object_id)
            if record.ended_on is None or record.ended_on > on:
                end_record(officer=officer, record_id=one.object_id, on=on, reason=reason, basis=LAW)
        elif one.holding == Holding.CONSENT:
            _withdraw(Consent.objects.filter(pk=one.object_id), officer)


def _withdraw(consents: Iterable[Consent], officer: Officer) -> None:
    for consent in consents:
        if consent.withdrawn_at is None:
            withdraw_consent(consent=consent, means=Means.PAPER, officer=officer)


def _erase(erasure: Erasure) -> int:
    """Files first, while their rows still name them; then the rows."""
    for line in selectors.due_lines(erasure):
        for stored in selectors.files_of(line):
            files.erase(stored)
    with connection.cursor() as cursor:
        cursor.execute("select records_erase(%s)", [erasure.pk])
        return int(cursor.fetchone()[0])


def erase_due(*, on: date) -> int:
    """Erase what was only stored and whose last day has passed; returns how many holdings. The database looks at its own day."""
    done = 0
    for erasure in selectors.with_lines_due(on):
        with acting(actor=None, action="erasure.erase", basis=f"{LAW}：保存期限届满"):
            done += _erase(Erasure.objects.select_for_update().get(pk=erasure.pk))
    return done
