"""Invented records, entries, measures and repairs, and short ways to change them the way services do: inside a named action, then sealed."""

import hashlib
import random
from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from typing import Any

from agencies.choices import Role
from agencies.models import Agency, Officer
from blacklist.models import ListEntry
from blacklist.services import end_entry, resume_entry, suspend_entry
from catalog.models import CatalogItem, ProviderRoute, PublicationTier
from catalog.selectors import in_force
from common.clock import today
from common.gates import Refused
from common.problems import Problem
from ledger.services import acting, seal_all
from records.contents import seal_record
from records.models import CreditRecord, Subject
from sanctions import selectors
from sanctions.models import AppliedMeasure
from sanctions.services import ApplicationText, apply_measure, lift_measure
from tests import people
from tests.factories import make_person
from tests.repair import samples as repairs

_numbers = count(1)
_AGO = timedelta(days=60)
_NAMES = ("兴山煤业", "萝北米业", "绥滨粮贸", "东山建材", "工农商贸")


def agency(offset: int = 0) -> Agency:
    """An agency that may hand in penalties and licences."""
    routes = ProviderRoute.objects.filter(in_force(today()), item_code="xzcf").order_by("agency")
    return routes.select_related("agency")[offset].agency


def _subject(number: int) -> Subject:
    name = f"鹤岗市{_NAMES[number % len(_NAMES)]}有限公司（样本{number}）"
    return Subject(
        key=f"reg:23040000{number:07d}", kind="organisation", name=name, shown_name=name, normal_name=name
    )


def _record(
    number: int,
    subject: Subject,
    item: CatalogItem,
    tier: PublicationTier | None,
    provider: Agency,
    secret: bool,
) -> CreditRecord:
    prefix = "CF" if item.code == "xzcf" else "XK"
    digest = hashlib.sha256(f"样本{number}".encode()).digest()[:16]
    decided = today() - _AGO
    return CreditRecord(
        item=item,
        item_code=item.code,
        subject=subject,
        provider=provider,
        channel="file",
        fingerprint=digest,
        document_kind="行政处罚决定书" if prefix == "CF" else "行政许可决定书",
        document_number=f"鹤市监{'罚' if prefix == 'CF' else '许'}字〔2026〕{number}号",
        decision_date=decided,
        effective_date=decided,
        authority_name=provider.name,
        data={
            f"{prefix}_XDR_MC": subject.name,
            f"{prefix}_WSH": f"鹤市监字〔2026〕{number}号",
            f"{prefix}_NR": "含“引号”、<尖括号>、\\反斜杠\t和\n换行",
            **({"XK_YXQZI": (today() + timedelta(days=400)).isoformat()} if prefix == "XK" else {}),
        },
        secret=seal_record({f"{prefix}_FRDB_ZJHM": f"23040119800101{number % 10000:04d}"}, digest)
        if secret
        else None,
        regime=tier.regime if tier else None,
        tier=tier,
        shared_until=today() + timedelta(days=400),
        published_until=today() + timedelta(days=300),
    )


def add_records(
    amount: int, *, item: str = "xzcf", provider: Agency | None = None, secret: bool = False
) -> list[CreditRecord]:
    """`amount` new shared records, as one action; not yet sealed."""
    row = CatalogItem.objects.get(in_force(today() - _AGO), code=item)
    tier = PublicationTier.objects.filter(max_months=36)[0] if item == "xzcf" else None
    unit = provider or agency()
    numbers = [next(_numbers) for _ in range(amount)]
    with acting(actor=None, action="测试报送"):
        subjects = Subject.objects.bulk_create([_subject(number) for number in numbers])
        return CreditRecord.objects.bulk_create(
            [
                _record(n, subject, row, tier, unit, secret)
                for n, subject in zip(numbers, subjects, strict=True)
            ]
        )


def change(*records: CreditRecord, **values: object) -> None:
    """Update records in one action; with `note=` a field of the contents."""
    with acting(actor=None, action="测试更正"):
        note = values.pop("note", None)
        for record in CreditRecord.objects.filter(pk__in=[record.pk for record in records]).order_by("pk"):
            if note is not None:
                record.data["CF_NR"] = str(note)
            for name, value in values.items():
                setattr(record, name, value)
            record.save()


def end(*records: CreditRecord) -> None:
    """Repair or revocation: over from today."""
    change(*records, ended_on=today(), end_reason="repaired")


def seal() -> None:
    seal_all(using="default")


_WHO = {"nmg-48-cg": "hg-caizheng", "ztb-53": "hg-fagai"}


def who(code: str) -> Officer:
    """Who applies a measure."""
    return repairs.officer(Role.REVIEWER, _WHO[code])


def applied(
    ground: CreditRecord | ListEntry, code: str = "nmg-48-cg", *, on: date | None = None, days: int = 100
) -> AppliedMeasure:
    """A measure on the subject of a list entry (nmg-48-cg) or of a record about collusion (ztb-53)."""
    by, on = who(code), on or today()
    assert by.agency is not None
    words = ApplicationText(
        document_number="鹤财采〔2026〕9号", reason="内部理由，不外送", heavier_why="情节严重", starts_on=on,
        ends_on=on + timedelta(days=days),
    )  # fmt: skip
    measure = selectors.standing(on).get(code=code)
    return apply_measure(
        agency=by.agency, officer=by, measure_id=measure.pk, ground=ground, text=words, on=on
    )


class Lists:
    """Lists entries, lays measures on them, lets them rest, lifts, ends and repairs, at random."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.entries, self.measures = chance, list[ListEntry](), list[AppliedMeasure]()
        self.opening = [
            self._repair,
            self._apply,
            self._listed,
            self._listed,
        ]  # every kind at least once, from the end

    @staticmethod
    def people() -> None:
        """Whoever acts here; beforehand, for several writers would create them at once."""
        who("nmg-48-cg"), repairs.officer(Role.REVIEWER, people.agency().code)

    def step(self) -> None:
        if self.opening:
            return self.opening.pop()()
        acts = [self._listed, self._apply, self._apply, self._rest, self._lift, self._end, self._repair]
        with suppress(Refused, Problem):  # at rest, laid already: nothing is written
            self.chance.choice(acts if len(self.entries) > 2 else acts[:1])()
        return None

    def _listed(self) -> None:
        person = make_person() if len(self.entries) > 1 and self.chance.random() < 0.2 else None
        self.entries.append(repairs.listed(person))

    def _taken(self) -> ListEntry:
        return self.entries.pop(self.chance.randrange(len(self.entries)))

    def _apply(self) -> None:
        bodies = [one.pk for one in self.entries if one.subject.kind != "person"]
        if bodies:
            self.measures.append(applied(ListEntry.objects.get(pk=self.chance.choice(bodies))))

    def _lift(self) -> None:
        if self.measures:
            row = self.measures.pop()
            lift_measure(applied_id=row.pk, on=today(), document="鹤解〔2026〕1号", officer=who("nmg-48-cg"))

    def _rest(self) -> None:
        entry = ListEntry.objects.get(pk=self.chance.choice(self.entries).pk)
        given: dict[str, Any] = {"officer": None, "entry_id": entry.pk, "reason": "法院裁定", "basis": "裁定"}
        if entry.suspended_from is None:
            suspend_entry(since=today() - timedelta(days=1), until=None, **given)
        else:
            resume_entry(on=today(), **given)

    def _end(self) -> None:
        end_entry(officer=None, entry_id=self._taken().pk, on=today(), reason="expired", basis="决定")

    def _repair(self) -> None:
        repairs.decided(repairs.accepted(self._taken()))
