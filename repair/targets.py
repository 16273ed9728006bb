"""What a case is about, loaded with everything that rules and documents need of it: a record or a list entry."""

from dataclasses import dataclass
from datetime import date

from agencies.models import Agency
from blacklist.models import ListEntry
from catalog.choices import SubjectKind
from catalog.publication import add_months
from common.masking import mask_long_digits
from records.disclosure import public_name
from records.models import CreditRecord, Subject
from repair.models import Case, Omission, RepairRule
from repair.rules.eligibility import Answer, RuleFacts, Thing, judge, minimum_of
from repair.selectors.rules import Rulebook, facts_of


@dataclass(frozen=True, slots=True)
class Target:
    """One record, one list entry, or what an objection says is missing; exactly one of the three."""

    subject: Subject
    record: CreditRecord | None = None
    entry: ListEntry | None = None
    omission: Omission | None = None

    @property
    def title(self) -> str:
        """What it is called: 行政处罚 鹤市监处罚〔2026〕12号."""
        if self.record is not None:
            return f"{self.record.item.name} {self._number(self.record.document_number)}"
        if self.entry is not None:
            return f"{self.entry.scheme.name} {self._number(self.entry.decision_number)}"
        assert self.omission is not None, "a case is about a record, an entry or an omission"
        number = self._number(self.omission.document_number)
        return f"遗漏的信息：{self.omission.item_name} {number}".strip()

    def _number(self, number: str) -> str:
        """A document number; a natural person's is masked where it looks like one of the person's own."""
        return mask_long_digits(number) if self.subject.kind == SubjectKind.PERSON else number

    @property
    def authority(self) -> str:
        if self.record is not None:
            return self.record.authority_name
        if self.omission is not None:
            return self.omission.issuer_name
        return self.entry.authority_name if self.entry else ""

    @property
    def subject_name(self) -> str:
        return public_name(self.subject)

    @property
    def decided_on(self) -> date | None:
        if self.record is not None:
            return self.record.decision_date
        if self.omission is not None:
            return self.omission.issued_on
        return self.entry.decided_on if self.entry else None


def target_of(case: Case) -> Target:
    """The target of a case whose relations were selected."""
    omission = omission_of(case)
    return Target(case.subject or stand_in(omission), case.record, case.entry, omission)


def omission_of(case: Case) -> Omission | None:
    """What a case says is missing; None of a case about something that is there."""
    return None if case.record_id or case.entry_id else case.omission


def stand_in(omission: Omission | None) -> Subject:
    """The party of an omission as a subject to show, which stands in no table."""
    assert omission is not None, "a case without a subject is about an omission"
    name = "" if omission.party == SubjectKind.PERSON else omission.shown_name
    return Subject(kind=omission.party, name=name, shown_name=omission.shown_name, uscc=omission.uscc)


def lock(record_id: int | None, entry_id: int | None) -> Target:
    """The target, locked: whoever applies for or decides the same thing meanwhile waits. DoesNotExist."""
    if record_id is not None:
        rows = CreditRecord.objects.select_for_update(of=("self",))
        record = rows.select_related("subject", "item", "provider", "regime").get(pk=record_id)
        return Target(record.subject, record=record)
    assert entry_id is not None, "a case is about a record or an entry"
    entries = ListEntry.objects.select_for_update(of=("self",))
    entry = entries.select_related("subject", "scheme__basis", "authority").get(pk=entry_id)
    return Target(entry.subject, entry=entry)


def rule_of(target: Target, book: Rulebook) -> RepairRule | None:
    if target.record is not None:
        return book.rule_of(target.record)
    return book.rule_of_scheme(target.entry.scheme_id) if target.entry else None


def answer_of(target: Target, book: Rulebook, barred: date | None) -> Answer:
    """Today's answer of gate G12 about the target."""
    if target.record is not None:
        return book.answer(target.record, barred)
    rule = rule_of(target, book)
    facts = facts_of(rule) if rule else RuleFacts(clause="", irreparable=True)
    return judge(_entry_thing(target, book.on, barred), facts, book.on)


def minimum(target: Target, book: Rulebook) -> date | None:
    """The last day that would be too early, kept with the case for the database to compare with."""
    if target.record is not None:
        return book.minimum(target.record)
    rule = rule_of(target, book)
    return minimum_of(_entry_thing(target, book.on, None), facts_of(rule)) if rule else None


def _entry_thing(target: Target, on: date, barred: date | None) -> Thing:
    entry = target.entry
    assert entry is not None, "a target without a record is an entry"
    months = entry.scheme.earliest_removal_months
    ended = entry.ended_on is not None and entry.ended_on <= on
    return Thing(
        dishonest=True,
        decided_on=entry.effective_from,
        over=ended or (entry.ends_on is not None and entry.ends_on < on),
        minimum_until=add_months(entry.effective_from, months) if months is not None else None,
        ends=entry.ends_on,
        barred_until=barred,
    )


def credit_authority() -> Agency:
    """The credit authority (社会信用主管部门). Agency.DoesNotExist where none is configured."""
    return Agency.objects.filter(is_credit_authority=True, active=True).order_by("id")[:1].get()


def determining_unit(target: Target) -> Agency:
    """谁认定、谁修复: whoever decided, where it works on this platform; else whoever handed it in; else the authority."""
    if target.record is not None:
        record = target.record
        units = Agency.objects.filter(active=True)
        found = units.filter(uscc=record.authority_uscc).first() if record.authority_uscc else None
        return found or units.filter(name=record.authority_name).first() or record.provider
    if target.entry is not None and target.entry.authority is not None:
        return target.entry.authority
    return credit_authority()
