"""Gate G11: what may be looked up, by whom, for which duty (方案第4条（1）、第12条、第13条). Pure.

A look-up of anything not public names a duty purpose that is registered, approved and in force for the very agency that
asks; it stays inside the items and classes of subjects of that purpose; natural persons need the number of the paper
that authorises the look-up. A purpose always ends: there is no authorisation for good.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog.choices import Sharing, SubjectKind
from catalog.publication import add_months
from common.gates import Refusal
from records.sharing.choices import PersonProof, PurposeState
from records.sharing.clauses import refuse

_STATE_DETAILS: Final = {
    PurposeState.PENDING: "该履职目的还没有经社会信用主管部门审核，请等待审核",
    PurposeState.UPCOMING: "该履职目的尚未到生效日期",
    PurposeState.EXPIRED: "该履职目的已到期，请重新登记",
    PurposeState.WITHDRAWN: "该履职目的已撤销，仍需查询的请重新登记",
}


def purpose_state(
    *, valid_from: date, valid_until: date, approved: bool, withdrawn: bool, on: date
) -> PurposeState:
    """The state of a purpose on a day; both ends included. Withdrawal counts at once."""
    if withdrawn:
        return PurposeState.WITHDRAWN
    if on > valid_until:
        return PurposeState.EXPIRED
    if not approved:
        return PurposeState.PENDING
    return PurposeState.UPCOMING if on < valid_from else PurposeState.IN_FORCE


@dataclass(frozen=True, slots=True)
class Duty:
    """A registered purpose as the gate sees it."""

    agency_id: int
    items: frozenset[str]
    subject_kinds: frozenset[str]
    person_proof: str
    state: PurposeState


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `item` is empty for every item of the purpose; `kind` is None where no subject is named or known."""

    agency_id: int
    code: str
    item: str = ""
    kind: str | None = None
    document_number: str = ""


def judge(question: Question, duty: Duty | None) -> Refusal | None:
    """Why the look-up may not be answered, or None. An unknown purpose and another agency's are told apart by nobody."""
    if not question.code:
        return refuse("purpose_missing", "请选择履职目的；没有可选的，请先登记并经审核", pointer="/purpose")
    if duty is None or duty.agency_id != question.agency_id:
        detail = "本单位没有登记过这个履职目的，请核对，或者先登记并经审核"
        return refuse("purpose_not_registered", detail, pointer="/purpose")
    if duty.state != PurposeState.IN_FORCE:
        return refuse("purpose_not_registered", _STATE_DETAILS[duty.state], pointer="/purpose")
    if question.item and question.item not in duty.items:
        detail = "该履职目的不包括这个目录事项，请换用包括它的目的，或者不选这个事项"
        return refuse("scope_exceeded", detail, pointer="/item")
    return _kind_refusal(question, duty)


def _kind_refusal(question: Question, duty: Duty) -> Refusal | None:
    if question.kind is None:
        return None
    is_person = question.kind == SubjectKind.PERSON
    if question.kind not in duty.subject_kinds:
        words = "自然人" if is_person else "这类主体"
        return refuse(
            "scope_exceeded", f"该履职目的不包括查询{words}", pointer="/id_number" if is_person else "/uscc"
        )
    if is_person and not question.document_number.strip():
        paper = "本人书面同意" if duty.person_proof == PersonProof.CONSENT else "授权文书"
        return refuse("scope_exceeded", f"查询自然人须填写{paper}的编号", pointer="/document_number")
    return None


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody wants to register."""

    name: str
    basis_clause: str
    items: Collection[str]
    subject_kinds: Collection[str]
    person_proof: str
    valid_from: date
    valid_until: date


def registration_refusals(
    wanted: Registration, *, sharing: Mapping[str, str], max_months: int, on: date
) -> list[Refusal]:
    """Everything wrong with a purpose to be registered on `on`; `sharing` holds the items in force by code."""
    required = (
        ("name", wanted.name.strip(), "请填写目的名称"),
        ("basis_clause", wanted.basis_clause.strip(), "请填写职责依据的具体条款"),
        ("items", wanted.items, "请选择履行职责所必需的目录事项"),
        ("subject_kinds", wanted.subject_kinds, "请选择要查询的主体类别"),
    )
    found = [
        refuse("field_required", text, pointer=f"/{name}") for name, value, text in required if not value
    ]
    found += _item_refusals(wanted.items, sharing)
    asks_persons = SubjectKind.PERSON in wanted.subject_kinds
    if asks_persons != (wanted.person_proof != PersonProof.NONE):
        detail = (
            "查询自然人的，请选择凭授权文书还是凭本人书面同意"
            if asks_persons
            else "没有选择自然人，请选“不查询自然人”"
        )
        found.append(refuse("scope_exceeded", detail, pointer="/person_proof"))
    return found + _period_refusals(wanted, max_months, on)


def _item_refusals(items: Collection[str], sharing: Mapping[str, str]) -> list[Refusal]:
    found = []
    for code in sorted(items):
        if code not in sharing:
            found.append(refuse("item_not_in_force", f"目录中没有有效的事项“{code[:40]}”", pointer="/items"))
        elif sharing[code] == Sharing.NONE:
            found.append(refuse("scope_exceeded", f"事项“{code}”不予共享，不能列入", pointer="/items"))
    return found


def _period_refusals(wanted: Registration, max_months: int, on: date) -> list[Refusal]:
    if wanted.valid_until < max(wanted.valid_from, on):
        detail = "止日应不早于起日，也不早于今天"
        return [refuse("date_order", detail, pointer="/valid_until")]
    if wanted.valid_until > add_months(wanted.valid_from, max_months):
        detail = f"有效期最长{max_months}个月，到期可以重新登记"
        return [refuse("purpose_too_long", detail, pointer="/valid_until")]
    return []


def second_person(first: int, second: int) -> Refusal | None:
    """Whoever asks does not decide: registration and approval, request and approval, are two people's."""
    return refuse("second_person_required") if first == second else None
