"""Reads of the catalog: what is in force on a day. One gate per model."""

from datetime import date

from django.db.models import Q, QuerySet

from catalog.models import CatalogEdition, CatalogItem, ProviderRoute, PublicationRegime


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


def providers(item_code: str, on: date) -> QuerySet[ProviderRoute]:
    return ProviderRoute.objects.filter(in_force(on), item_code=item_code).select_related("agency")


def regimes() -> QuerySet[PublicationRegime]:
    """All publication regimes with their tiers, newest first."""
    return PublicationRegime.objects.select_related("basis").prefetch_related("tiers")
