"""How the portal says things: days left, who a subject is, when repair is possible. Plain values in, words out."""

from dataclasses import dataclass
from datetime import date, timedelta

from catalog.choices import Nature, SubjectKind
from common.components import Chip
from common.masking import mask_long_digits
from records.disclosure import FOREVER, display_date, public_name
from records.models import CreditRecord, Subject

SOON_DAYS = 30


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


@dataclass(frozen=True, slots=True)
class RepairOutlook:
    """Whether the subject can apply for repair, and from when. `state`: none (nothing to repair), ask (the unit's own
    rules apply), now, later, automatic (ends by itself first)."""

    state: str
    since: date | None = None
    words: str = ""
    chip: Chip | None = None


def repair_outlook(record: CreditRecord, at: date) -> RepairOutlook:
    """Repair concerns dishonest conduct only; it opens on the day after the minimum period (plan, item 14).

    Where the minimum period is as long as the publication there is no early end: it stops by itself.
    """
    if record.item.nature != Nature.DISHONEST:
        return RepairOutlook("none")
    if record.regime_id is None:
        return RepairOutlook("ask")
    minimum, until = record.minimum_until, record.published_until
    if minimum is None or minimum < at:
        return RepairOutlook("now", chip=Chip("可以申请修复", "good"))
    if until is not None and minimum >= until:
        return RepairOutlook("automatic", words="到期自动停止公示")
    since = minimum + timedelta(days=1)
    return RepairOutlook("later", since=since, words=f"{display_date(since)}起可以申请")


def record_lead(record: CreditRecord, at: date) -> str:
    """The first sentence of a record's page: until when, and what can be done about it."""
    window = window_of(record.published_until, at)
    if not window.left:
        return "这条信息长期有效，在有效期内公示。"
    ends = f"这条信息公示到{window.until}，{window.left}"
    match repair_outlook(record, at).state:
        case "now":
            return f"{ends}。现在就可以申请修复，不收费。"
        case "later":
            return f"{ends}。{repair_outlook(record, at).words}修复，不收费。"
        case "automatic":
            return f"{ends}。到期自动停止公示，不用申请。"
    return f"{ends}。"
