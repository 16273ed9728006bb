"""Reads of the measure list and of matters: what may be done to whom on a day, and on which occasion. One gate per model."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least
from django.db.models.lookups import LessThan

from agencies.models import Agency, Officer
from blacklist import selectors as blacklist
from catalog.selectors import in_force
from common.text import bigrams, normalise_name
from records.models import Subject
from records.selectors import agencies_of, used
from sanctions.choices import MeasureLevel
from sanctions.models import (
    AppliedMeasure,
    Matter,
    Measure,
    MeasureDraft,
    MeasureEdition,
    Subscription,
    SubscriptionNotice,
)
from sanctions.rules.measures import RANK, body_tokens


def editions(on: date) -> QuerySet[MeasureEdition]:
    """Editions of the measure list in force on `on`, newest first."""
    return MeasureEdition.objects.filter(in_force(on)).select_related("basis")


def _rank(path: str) -> Case:
    return Case(*(When(**{path: level}, then=Value(rank)) for level, rank in RANK.items()))


def _prevailing(on: date) -> QuerySet[Measure]:
    """Rows with the code of the outer row in a newer edition, or in a higher one of the same day (plan, item 9)."""
    rows = Measure.objects.filter(edition__in=editions(on), code=OuterRef("code"))
    newer = Q(edition__effective_from__gt=OuterRef("edition__effective_from"))
    same_day = Q(edition__effective_from=OuterRef("edition__effective_from"))
    higher = same_day & Q(LessThan(_rank("edition__level"), OuterRef("own_rank")))
    return rows.filter(newer | higher).exclude(pk=OuterRef("pk"))


def measures(on: date) -> QuerySet[Measure]:
    """Rows of every edition in force on `on`, by class and measure; `superseded_by` names the list that prevails."""
    rows = Measure.objects.filter(edition__in=editions(on)).annotate(own_rank=_rank("edition__level"))
    prevailing = _prevailing(on).order_by("-edition__effective_from", _rank("edition__level"))
    return (
        rows.annotate(superseded_by=Subquery(prevailing.values("edition__name")[:1]))
        .select_related("edition", "basis")
        .order_by("measure_class", "name", "id")
    )


def standing(on: date) -> QuerySet[Measure]:
    """The list itself on `on`: one row a code, superseded rows left out; SQL says it as `sanctions_standing`."""
    return measures(on).exclude(Exists(_prevailing(on)))


def matters(on: date) -> QuerySet[Matter]:
    """Matters in force on `on`, by kind and code."""
    return Matter.objects.filter(in_force(on)).select_related("basis").order_by("kind", "code", "id")


# --- applied measures --------------------------------------------------------------------------------------


def applied(on: date) -> QuerySet[AppliedMeasure]:
    """Applied measures that have effect on `on`: dates running, not lifted, ground in force; SQL says it as
    `sanctions_applied_in_force`."""
    running = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    kept = Q(lifted_on__isnull=True) | Q(lifted_on__gt=on)
    founded = Q(entry__in=blacklist.in_force(on).order_by()) | Q(record__in=used(on).order_by())
    return AppliedMeasure.objects.filter(running & kept & founded)


def _before(path: str) -> Cast:
    return Cast(F(path) - timedelta(days=1), DateField())


# A record without a last day of use carries nothing; least() passes over what is null.
_USED = Case(When(record__isnull=False, then=Coalesce("record__used_until", Value(date.min))))
_LAST_DAY = Least(
    "ends_on", _before("lifted_on"), _USED, _before("record__ended_on"), "entry__ends_on", _before("entry__ended_on"),
    output_field=DateField(),
)  # fmt: skip


def with_last_day() -> QuerySet[AppliedMeasure]:
    """Applied measures with the last day on which each can have effect (`last_day`): its own, and its ground's; None without end."""
    return AppliedMeasure.objects.annotate(last_day=_LAST_DAY)


def over_untold(on: date) -> QuerySet[AppliedMeasure]:
    """Applied measures that were over before `on` and of which nothing was noted since."""
    noted_before = Q(noted_at__isnull=True) | Q(noted_at__date__lte=F("last_day"))
    return with_last_day().filter(noted_before & Q(last_day__lt=on))


def applied_visible_to(officer: Officer) -> QuerySet[AppliedMeasure]:
    """An officer sees what the agencies granted applied; auditors and the authority see all."""
    rows = AppliedMeasure.objects.select_related(
        "subject",
        "company",
        "measure__basis",
        "measure__edition",
        "agency",
        "record__item",
        "entry__scheme",
        "matter",
    )
    if officer.has_perm("sanctions.view_all_measures"):
        return rows
    return rows.filter(agency_id__in=agencies_of(officer))


def to_lift(on: date) -> QuerySet[AppliedMeasure]:
    """Applied measures not lifted whose ground ended before they would have; `ground_ended` is the first day without it."""
    after_last_day = Cast(F("entry__ends_on") + timedelta(days=1), DateField())
    ended = Coalesce("record__ended_on", "entry__ended_on", after_last_day)
    rows = AppliedMeasure.objects.filter(lifted_on__isnull=True).annotate(ground_ended=ended)
    rows = rows.filter(ground_ended__lte=on).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=F("ground_ended"))
    )
    return rows.select_related("subject", "measure", "agency", "record", "entry__scheme", "matter")


def filter_applied(
    rows: QuerySet[AppliedMeasure], *, on: date, state: str = "", document: str = ""
) -> QuerySet[AppliedMeasure]:
    """Narrow by what an officer chose; empty values narrow nothing."""
    if document:
        rows = rows.filter(document_number=document.strip())
    if state == "to_lift":
        return rows.filter(pk__in=to_lift(on).order_by().values("pk"))
    in_effect = applied(on).order_by().values("pk")
    if state == "in_force":
        return rows.filter(pk__in=in_effect)
    return rows.exclude(pk__in=in_effect) if state == "over" else rows


def candidates(name: str) -> QuerySet[Subject] | None:
    """Organisations whose name holds what was typed; None for less than two characters. Persons have no grams."""
    text = normalise_name(name)
    if len(text) < 2:
        return None
    return Subject.objects.filter(grams__contains=bigrams(text), normal_name__contains=text)


def tokens_of(agency: Agency) -> frozenset[str]:
    """Under which names of executors and bodies an agency falls."""
    return body_tokens(kind=agency.kind, level=agency.level, sectors=agency.sectors)


# --- subscriptions -----------------------------------------------------------------------------------------


def subscriptions_live(on: date) -> QuerySet[Subscription]:
    """Subscriptions that run on `on`: within their days, not closed, of a client in use, under a purpose and for a matter
    that both stand."""
    standing_purpose = Q(
        purpose__approved_at__isnull=False, purpose__withdrawn_at__isnull=True, purpose__valid_from__lte=on,
        purpose__valid_until__gte=on,
    )  # fmt: skip
    rows = Subscription.objects.filter(starts_on__lte=on, ends_on__gte=on, closed_at__isnull=True)
    rows = rows.filter(standing_purpose, client__active=True, agency__active=True)
    return rows.filter(matter__code__in=matters(on).order_by().values("code"))


def subscriptions_of(agency: Agency) -> QuerySet[Subscription]:
    """An agency's subscriptions, running or over, with how many subjects they watch and when one last changed."""
    return (
        Subscription.objects.filter(agency=agency)
        .select_related("screening", "matter", "client")
        .annotate(watched=Count("watches"), last_change=Max("watches__changed_at"))
    )


def notices(on: date) -> QuerySet[SubscriptionNotice]:
    """Notices that may still be told: those of subscriptions that run."""
    return SubscriptionNotice.objects.filter(watch__subscription__in=subscriptions_live(on))


# --- for those who keep the list ---------------------------------------------------------------------------


def all_editions() -> QuerySet[MeasureEdition]:
    """Every published edition with its number of rows (`rows`), newest first."""
    return (
        MeasureEdition.objects.select_related("basis")
        .annotate(rows=Count("measures"))
        .order_by("-effective_from", "level", "-pk")
    )


def newest(level: str) -> MeasureEdition | None:
    """The edition of a level that began last, or is to begin; the next one takes over from it."""
    rows = MeasureEdition.objects.filter(level=level).select_related("basis")
    return rows.order_by("-effective_from").first()


def drafts() -> QuerySet[MeasureDraft]:
    return MeasureDraft.objects.select_related("basis", "changed_by__agency")


def superior_rows(level: str, on: date) -> Mapping[str, Measure]:
    """Rows of lists of a higher level than `level` that stand on `on`, by code."""
    above = [one for one in MeasureLevel if RANK[one] < RANK[MeasureLevel(level)]]
    rows = Measure.objects.filter(edition__in=editions(on), edition__level__in=above)
    rows = rows.select_related("edition", "basis").order_by(F("edition__effective_from"))
    return {row.code: row for row in rows}
