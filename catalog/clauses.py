"""The clauses an item is collected by and its form is held to."""

from catalog.models import CatalogItem


def basis_of(item: CatalogItem) -> str:
    """The legal basis an item is collected on, as it stands in the ledger."""
    return f"{item.basis}{item.basis_clause}"


def form_basis(item: CatalogItem) -> str:
    """What columns, codes and dates of the item are held to: the standard it names, else what it is collected on."""
    return item.form_basis or f"{basis_of(item)}（目录事项“{item.name}”）"
