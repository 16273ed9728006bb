"""Gate G11 over a screening: a purpose of the agency in force, a matter in force, and subjects that both of them cover.

Natural persons are screened only where purpose and matter name them; the application that the person filed is the occasion,
its number may be passed on and is kept with the register row.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from catalog.choices import SubjectKind
from common.gates import Refusal, refuse
from common.prepared import Plan, Prepared
from records.models import Subject
from records.sharing import rules as sharing
from sanctions.screening.identities import Identity
from sanctions.screening.statements import text_of

TIMEOUT_MS: Final = 8000
DEADLINE: Final = "screening-feedback"
ORGANISATIONS: Final = frozenset({SubjectKind.ORGANISATION.value, SubjectKind.SELF_EMPLOYED.value})

_FACTS: Final = Prepared(
    "sanctions_facts",
    ("text", "bigint", "text", "date", "text"),
    text_of("facts"),
    plan=Plan.ONE,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gate needs to know, from one query; None where nothing of that code is in force."""

    purpose_id: int | None
    duty: sharing.Duty | None
    matter_id: int | None
    matter_kinds: frozenset[str]
    keep_months: int
    feedback_amount: int
    feedback_unit: str


def read_facts(*, agency_id: int, purpose: str, matter: str, on: date) -> Facts:
    """Purpose, matter and clocks on a day."""
    row: tuple[Any, ...] | None = _FACTS.row(
        [purpose, agency_id, matter, on, DEADLINE], timeout_ms=TIMEOUT_MS
    )
    assert row is not None, "it begins with a row of its own"
    (
        purpose_id,
        items,
        kinds,
        proof,
        first,
        last,
        approved,
        withdrawn,
        matter_id,
        covered,
        months,
        amount,
        unit,
    ) = row
    duty = None
    if purpose_id is not None:
        state = sharing.purpose_state(
            valid_from=first, valid_until=last, approved=approved, withdrawn=withdrawn, on=on
        )
        duty = sharing.Duty(agency_id, frozenset(items), frozenset(kinds), proof, state)
    return Facts(purpose_id, duty, matter_id, frozenset(covered or ()), months, amount, unit)


def judge(facts: Facts, *, agency_id: int, purpose: str, matter: str) -> Refusal | None:
    """Why nothing may be asked under this purpose for this matter, or None."""
    question = sharing.Question(agency_id=agency_id, code=purpose)
    if refusal := sharing.judge(question, facts.duty):
        return refusal
    if not matter:
        return refuse("purpose_missing", "请说明办理的事项", pointer="/matter")
    if facts.matter_id is None:
        return refuse(
            "purpose_not_registered", "没有这个事项，或者已经失效；可用的见事项清单", pointer="/matter"
        )
    return None


def judge_kinds(facts: Facts, identities: Collection[Identity]) -> list[Refusal]:
    """Subjects that the purpose or the matter does not cover. The sort of an organisation is looked up only where it
    makes a difference."""
    covered = _covered(facts)
    outside = {one.subject_key for one in identities if one.is_person and SubjectKind.PERSON not in covered}
    outside |= _outside(covered, [one.subject_key for one in identities if not one.is_person])
    return [
        refuse("scope_exceeded", "履职目的或者事项不包括这类主体", pointer=f"/subjects/{one.caller_key}")
        for one in identities
        if one.subject_key in outside
    ]


def judge_organisations(facts: Facts, keys: Mapping[int, str | None]) -> list[Refusal]:
    """The same for organisations by the number of their row; costs nothing where purpose and matter cover every sort."""
    outside = _outside(_covered(facts), [key for key in keys.values() if key])
    return [
        refuse("scope_exceeded", "履职目的或者事项不包括这类主体", pointer=f"/subjects/{number}")
        for number, key in keys.items()
        if key in outside
    ]


def _covered(facts: Facts) -> frozenset[str]:
    assert facts.duty is not None, "the gate let nobody through without a purpose"
    return facts.duty.subject_kinds & facts.matter_kinds


def _outside(covered: frozenset[str], codes: list[str]) -> set[str]:
    """Keys of organisations that are not covered."""
    if covered >= ORGANISATIONS:
        return set()
    if not covered & ORGANISATIONS:
        return set(codes)
    return set(Subject.objects.filter(key__in=codes).exclude(kind__in=covered).values_list("key", flat=True))
