"""Reads of erasures: what is held about a person and what becomes of it, which requests wait, what should go unasked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Least
from django.utils import timezone

from catalog.choices import SubjectKind
from catalog.publication import add_months
from catalog.selectors import in_force
from common.models import StoredFile
from common.readable import plain
from records.erasure.choices import AskedBy, ErasureState, Fate, Ground, Holding, Kept
from records.erasure.models import Erasure, ErasureLine, RetentionRule
from records.erasure.rules import Held, Verdict, of_the_person, verdict
from records.models import CreditRecord, Subject
from records.persons import codes
from records.persons.models import Consent
from records.selectors import out_of_sight


@dataclass(frozen=True, slots=True)
class Found:
    """One holding of a person, as a room reports it."""

    holding: Holding
    object_id: int
    kept: Kept
    held: Held
    label: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A holding and its fate, were erasure granted today."""

    holding: Holding
    object_id: int
    label: str
    verdict: Verdict


# What the rooms above keep about a subject: `held(subject_id)`, `files(holding, object_id)` where they keep files and
# `forget(document)` where they keep rows that nobody counts, named in the settings.
HeldBy = Callable[[int], Sequence[Found]]
FilesOf = Callable[[str, int], Sequence[StoredFile]]


@cache
def rooms(name: str) -> list[Callable[..., Any]]:
    """What the rooms above bring under this name; not every room brings everything."""
    modules = [import_module(module) for module in settings.ERASURE_ROOMS]
    return [getattr(module, name) for module in modules if hasattr(module, name)]


def rule_of(kept: str, on: date) -> RetentionRule:
    """RetentionRule.DoesNotExist where the reference data is missing."""
    return RetentionRule.objects.filter(in_force(on), kept=kept).select_related("basis").get()


def rules() -> QuerySet[RetentionRule]:
    return RetentionRule.objects.select_related("basis")


def plan(erasure: Erasure, on: date) -> list[Planned]:
    """Every holding of the person with its fate; the subject last. A handful of queries."""
    return list(_plan(erasure, on))


def _plan(erasure: Erasure, on: date) -> Iterator[Planned]:
    subject = erasure.subject
    found = [*(_records(subject) if subject else ()), *_consents(erasure.key)]
    if subject is not None:
        for held_by in rooms("held"):
            found += held_by(subject.pk)
    rules_of_day = {kept: rule_of(kept, on) for kept in {one.kept for one in found}}
    verdicts, left = _before(subject) if subject else ([], set())
    for one in found:
        if erasure.asked_by == AskedBy.FOLLOW_UP and (one.holding, one.object_id) not in left:
            verdicts.append(_NEW)
            continue
        rule = rules_of_day[one.kept]
        # that a record was unlawful says nothing against the papers of a case about it
        ground = erasure.ground if one.holding in (Holding.RECORD, Holding.CONSENT) else Ground.PURPOSE
        fate = verdict(one.held, ground, keep_months=rule.keep_months, basis=rule.cited, on=on)
        if one.holding != Holding.CONSENT:  # which has its own copy of who gave it
            verdicts.append(fate)
        yield Planned(one.holding, one.object_id, one.label, fate)
    if subject is not None:
        yield Planned(Holding.SUBJECT, subject.pk, subject.shown_name, of_the_person(verdicts))


# What came in since: no request was about it, and the person's row stays for it.
_NEW: Final = Verdict(Fate.STAY, None, "此前没有请求删除")


def _before(subject: Subject) -> tuple[list[Verdict], set[tuple[str, int]]]:
    """What earlier requests about this body left: what is still only stored, and the holdings that stayed."""
    lines = ErasureLine.objects.filter(erasure__subject=subject, erased_at__isnull=True)
    fates: dict[tuple[str, int], ErasureLine] = {
        (line.holding, line.object_id): line for line in lines.exclude(holding=Holding.SUBJECT).order_by("id")
    }
    stored = [Verdict(Fate.STORE, one.until, one.why) for one in fates.values() if one.fate == Fate.STORE]
    return stored, {key for key, one in fates.items() if one.fate == Fate.STAY}


def stayed() -> QuerySet[Erasure]:
    """Granted requests that left something a law carried, one a body: the newest, with nothing taken up again since."""
    left = ErasureLine.objects.filter(fate=Fate.STAY).exclude(holding=Holding.SUBJECT)
    newer = Erasure.objects.filter(subject=OuterRef("subject"), pk__gt=OuterRef("pk"))
    newer = newer.filter(Q(granted=True) | Q(granted__isnull=True) | Q(asked_by=AskedBy.FOLLOW_UP))
    granted = Erasure.objects.filter(granted=True, subject__isnull=False, pk__in=left.values("erasure"))
    return granted.filter(~Exists(newer)).select_related("subject", "officer", "agency").order_by("pk")


def _records(subject: Subject) -> Iterator[Found]:
    held = CreditRecord.objects.filter(subject=subject).exclude(out_of_sight())
    for record in held.select_related("item"):
        by_law = record.item.person_basis_id is not None
        last = record.shared_until
        if record.ended_on is not None:
            before = record.ended_on - timedelta(days=1)
            last = min(last, before) if last else before
        kept = Kept.RECORD_BY_LAW if by_law else Kept.RECORD_BY_CONSENT
        label = f"{record.item.name}（{record.decision_date:%Y-%m-%d}）"
        yield Found(Holding.RECORD, record.pk, kept, Held(by_law, last), label)


def _consents(key: str) -> Iterator[Found]:
    for consent in Consent.objects.filter(key=key):
        last = consent.valid_until
        if consent.withdrawn_at is not None:
            last = min(last, timezone.localdate(consent.withdrawn_at))
        label = f"{consent.get_kind_display()}（{consent.given_on:%Y-%m-%d}）"
        yield Found(Holding.CONSENT, consent.pk, Kept.CONSENT, Held(False, last), label)


def due_lines(erasure: Erasure) -> list[ErasureLine]:
    """Lines that the database will erase now; by the clock of this process, the database has its own."""
    today = timezone.localdate()
    rows = erasure.lines.filter(erased_at__isnull=True).exclude(fate=Fate.STAY)
    return list(rows.filter(Q(until__isnull=True) | Q(until__lt=today)))


def files_of(line: ErasureLine) -> list[StoredFile]:
    """The files that go with a holding."""
    if line.holding == Holding.CONSENT:
        return list(
            StoredFile.objects.filter(pk__in=Consent.objects.filter(pk=line.object_id).values("file"))
        )
    return [one for files in rooms("files") for one in files(line.holding, line.object_id)]


def with_lines_due(on: date) -> QuerySet[Erasure]:
    lines = ErasureLine.objects.filter(erased_at__isnull=True, until__lt=on)
    return Erasure.objects.filter(pk__in=lines.values("erasure"))


def erasures() -> QuerySet[Erasure]:
    lines = Prefetch("lines", ErasureLine.objects.order_by("id"))
    return Erasure.objects.select_related("agency", "officer", "decided_by").prefetch_related(lines)


def filter_erasures(rows: QuerySet[Erasure], state: str) -> QuerySet[Erasure]:
    """Narrow by the computed state; "" narrows nothing."""
    waiting = ErasureLine.objects.filter(erased_at__isnull=True, fate=Fate.STORE).values("erasure")
    conditions = {
        ErasureState.ASKED: Q(granted__isnull=True),
        ErasureState.REFUSED: Q(granted=False),
        ErasureState.PARTLY: Q(granted=True, pk__in=waiting),
    }
    return rows.filter(conditions.get(ErasureState(state), Q())) if state else rows


def erasure_of_person(number: str, code: str) -> Erasure | None:
    """By the number and code handed over at the window; None for either being wrong."""
    found = erasures().filter(number=plain(number)[:20]).first()
    return found if found and codes.fits(bytes(found.code_digest), found.number, code) else None


def overdue(on: date) -> QuerySet[CreditRecord]:
    """Records of persons that nobody may keep any longer and nobody has yet put up for erasure.

    A record is over on its decision's day at the earliest, so only decisions from before the periods are looked at: the
    bound that lets an index of decision dates answer.
    """
    law, consent = (
        add_months(on, -rule_of(kept, on).keep_months)
        for kept in (Kept.RECORD_BY_LAW, Kept.RECORD_BY_CONSENT)
    )
    listed = ErasureLine.objects.filter(holding=Holding.RECORD).exclude(fate=Fate.STAY).values("object_id")
    return (
        CreditRecord.objects.filter(subject__kind=SubjectKind.PERSON, decision_date__lt=max(law, consent))
        .alias(over=Least("ended_on", "shared_until"))
        .filter(
            Q(item__person_basis__isnull=False, over__lt=law)
            | Q(item__person_basis__isnull=True, over__lt=consent)
        )
        .exclude(pk__in=listed)
        .select_related("subject", "item", "provider")
    )
