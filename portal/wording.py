"""How the portal says things: days left, who a subject is, when repair is possible. Plain values in, words out."""

from dataclasses import dataclass
from datetime import date

from catalog.choices import SubjectKind
from common.components import Chip
from common.masking import mask_long_digits
from portal.selectors import PENALTIES
from records.disclosure import FOREVER, display_date, public_name, split_codes
from records.models import CreditRecord, Subject
from repair.choices import Standing
from repair.rules.eligibility import Answer

SOON_DAYS = 30
_DONE_AT_ONCE = frozenset({"警告", "通报批评", "罚款", "没收违法所得", "没收非法财物"})


@dataclass(frozen=True, slots=True)
class Window:
    """Until when something is shown, and how long that still is."""

    until: str
    left: str


def window_of(until: date | None, at: date) -> Window:
    """`until` is the last day, included."""
    if until is None or until >= FOREVER:
        return Window("长期", "")
    days = (until - at).days
    return Window(display_date(until), f"还有 {days} 天" if days else "今天是最后一天")


def kind_words(subject: Subject) -> str:
    return {
        SubjectKind.ORGANISATION.value: "单位",
        SubjectKind.SELF_EMPLOYED.value: "个体工商户",
        SubjectKind.PERSON.value: "自然人（姓名已作隐去处理）",
    }[subject.kind]


def document_number(record: CreditRecord) -> str:
    """The number of the document; a natural person's is masked where it looks like one of the person's own."""
    if record.subject.kind == SubjectKind.PERSON:
        return mask_long_digits(record.document_number)
    return record.document_number


def subject_name(record: CreditRecord) -> str:
    return public_name(record.subject)


def record_title(record: CreditRecord) -> str:
    """What happened, and to whom: the kinds of a penalty, else the item it was recorded under."""
    kinds = split_codes(str(record.data.get(PENALTIES.kind_field) or ""))
    return f"{subject_name(record)}：{'、'.join(kinds) or record.item.name}"


def without_end_of_its_own(record: CreditRecord) -> bool:
    """Whether a penalty is done with once it is carried out, so that a validity "长期" would only frighten."""
    return _DONE_AT_ONCE.issuperset(split_codes(str(record.data.get(PENALTIES.kind_field) or "none")))


@dataclass(frozen=True, slots=True)
class RepairOutlook:
    """Whether the subject can apply for repair today, in the words of the portal. `state` is a `repair.choices.Standing`."""

    state: str
    words: str = ""
    chip: Chip | None = None


def repair_outlook(answer: Answer) -> RepairOutlook:
    """Today's answer of the repair rules (plan, item 14) in a few words; nothing where there is nothing to repair."""
    state = answer.standing
    if state == Standing.NOW:
        return RepairOutlook(state, str(state.label), Chip(str(state.label), "good"))
    if state in (Standing.LATER, Standing.BARRED) and answer.since is not None:
        return RepairOutlook(state, f"{display_date(answer.since)}起可以申请")
    words = "" if state in (Standing.NONE, Standing.OVER) else str(state.label)
    return RepairOutlook(state, words)


def record_lead(record: CreditRecord, answer: Answer, at: date) -> str:
    """The first sentence of a record's page: until when, and what can be done about it."""
    window = window_of(record.published_until, at)
    if not window.left:
        return "这条信息长期有效，在有效期内公示。"
    ends = f"这条信息公示到{window.until}，{window.left}"
    outlook = repair_outlook(answer)
    match answer.standing:
        case Standing.NOW:
            return f"{ends}。现在就可以申请修复，不收费。"
        case Standing.LATER | Standing.BARRED:
            return f"{ends}。{outlook.words}修复，不收费。"
        case Standing.AUTOMATIC | Standing.IRREPARABLE:
            return f"{ends}。到期自动停止公示，不用申请。"
    return f"{ends}。"
