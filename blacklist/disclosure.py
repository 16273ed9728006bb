"""What the public sees of an entry, and in which words. Used by portal pages and the public API alike.

The caller passes only entries from `blacklist.selectors.published`. Names of natural persons are masked, and of a person
no free text is shown: a reason may name the creditor, the family, the neighbours. Where the reason of a person is one of
the grounds that the list itself names, those words are general and are shown; otherwise the page says where it stands.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from blacklist.choices import Origin, StepKind
from blacklist.models import HonourEntry, ListEntry
from catalog.choices import SubjectKind
from common.masking import mask_long_digits, mask_name
from records.disclosure import public_name

_NAMED_PERSON: Final = re.compile(r"法定代表人|负责人|责任人|经办人|联系人|姓名")
_HIDDEN: Final = re.compile(r"身份证|证件号|电话|手机|住址|年龄|性别|出生")
_NUMBERING: Final = re.compile(r"^[\s\d一二三四五六七八九十（）().．、]+")
REASON_OF_A_PERSON: Final = "符合该名单规定的列入情形，具体事由见决定文书"
REMEDIES: Final = "不服列入决定的，可以依法申请行政复议、提起行政诉讼；对人民法院的决定，可以依法申请纠正、复议。认为信息有误的，可以提出异议。"


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """One entry as everybody may read it. `notice` is empty for what was decided elsewhere."""

    id: str
    scheme: str
    scheme_name: str
    subject_id: str
    name: str
    kind: str
    uscc: str
    region: str
    authority: str
    decision_number: str
    decided_on: date
    reason: str
    basis: str
    sanction_hints: str
    removal: str
    remedies: str
    effective_from: date
    ends_on: date | None
    disputed_since: date | None
    imported: bool
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """The prior notice behind an entry that was decided here."""

    number: str
    noticed_on: date
    served_on: date | None


def public_entry(entry: ListEntry) -> PublicEntry:
    subject, scheme = entry.subject, entry.scheme
    person = subject.kind == SubjectKind.PERSON
    return PublicEntry(
        id=entry.public_id,
        scheme=scheme.code,
        scheme_name=scheme.name,
        subject_id=subject.public_id,
        name=public_name(subject),
        kind=subject.kind,
        uscc="" if person else subject.uscc,
        region=subject.region,
        authority=entry.authority_name,
        decision_number=mask_long_digits(entry.decision_number) if person else entry.decision_number,
        decided_on=entry.decided_on,
        reason=_reason_of_person(entry) if person else mask_long_digits(entry.reason),
        basis=entry.basis_text,
        sanction_hints=entry.sanction_hints,
        removal=entry.removal_text or scheme.removal_text,
        remedies=entry.remedies or REMEDIES,
        effective_from=entry.effective_from,
        ends_on=entry.ends_on,
        disputed_since=entry.disputed_since,
        imported=entry.origin == Origin.IMPORTED,
        fields=() if person else _fields(entry),
    )


def _reason_of_person(entry: ListEntry) -> str:
    grounds = {_compared(line) for line in entry.scheme.grounds.splitlines()} - {""}
    return entry.reason if _compared(entry.reason) in grounds else REASON_OF_A_PERSON


def _compared(line: str) -> str:
    return _NUMBERING.sub("", line).strip().rstrip("；;。")


def _fields(entry: ListEntry) -> tuple[tuple[str, str], ...]:
    """Further contents that the list lets be shown; names of persons masked, numbers of persons never."""
    shown = []
    for label, value in entry.data.items():
        text = str(value or "").strip()
        if not text or (label not in entry.scheme.shown_fields and not _NAMED_PERSON.search(label)):
            continue
        if _HIDDEN.search(label):
            continue
        shown.append((label, mask_name(text) if _NAMED_PERSON.search(label) else mask_long_digits(text)))
    return tuple(shown)


def public_notice(entry: ListEntry) -> PublicNotice | None:
    """Number and days of the notice and of its service; the caller has prefetched the steps of the case."""
    decision = entry.decision
    if decision is None:
        return None
    steps = [step for step in decision.case.steps.all() if step.round == decision.round]
    notice = next((step for step in steps if step.kind == StepKind.NOTICE), None)
    served = next((step for step in steps if step.kind == StepKind.SERVED), None)
    return PublicNotice(notice.number, notice.on, served.on if served else None) if notice else None


@dataclass(frozen=True, slots=True)
class PublicHonour:
    """What of an honour is shown in other words than it is kept in."""

    name: str
    uscc: str
    decision_number: str
    reason: str
    fields: tuple[tuple[str, str], ...]


def public_honour(entry: HonourEntry) -> PublicHonour:
    """An honour as everybody may read it: persons masked, and no numbers of persons in any text."""
    subject = entry.subject
    person = subject.kind == SubjectKind.PERSON
    return PublicHonour(
        name=public_name(subject),
        uscc="" if person else subject.uscc,
        decision_number=mask_long_digits(entry.decision_number),
        reason=mask_long_digits(entry.reason),
        fields=tuple(
            (label, mask_long_digits(str(value)))
            for label, value in entry.data.items()
            if label in entry.scheme.shown_fields
        ),
    )
