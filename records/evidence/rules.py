"""What may become of a record after it was handed in. Pure: plain values in, refusals out.

The rules of a correction (方案第2条、第5条；行政处罚法第四十八条):

1. It is judged anew by G1 to G7 on the path of the intake; only then do the rules here look at it.
2. It says why, and it changes something.
3. It stays with its subject. A record about somebody else is withdrawn and handed in anew, so that the one wrongly named
   is freed at once and the other is judged like anybody new.
4. A window that is over, or a record that ended, does not open again.
5. An end moves later only on a document that is named with number and date, and never because a document was changed
   for the person's sake (复议不加重).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Final

from catalog.choices import FieldRole, PeriodKind, SubjectKind
from common.gates import Refusal
from common.identifiers import is_placeholder_uscc, normalise_code
from records.choices import WITHDRAWALS, EndReason
from records.evidence.choices import DEMANDING, OVERTURNING, CorrectionGround, Outcome, ProceedingKind
from records.evidence.clauses import refuse
from records.rules.facts import Layout
from records.rules.gates import KINDS

EXPLANATION_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Ends:
    """Last day of every state; None = never."""

    minimum_until: date | None
    shared_until: date | None
    published_until: date | None
    used_until: date | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that passed the gates, as these rules see it."""

    before: Ends
    after: Ends
    changed: Collection[str]  # field codes and platform columns whose value differs
    moves_subject: bool
    document_number: str
    document_date: date | None
    softening: bool  # it follows a document that was changed


def said(text: str) -> list[Refusal]:
    """Every change says why, in words that fit the column."""
    if not text.strip():
        return [refuse("reason_missing", pointer="/explanation")]
    if len(text) > EXPLANATION_MAX:
        return [refuse("field_too_long", f"理由最长{EXPLANATION_MAX}个字", pointer="/explanation")]
    return []


def over(ended_on: date | None, shared_until: date | None, on: date) -> bool:
    """Whether nothing of a record holds any more on `on`. What was never shared is over only when it was ended."""
    return (ended_on is not None and ended_on <= on) or (shared_until is not None and shared_until < on)


def opening_refusals(
    *, ground: str, explanation: str, ended_on: date | None, shared_until: date | None, on: date
) -> list[Refusal]:
    """Whether a record may be corrected at all, before anything of the correction is looked at."""
    found = said(explanation)
    if ground not in CorrectionGround.values:
        found.append(refuse("code_unknown", "请选择更正理由", pointer="/ground"))
    if over(ended_on, shared_until, on):
        found.append(refuse("record_over", "该信息已经终止或者期限届满，不再对外显示和使用，不能更正"))
    return found


def correction_refusals(correction: Correction, on: date) -> list[Refusal]:
    """Rules 2 to 5 for a correction that the gates let through."""
    if correction.moves_subject:
        return [refuse("subject_changed", pointer="/fields")]
    found = _document_refusals(correction, on)
    if not correction.changed:
        found.append(refuse("nothing_changed", pointer="/fields"))
    pairs = [
        (getattr(correction.before, one.name), getattr(correction.after, one.name)) for one in fields(Ends)
    ]
    later = [(before, after) for before, after in pairs if after is not None and after > (before or date.min)]
    if any(before is not None and before < on for before, _ in later):
        found.append(refuse("record_over", "更正会使已经届满的期限重新开始，不予办理"))
    elif later and correction.softening:
        found.append(refuse("window_lengthened", "原文书变更后的更正不得延长期限（不得加重当事人负担）"))
    elif later and not (correction.document_number and correction.document_date):
        found.append(refuse("window_lengthened", pointer="/basis_document/number"))
    return found


def _document_refusals(correction: Correction, on: date) -> list[Refusal]:
    if correction.document_date is not None and correction.document_date > on:
        return [refuse("document_not_effective", "依据文书的日期晚于今天", pointer="/basis_document/date")]
    if bool(correction.document_number) != (correction.document_date is not None):
        detail = "依据文书要同时写明文书号和日期"
        return [refuse("document_missing", detail, pointer="/basis_document/number")]
    return []


def identity(layout: Layout, values: Mapping[str, str]) -> tuple[str, ...]:
    """What identifies the subject in a row: the same order as `records.rules.subjects`. Names never do."""

    def role(name: str) -> str:
        return normalise_code(values.get(layout.roles.get(name, ""), ""))

    kind = values.get(layout.roles.get(FieldRole.SUBJECT_KIND, ""), "")
    if KINDS.get(kind) == SubjectKind.PERSON:
        return kind, role(FieldRole.SUBJECT_DOCUMENT_KIND), role(FieldRole.SUBJECT_DOCUMENT)
    code = role(FieldRole.SUBJECT_USCC)
    if code and not is_placeholder_uscc(code):
        return kind, "uscc", code
    if number := role(FieldRole.SUBJECT_REGISTRATION):
        return kind, "registration", number
    others = (normalise_code(values.get(one, "")) for one in layout.subject_codes)
    return (kind, *next(((one,) for one in others if one), ()))


def withdrawal_refusals(
    *, reason: str, explanation: str, ended_on: date | None, shared_until: date | None, on: date
) -> list[Refusal]:
    """An agency takes back what it handed in, for one of its own reasons; the document's fate is a proceeding."""
    found = said(explanation)
    if reason not in {one.value for one in WITHDRAWALS}:
        detail = f"请选择撤回理由：{'、'.join(one.value for one in WITHDRAWALS)}；文书被撤销、变更的，请登记处理结果"
        found.append(refuse("code_unknown", detail, pointer="/reason"))
    if over(ended_on, shared_until, on):
        found.append(refuse("record_over", "该信息已经终止或者期限届满，无须撤回"))
    return found


def proceeding_refusals(
    *,
    kind: str,
    organ: str,
    case_number: str,
    since: date | None,
    basis: str,
    decision_date: date,
    known: Collection[tuple[str, str]],
    on: date,
) -> list[Refusal]:
    """A proceeding names its kind, organ, number, day and clause; `known` are those of the record already entered."""
    found = [
        refuse("field_required", sentence, pointer=f"/{name}")
        for name, value, sentence in (
            ("organ", organ, "请填写复议机关、法院或者纠正机关"),
            ("case_number", case_number, "请填写案号或者文号"),
            ("since", since, "请填写受理日期"),
            ("basis", basis, "请填写依据条款"),
        )
        if not value
    ]
    if kind not in ProceedingKind.values:
        found.append(
            refuse("code_unknown", f"程序应为{'、'.join(ProceedingKind.values)}之一", pointer="/kind")
        )
    if since is not None and since > on:
        found.append(refuse("date_in_future", "受理日期晚于今天", pointer="/since"))
    if since is not None and since < decision_date:
        detail = f"受理日期早于原决定日期{decision_date}"
        found.append(refuse("date_order", detail, pointer="/since"))
    if (kind, case_number) in known:
        found.append(refuse("duplicate", "这一案号已经登记过", pointer="/case_number"))
    return found


def outcome_refusals(
    *, open_now: bool, kind: str, outcome: str, document: str, decided_on: date | None, since: date, on: date
) -> list[Refusal]:
    """An outcome is one of the lawful ones, stands in a document with a day, and is given once."""
    if not open_now:
        return [refuse("proceeding_closed")]
    found: list[Refusal] = []
    if outcome not in Outcome.values:
        found.append(refuse("code_unknown", f"结果应为{'、'.join(Outcome.values)}之一", pointer="/outcome"))
    elif kind == ProceedingKind.SUPERVISION and outcome not in DEMANDING:
        found.append(
            refuse("code_unknown", "自行纠正的结果只能是变更、撤销、确认违法或者确认无效", pointer="/outcome")
        )
    if not document and outcome != Outcome.CANCELLED:
        found.append(refuse("document_missing", "请填写结果文书号", pointer="/document"))
    if decided_on is None:
        found.append(refuse("field_required", "请填写结果文书日期", pointer="/decided_on"))
    elif decided_on > on:
        found.append(refuse("date_in_future", "结果文书日期晚于今天", pointer="/decided_on"))
    elif decided_on < since:
        found.append(refuse("date_order", "结果文书日期早于受理日期", pointer="/decided_on"))
    return found


def ends_on(outcome: str, *, due: date, noted_on: date) -> date | None:
    """The first day on which the record no longer holds because of an outcome; None when it goes on.

    A document without force carries nothing from the moment it is known. One that was changed may be corrected until
    `due`; if nobody does, the record is over on the day after, by its date and not by a job.
    """
    if outcome in OVERTURNING:
        return noted_on
    if outcome == Outcome.CHANGED:
        return max(due + timedelta(days=1), noted_on)
    return None


def deadline_code(period_kind: str) -> str:
    """Which clock runs for withdrawing or correcting: penalties have one by law. A sector may have one in its place."""
    return "penalty-withdraw" if period_kind == PeriodKind.PENALTY else "record-withdraw"


def is_late(outcome: str, *, due: date, noted_on: date, settled: Sequence[date], on: date) -> bool:
    """Whether the consequence of an outcome came after `due` or is overdue on `on`; `settled` are the days on which the
    agency corrected or withdrew because of it."""
    done = noted_on if outcome in OVERTURNING else min(settled, default=None)
    return on > due if done is None else done > due


def reopened(ended_on: date | None, end_reason: str, on: date) -> bool:
    """Whether a correction takes back an end that was set ahead for a changed document."""
    return ended_on is not None and end_reason == EndReason.CHANGED and ended_on > on
