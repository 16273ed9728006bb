"""法人和非法人组织公共信用信息报告: what is public about an organisation on the day of issue, and nothing else.

It reads through the selectors of the subject's page and masks as the pages do; it has no rule of its own. Every line has a
digest, from which a later check tells whether the same would be said today, without anything of it being kept.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.conf import settings

from agencies.areas import area_name
from blacklist.disclosure import public_entry, public_honour
from blacklist.models import HonourEntry, ListEntry
from catalog.choices import FieldRole, Nature, SubjectKind
from common.documents import Block, Fields, Grid, Heading, Items, OfficialDocument
from common.templatetags.credit import cdatetime
from portal import selectors
from portal.listed import ENTRIES_SHOWN, listed_subjects
from portal.models import IssuedReport
from portal.views.honours import honours_of
from portal.wording import document_number, repair_outlook, window_of
from records.disclosure import display_date, marks, public_fields
from records.models import CreditRecord, Subject
from repair.rules.eligibility import Answer
from repair.selectors.rules import Rulebook, barred_until
from repair.targets import Target, answer_of

LIMIT: Final = 300
TITLE: Final = "法人和非法人组织公共信用信息报告"
_NUMERALS: Final = "一二三四五六七八九十"
_IN_SHORT: Final = (FieldRole.CONTENT, FieldRole.DOCUMENT_NAME, FieldRole.CONDUCT)
_SAID_ALREADY: Final = frozenset(
    {
        FieldRole.SUBJECT_NAME,
        FieldRole.SUBJECT_KIND,
        FieldRole.SUBJECT_USCC,
        FieldRole.DOCUMENT_NUMBER,
        FieldRole.DECISION_DATE,
        FieldRole.AUTHORITY_NAME,
        FieldRole.PUBLISH_UNTIL,
    }
)
EXPLAINED: Final = (
    "本报告只反映出具之时本平台正在公示的信息；没有公示、公示期届满、已经修复或者撤销的信息不在其中，也不得推断。",
    "公示的信息来自作出决定的单位；期限和依据以网站上的该条信息为准。",
    "认为信息有误、有遗漏或者超过期限的，可以提出异议；符合条件的可以申请信用修复。都不收费。",
    "本报告不收取任何费用。出具以后信息会有变化，请扫描二维码核验它是不是最新。",
)
Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What is public about one body on a day. `subject` is None where nothing is public about the code asked for."""

    code: str
    at: date
    subject: Subject | None = None
    entries: Sequence[ListEntry] = ()
    honours: Sequence[HonourEntry] = ()
    records: Sequence[CreditRecord] = ()
    more: bool = False
    said: list[str] = field(default_factory=list)


def subject_of(public_id: str, at: date) -> Subject | None:
    """The organisation whose page this is; None for what is not public, and for natural persons, who ask at the window."""
    known = selectors.SUBJECT_SHOWN.rows(public_id=public_id, at=at)
    found = known[0] if known else listed_subjects(at).filter(public_id=public_id).first()
    return found if found is not None and found.kind != SubjectKind.PERSON else None


def contents_of(subject: Subject | None, code: str, at: date) -> Contents:
    """Four queries, whatever there is: lists, honours, records and the fields of their items."""
    if subject is None:
        return Contents(code, at)
    rows = selectors.subject_records(subject, at).defer(None).prefetch_related("item__fields")
    records = list(rows.order_by(*selectors.SUBJECT_ORDER)[: LIMIT + 1])
    found = Contents(
        subject.uscc,
        at,
        subject,
        ENTRIES_SHOWN.rows(subject=subject.pk, at=at),
        honours_of(subject),
        records[:LIMIT],
        more=len(records) > LIMIT,
    )
    lines = [_entry(one) for one in found.entries] + [_honour(one) for one in found.honours]
    lines += [_record(one, at) for one in found.records]
    found.said.extend(sorted(hashlib.sha256(repr(line).encode()).hexdigest()[:16] for line in lines))
    return found


def digest_of(blocks: Sequence[Block]) -> bytes:
    """Of everything that is said, in the words of the day."""
    return hashlib.sha256(repr(blocks).encode()).digest()


def document_of(report: IssuedReport, blocks: Sequence[Block], address: str) -> OfficialDocument:
    return OfficialDocument(
        title=TITLE,
        number=report.number,
        recipient="",
        blocks=[
            Fields(
                [("报告编号", report.number), ("出具时间", _moment(report)), ("核验码", code_in(address))]
            ),
            *blocks,
        ],
        signatory=settings.CREDIT_AUTHORITY_NAME,
        signed_on=report.day,
        verification_url=address,
        notes=[f"由{settings.CREDIT_PLATFORM_NAME}出具，不收取任何费用。"],
    )


def code_in(address: str) -> str:
    return address.rsplit("=", 1)[-1]


def _moment(report: IssuedReport) -> str:
    return cdatetime(report.issued_at)


# --- the parts ---------------------------------------------------------------------------------------------


def blocks_of(contents: Contents) -> list[Block]:
    """The report without its head; three more queries."""
    parts: list[tuple[str, list[Block]]] = [("主体", [Fields(_subject(contents))])]
    parts.append(("概要", [Items(_summary(contents))]))
    book = Rulebook.load(contents.at)
    barred = barred_until(contents.subject, contents.at) if contents.subject else None
    if contents.entries:
        rows = [[*_entry(one), *_outlook(_answer(one, book, barred))] for one in contents.entries]
        parts.append(("严重失信主体名单", [Fields(row) for row in rows]))
    if contents.honours:
        parts.append(("诚实守信名单", [Fields(_honour(one)) for one in contents.honours]))
    for name, rows_of in selectors.grouped(contents.records):
        parts.append((name, _group(rows_of, contents.at, book, barred)))
    parts.append(("说明", [Items(EXPLAINED)]))
    blocks: list[Block] = []
    for number, (title, inside) in enumerate(parts):
        blocks += [Heading(f"{_numeral(number)}、{title}"), *inside]
    return blocks


def _numeral(number: int) -> str:
    tens, ones = divmod(number + 1, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return ten + (_NUMERALS[ones - 1] if ones else "")


def _subject(contents: Contents) -> Rows:
    subject = contents.subject
    if subject is None:
        return [("统一社会信用代码", contents.code)]
    rows = [
        ("名称", subject.shown_name),
        ("统一社会信用代码", subject.uscc or "未载明"),
        ("主体类别", str(subject.get_kind_display())),
    ]
    region = area_name(subject.region)
    return [*rows, ("所在地区", region)] if region else rows


def _summary(contents: Contents) -> list[str]:
    if contents.subject is None:
        return ["截至出具之时，本平台没有正在公示的信息。"]
    bad = sum(one.item.nature == Nature.DISHONEST for one in contents.records)
    more = f"以上，本报告列出决定日期最近的 {LIMIT} 条" if contents.more else ""
    return [
        f"正在公示的记录：{len(contents.records)} 条{more}。",
        f"其中失信信息：{bad} 条。" if bad else "其中没有失信信息。",
        f"严重失信主体名单：在 {len(contents.entries)} 份名单上。"
        if contents.entries
        else "没有列入严重失信主体名单。",
        f"诚实守信名单：在 {len(contents.honours)} 份名单上。"
        if contents.honours
        else "没有诚实守信名单信息。",
    ]


def _entry(entry: ListEntry) -> Rows:
    shown = public_entry(entry)
    ends = display_date(shown.ends_on) if shown.ends_on else "履行义务前"
    rows = [
        ("名单", shown.scheme_name),
        ("认定单位", shown.authority),
        ("决定文书", f"{shown.decision_number}（{display_date(shown.decided_on)}）"),
        ("列入事由", shown.reason),
        ("依据", shown.basis),
        ("列入期限", f"{display_date(shown.effective_from)} 至 {ends}"),
        *shown.fields,
    ]
    return [*rows, ("标注", "异议处理中")] if shown.disputed_since else rows


def _honour(honour: HonourEntry) -> Rows:
    shown = public_honour(honour)
    until = display_date(honour.ends_on) if honour.ends_on else "长期"
    return [
        ("名单", honour.scheme.name),
        ("评定单位", honour.authority_name),
        ("文号", shown.decision_number),
        ("评定结果", shown.reason),
        ("有效期", f"{display_date(honour.effective_from)} 至 {until}"),
        *shown.fields,
    ]


def _record(record: CreditRecord, at: date) -> Rows:
    """What the page of the record shows of it."""
    rows = [
        ("文书号", document_number(record)),
        ("决定机关", record.authority_name),
        ("决定日期", display_date(record.decision_date)),
    ]
    rows += [(one.label, one.display) for one in public_fields(record) if one.role not in _SAID_ALREADY]
    rows.append(("公示至", window_of(record.published_until, at).until))
    marked = marks(record)
    return [*rows, ("标注", marked)] if marked else rows


def _group(records: Sequence[CreditRecord], at: date, book: Rulebook, barred: date | None) -> list[Block]:
    """What tells against somebody in full, with the way out; everything else a line each."""
    if records[0].item.nature == Nature.DISHONEST:
        return [Fields([*_record(one, at), *_outlook(book.answer(one, barred))]) for one in records]
    heads = ("文书号", "内容", "决定机关", "决定日期", "公示至")
    return [Grid(heads, [_line(one, at) for one in records])]


def _line(record: CreditRecord, at: date) -> list[str]:
    shown = {one.role: one.display for one in public_fields(record)}
    what = next((shown[role] for role in _IN_SHORT if shown.get(role)), "")
    marked = marks(record)
    return [
        f"{document_number(record)}（{marked}）" if marked else document_number(record),
        what[:60],
        record.authority_name,
        display_date(record.decision_date),
        window_of(record.published_until, at).until,
    ]


def _answer(entry: ListEntry, book: Rulebook, barred: date | None) -> Answer:
    return answer_of(Target(entry.subject, entry=entry), book, barred)


def _outlook(answer: Answer) -> Rows:
    words = repair_outlook(answer).words
    return [("信用修复", words)] if words else []
