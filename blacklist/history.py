"""What the lists said on a day: for officers, under a registered duty purpose, each question in the register (G11).

Two answers stand side by side: what is known now of that day, and what the platform held to be true when that day ended.
They differ where an entry was put in late, corrected, revoked with effect from before, or suspended afterwards.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from agencies.models import Agency, ApiClient, Officer
from blacklist.choices import ChangeKind
from blacklist.clauses import refuse
from blacklist.models import EntryChange, ListEntry
from blacklist.rules.entries import Span, listed, suspended
from blacklist.rules.history import DATES, Change, as_known, span_of
from catalog.choices import SubjectKind
from common.clock import today
from common.gates import PLAN, Refusal, Refused
from common.identifiers import id_number_problem, normalise_code, uscc_problem
from common.privacy import lookup_digest
from ledger.services import acting
from records.identity.groups import Group, groups_by_key
from records.models import Subject
from records.rules.subjects import person_key
from records.services.common import actor_number
from records.sharing import rules as sharing
from records.sharing.choices import LookUpKind
from records.sharing.models import DutyPurpose
from records.sharing.services.lookups import DIGEST, Asker, LookUpRefused, duty_of, register

LIMIT: Final = 200
BASIS: Final = f"{PLAN} 第4条（1）、第12条"


@dataclass(frozen=True, slots=True)
class Standing:
    """One entry on the day asked about: by what is known now, and by what was known when the day ended."""

    entry: ListEntry
    now: str
    then: str

    @property
    def differs(self) -> bool:
        return self.now != self.then


@dataclass(frozen=True, slots=True)
class Answered:
    """One code with what stood about it. `subject` None: the platform knows nobody of that code."""

    code: str
    subject: Subject | None
    standings: Sequence[Standing]

    @property
    def listed(self) -> bool:
        return any(standing.now == "在列" for standing in self.standings)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The answer as a whole; `receipts` are the numbers in the register, in the order of the codes."""

    on: date
    answers: Sequence[Answered]
    receipts: Sequence[str]


def standings(subjects: Collection[int], on: date) -> dict[int, list[Standing]]:
    """Entries of the subjects that stood on the day by either reckoning; two statements, whatever the number."""
    rows = ListEntry.objects.filter(subject__in=subjects).select_related("scheme", "authority").order_by("id")
    entries = list(rows)
    changes: dict[int, list[Change]] = defaultdict(list)
    made = EntryChange.objects.filter(entry__in=[entry.pk for entry in entries]).order_by("id")
    kept = made.exclude(kind=ChangeKind.LISTED)
    for entry_id, at, before in kept.values_list("entry_id", "recorded_at", "before"):
        changes[entry_id].append(Change(at, before))
    moment = _end_of(on)
    found: dict[int, list[Standing]] = defaultdict(list)
    for entry in entries:
        now = {name: getattr(entry, name) for name in DATES}
        then = as_known(now, entry.created_at, changes[entry.pk], moment)
        words = _words(span_of(now), on), _words(span_of(then), on) if then else ""
        if any(words):
            found[entry.subject_id].append(Standing(entry, words[0] or "不在列", words[1] or "不在列"))
    return found


def _end_of(on: date) -> datetime:
    """The last moment of the day in Hegang; of a day not over yet, now."""
    end = timezone.make_aware(datetime.combine(on + timedelta(days=1), time()))
    return min(end, timezone.now())


def _words(span: Span, on: date) -> str:
    if not listed(span, on):
        return ""
    return "在列，暂停执行" if suspended(span, on) else "在列"


def ask(
    *,
    agency: Agency,
    purpose_code: str,
    codes: Sequence[str],
    on: date,
    officer: Officer | None = None,
    client: ApiClient | None = None,
    document_number: str = "",
) -> AsOf:
    """Who of these stood on a list on that day. Each code is one row of the register.

    Raises Refused field_required / identifier_invalid / date_in_future for what is no question yet (not registered), and
    LookUpRefused purpose_missing, purpose_not_registered, scope_exceeded (registered).
    """
    keys = _keys(codes, on)
    asker, at = Asker(agency, officer, client), today()
    refusal: Refusal | None = None
    with (
        transaction.atomic(durable=True),
        acting(actor=actor_number(officer, client), action="blacklist.ask_as_of", basis=BASIS),
    ):
        duty = DutyPurpose.objects.filter(code=purpose_code, agency=agency).first() if purpose_code else None
        bodies = groups_by_key(keys.values())
        heads = Subject.objects.in_bulk({body.head for body in bodies.values()})
        known = {key: heads[body.head] for key, body in bodies.items()}
        kinds = {
            SubjectKind.PERSON if key.startswith("person:") else known[key].kind if key in known else None
            for key in keys.values()
        }
        for kind in kinds:
            question = sharing.Question(agency.pk, purpose_code, "", kind, document_number.strip())
            refusal = refusal or sharing.judge(question, duty_of(duty, at))
        stood = _of_bodies(bodies, on) if refusal is None else {}
        receipts = [
            register(
                asker,
                kind=LookUpKind.QUERY,
                purpose=duty,
                asked=lookup_digest(key, purpose=DIGEST),
                subject=known.get(key) if refusal is None else None,
                item_codes=[],
                record_count=len(stood.get(key, [])),
                document_number=document_number if key.startswith("person:") else "",
                refusal_code=refusal.code if refusal else "",
                on=at,
            ).receipt
            for key in keys.values()
        ]
    if refusal is not None:
        raise LookUpRefused(refusal, receipt=receipts[0])
    answers = [Answered(code, known.get(key), stood.get(key, [])) for code, key in keys.items()]
    return AsOf(on, answers, receipts)


def _of_bodies(bodies: Mapping[str, Group], on: date) -> dict[str, list[Standing]]:
    """What stood against each body on the day, under whichever of its rows it was listed."""
    rows = standings({pk for body in bodies.values() for pk in body.ids}, on)
    return {key: [one for pk in sorted(body.ids) for one in rows.get(pk, [])] for key, body in bodies.items()}


def _keys(codes: Sequence[str], on: date) -> dict[str, str]:
    """Code as typed → key of the subject, each once, in order."""
    wanted = list(dict.fromkeys(filter(None, map(normalise_code, codes))))
    if not wanted:
        raise Refused(
            refuse(
                "field_required",
                "请填写统一社会信用代码或者身份证号码，每行一个",
                pointer="/codes",
            )
        )
    if len(wanted) > LIMIT:
        raise Refused(refuse("field_too_long", f"一次最多查询{LIMIT}个", pointer="/codes"))
    if on > today():
        raise Refused(refuse("date_in_future", "只能查询今天以前的日子", pointer="/on"))
    keys, wrong = {}, []
    for line, code in enumerate(wanted, 1):
        if uscc_problem(code) is None:
            keys[code] = f"uscc:{code}"
        elif id_number_problem(code) is None:
            keys[code] = person_key("身份证", code)
        else:
            wrong.append(refuse("identifier_invalid", f"第{line}个代码不正确，请核对", pointer="/codes"))
    if wrong:
        raise Refused(*wrong)
    return keys
