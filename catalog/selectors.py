"""Reads of the catalog: what is in force on a day. One gate per model."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from agencies.models import Agency
from catalog.choices import FieldRole
from catalog.models import (
    CatalogEdition,
    CatalogItem,
    DocumentKind,
    EditionDraft,
    FieldDefinition,
    LegalBasis,
    ProviderRoute,
    PublicationRegime,
)
from catalog.rules.bases import BasisFacts
from catalog.rules.editions import Surroundings


def in_force(on: date) -> Q:
    """Condition for any row with effective_from / effective_until, both days included."""
    return Q(effective_from__lte=on) & (Q(effective_until__isnull=True) | Q(effective_until__gte=on))


def editions(on: date) -> QuerySet[CatalogEdition]:
    return CatalogEdition.objects.filter(in_force(on)).select_related("basis")


def items(on: date) -> QuerySet[CatalogItem]:
    """Items of every edition in force on `on`."""
    return CatalogItem.objects.filter(in_force(on)).select_related(
        "edition", "basis", "document_kind", "person_basis", "person_publication_basis"
    )


def item_versions(code: str) -> QuerySet[CatalogItem]:
    """Every row of an item code, oldest first; a decision is judged by the one in force on its day."""
    return (
        CatalogItem.objects.filter(code=code)
        .select_related("edition", "basis", "document_kind")
        .order_by("effective_from")
    )


def double_publicity(since: date, until: date) -> tuple[str, ...]:
    """Codes of the items that are watched as double publicity on a day from `since` to `until`."""
    rows = CatalogItem.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gte=since),
        effective_from__lte=until,
        double_publicity=True,
    )
    return tuple(rows.order_by("code").values_list("code", flat=True).distinct())


def own_attributes() -> dict[str, dict[str, object]]:
    """By code, what the platform adds to an item, as its newest row has it: an edition sent from above need not say it."""
    names = ("form_basis", "double_publicity", "only_route", "report_within_workdays")
    rows = CatalogItem.objects.order_by("effective_from").values("code", *names)
    return {row["code"]: {name: row[name] for name in names} for row in rows}


def providers(item_code: str, on: date) -> QuerySet[ProviderRoute]:
    return ProviderRoute.objects.filter(in_force(on), item_code=item_code).select_related("agency")


def regimes() -> QuerySet[PublicationRegime]:
    """All publication regimes with their tiers, newest first."""
    return PublicationRegime.objects.select_related("basis").prefetch_related("tiers")


def penalty_types(on: date) -> list[str]:
    """Every penalty type that a field of an item in force may hold, in the order of the standard."""
    fields = FieldDefinition.objects.filter(role=FieldRole.PENALTY_TYPES, item__in=items(on).order_by())
    return list(dict.fromkeys(value for field in fields for value in field.values))


def sectors() -> list[str]:
    """Sectors that agencies supervise or a regime names."""
    named = [*Agency.objects.values_list("sectors", flat=True)]
    named += [
        [sector] for sector in PublicationRegime.objects.exclude(sector="").values_list("sector", flat=True)
    ]
    return sorted({sector for several in named for sector in several})


# --- for those who keep the catalog ------------------------------------------------------------------------


def all_editions() -> QuerySet[CatalogEdition]:
    """Every published edition with its number of items (`item_count`), newest first."""
    return (
        CatalogEdition.objects.select_related("basis")
        .annotate(item_count=Count("items"))
        .order_by("-effective_from", "level", "-pk")
    )


def newest(level: str) -> CatalogEdition | None:
    """The edition of a level that began last, or is to begin; the next one takes over from it."""
    return (
        CatalogEdition.objects.filter(level=level).select_related("basis").order_by("-effective_from").first()
    )


def drafts() -> QuerySet[EditionDraft]:
    return EditionDraft.objects.select_related("basis", "changed_by__agency")


def bases_by_code() -> dict[str, LegalBasis]:
    return {row.code: row for row in LegalBasis.objects.all()}


def document_kinds() -> dict[str, str]:
    """Names of the kinds of documents by code, those that ended included."""
    return dict(DocumentKind.objects.values_list("code", "name"))


def kinds_on(day: date) -> QuerySet[DocumentKind]:
    """The kinds of documents there are for decisions of a day."""
    return DocumentKind.objects.filter(in_force(day))


def basis_facts(row: LegalBasis) -> BasisFacts:
    return BasisFacts(row.code, row.name, row.level, row.effective_from, row.effective_until)


def surroundings(level: str, first_day: date) -> Surroundings:
    """What an edition of a level that begins on `first_day` is judged against; four queries."""
    last = newest(level)
    others = CatalogItem.objects.exclude(edition__level=level).filter(
        Q(effective_until__isnull=True) | Q(effective_until__gte=first_day)
    )
    return Surroundings(
        bases={code: basis_facts(row) for code, row in bases_by_code().items()},
        lawful_documents=dict(kinds_on(first_day).values_list("code", "lawful")),
        taken=dict(others.order_by().values_list("code", "edition__name")),
        newest=last.effective_from if last else None,
    )


def routes(item_code: str) -> QuerySet[ProviderRoute]:
    """Every route an item ever had, those without an end first."""
    return (
        ProviderRoute.objects.filter(item_code=item_code)
        .select_related("agency")
        .order_by("effective_until", "agency__name", "pk")
        .reverse()
    )
