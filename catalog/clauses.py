"""The clauses an item is collected by and its form is held to."""

from typing import Final

from catalog.models import CatalogItem
from common.gates import STANDARD

# the items whose columns are those of the 双公示 data standard
DOUBLE_PUBLICITY: Final = frozenset({"xzxk", "xzcf"})


def basis_of(item: CatalogItem) -> str:
    """The legal basis an item is collected on, as it stands in the ledger."""
    return f"{item.basis}{item.basis_clause}"


def form_basis(item: CatalogItem) -> str:
    """What columns, codes and dates of the item are held to: the standard for 双公示, else what the catalog names."""
    return STANDARD if item.code in DOUBLE_PUBLICITY else f"{basis_of(item)}（目录事项“{item.name}”）"
