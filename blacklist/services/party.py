"""What the party says: by the portal with the code of its notice, at the window, or entered for it. Kept encrypted."""

from collections.abc import Iterable
from datetime import date

import orjson
from django.db.models import F

from blacklist.choices import StepKind
from blacklist.clauses import refuse
from blacklist.models import CaseStep, ListCase
from blacklist.services.cases import check_step, context_of, lock, write_step
from blacklist.services.common import BASIS, PARTY, Actor, party_code_digest, required
from catalog.deadlines import due
from common.clock import today
from common.files import CheckedFile
from common.gates import Refused
from common.privacy import decrypt, encrypt
from ledger.services import acting


def case_of_code(code: str) -> ListCase:
    """The case whose running notice carries this code. Refused (party_code_unknown), which tells nothing else."""
    digest = party_code_digest(code)
    step = (
        CaseStep.objects.filter(party_code=digest, kind=StepKind.NOTICE, round=F("case__round"))
        .select_related("case__scheme__basis", "case__agency", "case__subject")
        .first()
    )
    if step is None:
        raise Refused(refuse("party_code_unknown", pointer="/code"))
    return step.case


def speak(
    *,
    case_id: int,
    text: str,
    objects: bool,
    actor: Actor = PARTY,
    wants_hearing: bool = False,
    contact: str = "",
    on: date | None = None,
    files: Iterable[tuple[CheckedFile, str]] = (),
) -> CaseStep:
    """The party states its view, or objects (`objects`), which must be verified and answered.

    Refused (field_required, objection_too_late, step_not_possible, case_over); PermissionDenied for officers of others.
    """
    on = on or today()
    required(text=(text, "陈述、申辩或者异议的内容"))
    kind = StepKind.OBJECTION if objects else StepKind.STATEMENT
    with acting(actor=actor.number, action=f"blacklist.party_{kind.value}", basis=BASIS):
        opened = lock(case_id)
        check_step(opened, actor, kind, on)
        notice = opened.now.notice
        if notice is not None and on < notice.on:
            raise Refused(refuse("date_order", "日期早于告知书日期", pointer="/on"))
        words = orjson.dumps({"text": text.strip(), "contact": contact.strip()}).decode()
        return write_step(
            opened,
            actor,
            kind,
            on,
            clock=due("list-answer", on) if objects else None,
            files=files,
            secret=encrypt(words, context=context_of(opened.case)),
            wants_hearing=wants_hearing,
        )


def words_of(step: CaseStep) -> dict[str, str]:
    """What the party said and where it can be reached; empty for other steps."""
    if step.secret is None:
        return {}
    plain: dict[str, str] = orjson.loads(decrypt(bytes(step.secret), context=context_of(step.case)))
    return plain
