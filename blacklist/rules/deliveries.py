"""A list decided elsewhere: what a row must say, and when a person must look before the list changes. Pure.

A row without the data of its decision is sent back (plan, item 8: 谁认定、谁负责); a person is known by the number of a
document, a body by its code, never by a name. How much of a list may change unseen is a share of what stands on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from catalog.choices import SubjectKind
from catalog.publication import add_months
from common.gates import PLAN, Refusal, Refuse, refusing
from common.identifiers import DOCUMENT_KINDS, document_problem, uscc_problem
from common.workbooks.cells import Cell
from records.rules.values import ValueProblem, date_of, identifier_of, text_of

# a list is not double publicity: its rows come in as the plan says
refuse: Final[Refuse] = refusing(f"{PLAN} 第3条：如实采集信息并推送")
# column → (label, longest value); the labels are what a file's header says
COLUMNS: Final[Mapping[str, tuple[str, int]]] = {
    "name": ("主体名称", 200),
    "kind": ("主体类别", 20),
    "uscc": ("统一社会信用代码", 18),
    "document_kind": ("证件类型", 40),
    "document": ("证件号码", 40),
    "authority": ("认定单位", 200),
    "decision_number": ("决定文书号", 128),
    "decided_on": ("决定日期", 40),
    "reason": ("列入事由", 4000),
    "basis": ("列入依据", 2000),
    "effective_from": ("列入日期", 40),
    "ends_on": ("列入期限至", 40),
    "hints": ("惩戒措施提示", 4000),
    "removal": ("移出条件和程序", 4000),
    "remedies": ("救济措施", 2000),
}
REQUIRED: Final = ("name", "authority", "decision_number", "decided_on", "reason")
DATES: Final = ("decided_on", "effective_from", "ends_on")
_CODES: Final = ("uscc", "document")
_KINDS: Final = {
    "单位": SubjectKind.ORGANISATION,
    "法人": SubjectKind.ORGANISATION,
    "法人及非法人组织": SubjectKind.ORGANISATION,
    "企业": SubjectKind.ORGANISATION,
    "个体工商户": SubjectKind.SELF_EMPLOYED,
    "自然人": SubjectKind.PERSON,
    "个人": SubjectKind.PERSON,
}
_TRADER: Final = "92"  # the class of self-employed businesses in the code itself (GB 32100)
_IDENTITY_CARD: Final = "身份证"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a row is judged against: the list's periods, and what stands for columns the file does not have."""

    on: date
    listing_months: int | None
    longest_months: int | None
    basis_text: str


@dataclass(frozen=True, slots=True)
class ListedFact:
    """A row that holds: who, by whose decision, from when to when."""

    kind: str
    name: str
    uscc: str
    document_kind: str
    document: str
    authority: str
    decision_number: str
    decided_on: date
    reason: str
    basis: str
    hints: str
    removal: str
    remedies: str
    effective_from: date
    ends_on: date | None


def judge_row(cells: Mapping[str, Cell], frame: Frame) -> ListedFact | list[Refusal]:
    """The fact a row states, or everything that is wrong with it."""
    found: list[Refusal] = []
    texts = dict.fromkeys(COLUMNS, "")
    for name in COLUMNS:
        if (cell := cells.get(name, "")) != "":
            texts[name] = _value(name, cell, found)
    for name in REQUIRED:
        if not texts[name] and not any(refusal.pointer == name for refusal in found):
            found.append(refuse("field_required", f"“{COLUMNS[name][0]}”为空", pointer=name))
    basis = texts["basis"] or frame.basis_text
    if not basis:
        found.append(refuse("field_required", "“列入依据”为空", pointer="basis"))
    kind = _kind(texts, found)
    if found:
        return found
    decided = date.fromisoformat(texts["decided_on"])
    start = date.fromisoformat(texts["effective_from"]) if texts["effective_from"] else decided
    end = date.fromisoformat(texts["ends_on"]) if texts["ends_on"] else _regular_end(start, frame)
    if refusals := _date_refusals(decided, start, end, frame):
        return refusals
    person = kind == SubjectKind.PERSON
    return ListedFact(
        kind=kind,
        name=texts["name"],
        uscc="" if person else texts["uscc"],
        document_kind=(texts["document_kind"] or _IDENTITY_CARD) if person else "",
        document=texts["document"] if person else "",
        authority=texts["authority"],
        decision_number=texts["decision_number"],
        decided_on=decided,
        reason=texts["reason"],
        basis=basis,
        hints=texts["hints"],
        removal=texts["removal"],
        remedies=texts["remedies"],
        effective_from=start,
        ends_on=end,
    )


def _value(name: str, cell: Cell, found: list[Refusal]) -> str:
    label, longest = COLUMNS[name]
    try:
        if name in DATES:
            return date_of(cell)
        text = identifier_of(cell) if name in _CODES else text_of(cell)
    except ValueProblem as problem:
        found.append(refuse(problem.code, f"“{label}”{problem.detail}", pointer=name))
        return ""
    if len(text) > longest:
        found.append(refuse("field_too_long", f"“{label}”超过{longest}个字", pointer=name))
    return text.replace("\0", "")


def _kind(texts: Mapping[str, str], found: list[Refusal]) -> str:
    """Whose row it is, by the code it carries; the class it names may not contradict the code."""
    uscc, document = texts["uscc"], texts["document"]
    stated = _KINDS.get(texts["kind"]) if texts["kind"] else None
    if texts["kind"] and stated is None:
        found.append(refuse("code_unknown", f"主体类别“{texts['kind'][:10]}”不在规定取值内", pointer="kind"))
    if uscc and stated != SubjectKind.PERSON:
        if problem := uscc_problem(uscc):
            found.append(refuse("identifier_invalid", problem, pointer="uscc"))
        return SubjectKind.SELF_EMPLOYED if uscc.startswith(_TRADER) else SubjectKind.ORGANISATION
    if document and stated in (None, SubjectKind.PERSON):
        document_kind = texts["document_kind"] or _IDENTITY_CARD
        if document_kind not in DOCUMENT_KINDS:
            found.append(refuse("code_unknown", "证件类型不在规定取值内", pointer="document_kind"))
        elif problem := document_problem(document_kind, document):
            found.append(refuse("identifier_invalid", problem, pointer="document"))
        return SubjectKind.PERSON
    detail = "没有统一社会信用代码或者证件号码，只凭名称不能列入"
    found.append(refuse("field_required", detail, pointer="uscc"))
    return stated or SubjectKind.ORGANISATION


def _regular_end(start: date, frame: Frame) -> date | None:
    """The last day where the source names none: the list's own period, counted from the listing."""
    if frame.listing_months is None:
        return None
    return add_months(start, frame.listing_months) - timedelta(days=1)


def _date_refusals(decided: date, start: date, end: date | None, frame: Frame) -> list[Refusal]:
    if decided > frame.on or start > frame.on:
        return [refuse("date_in_future", "决定日期或者列入日期晚于今天", pointer="decided_on")]
    if start < decided:
        return [refuse("date_order", "列入日期早于决定日期", pointer="effective_from")]
    if end is not None and end < start:
        return [refuse("date_order", "列入期限早于列入日期", pointer="ends_on")]
    longest = frame.longest_months or frame.listing_months
    if longest is not None and (end is None or end >= add_months(start, longest)):
        return [refuse("listing_too_long", f"列入期限最长{longest}个月", pointer="ends_on")]
    if end is not None and end < frame.on:
        return [refuse("listing_over", pointer="ends_on")]
    return []


# --- the delivery as a whole ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """What applying a delivery would do to a list."""

    standing: int
    delivered: int
    added: int
    changed: int
    removed: int
    same: int
    refused: int = 0


def most_unseen(base: int, percent: int, floor: int) -> int:
    """How many rows may change without a person looking."""
    return max(floor, base * percent // 100)


def reasons_to_hold(counts: Counts, *, percent: int, floor: int) -> list[str]:
    """Why a person must look before the list changes, in words; empty when nobody must."""
    most = most_unseen(counts.standing, percent, floor)
    moved = (("新增", counts.added), ("变更", counts.changed), ("移出", counts.removed))
    found = [
        f"{what}{rows:,}条，超过原有{counts.standing:,}条的{percent}%" for what, rows in moved if rows > most
    ]
    if counts.standing == 0 and found:
        found = [f"首次来数{counts.added:,}条"]
    total = counts.delivered + counts.refused
    if counts.refused > most_unseen(total, percent, floor):
        found.append(f"{total:,}行中有{counts.refused:,}行退回，超过{percent}%")
    return found


def next_due(last: date | None, *, expected_from: date | None, rhythm_days: int) -> date | None:
    """The last day by which the next delivery is expected; None while nothing was agreed and nothing has come."""
    start = last or expected_from
    return start + timedelta(days=rhythm_days) if start else None


def is_missing(due: date | None, at: date) -> bool:
    """Whether a source has been silent for too long: an alarm, never an empty list."""
    return due is not None and at > due
