"""Loads the catalog: legal bases, editions, document kinds, items with their fields, regimes, provider routes.

An item is written once and stands in every edition it names, with that edition's dates; `blocks.toml` holds the field
blocks that items share (`@` is the item's prefix).

What officers changed in the workbench stays: a legal basis they keep is left alone, and an edition that the next one
closed is not opened again by a file that does not know of it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agencies.models import Agency
from catalog.blocks import blocks, fitted
from catalog.models import (
    CatalogEdition,
    CatalogItem,
    DocumentKind,
    FieldDefinition,
    LegalBasis,
    ProviderRoute,
    PublicationRegime,
    PublicationTier,
)
from common.rows import read_rows, upsert

_FOLDER = Path(__file__).with_name("reference")
_ITEM_FILES = (
    "items_double_publicity.toml",
    "items_administration.toml",
    "items_registration_and_courts.toml",
    "items_performance_and_honours.toml",
)
_NOT_COLUMNS = ("editions", "prefix", "before", "after", "fields")
_REFERENCES = ("basis", "person_basis", "person_publication_basis")

Row = dict[str, Any]


def load_catalog() -> dict[str, int]:
    """Bring everything in; returns how many rows the files name, by table. Agencies must be there already."""
    kept = set(LegalBasis.objects.filter(maintained=True).values_list("code", flat=True))
    rows = [row for row in read_rows(_FOLDER / "bases.toml", "basis") if row["code"] not in kept]
    upsert([LegalBasis(**row) for row in rows], key=["code"])
    bases = legal_bases()
    items, fields = _load_items(bases)
    return {
        "依据": len(bases),
        "目录事项": items,
        "字段": fields,
        "公示期限规定": _load_regimes(bases),
        "报送渠道": _load_routes(),
    }


def legal_bases() -> dict[str, LegalBasis]:
    """Every legal basis by code, for the loaders of the rooms above."""
    return {basis.code: basis for basis in LegalBasis.objects.all()}


def resolve(row: Row, bases: Mapping[str, LegalBasis]) -> Row:
    """A row of a reference file with the code of its legal basis replaced by the basis. KeyError when unknown."""
    return {**row, "basis": bases[row["basis"]]}


def _load_items(bases: Mapping[str, LegalBasis]) -> tuple[int, int]:
    closed = dict(CatalogEdition.objects.values_list("code", "effective_until"))
    editions = upsert(
        [
            CatalogEdition(**{"effective_until": closed.get(row["code"])} | resolve(row, bases))
            for row in read_rows(_FOLDER / "editions.toml", "edition")
        ],
        key=["code"],
    )
    kinds = _load_document_kinds(bases)
    sources = [row for name in _ITEM_FILES for row in read_rows(_FOLDER / name, "item")]
    wanted = [
        (row, _item(row, editions[(code,)], bases, {kind.code: kind for kind in kinds.values()}))
        for row in sources
        for code in row["editions"]
    ]
    saved = upsert([item for _, item in wanted], key=["edition_id", "code"])
    fields = [field for row, item in wanted for field in _fields(row, saved[(item.edition_id, item.code)])]
    upsert(fields, key=["item_id", "code"])
    return len(wanted), len(fields)


def _load_document_kinds(bases: Mapping[str, LegalBasis]) -> dict[tuple[object, ...], DocumentKind]:
    """Every kind there is, those kept in the workbench as they are."""
    kept = {kind.code: kind for kind in DocumentKind.objects.filter(maintained=True)}
    rows = read_rows(_FOLDER / "editions.toml", "document_kind")
    loaded = [DocumentKind(**resolve(row, bases)) for row in rows if row["code"] not in kept]
    return {(code,): kind for code, kind in kept.items()} | upsert(loaded, key=["code"])


def _item(
    row: Row, edition: CatalogEdition, bases: Mapping[str, LegalBasis], kinds: Mapping[str, DocumentKind]
) -> CatalogItem:
    """The row as it stands in one edition; without a basis of its own it rests on the edition's."""
    columns = {name: value for name, value in row.items() if name not in _NOT_COLUMNS}
    columns |= {name: bases[row[name]] for name in _REFERENCES if name in row}
    columns.setdefault("basis", edition.basis)
    if "document_kind" in row:
        columns["document_kind"] = kinds[row["document_kind"]]
    return CatalogItem(
        edition=edition,
        effective_from=edition.effective_from,
        effective_until=edition.effective_until,
        **columns,
    )


def _fields(row: Row, item: CatalogItem) -> Iterator[FieldDefinition]:
    """The item's columns in order: subject block, its own, source block."""
    shared = blocks()
    definitions = [
        *shared.get(row.get("before", ""), []),
        *row["fields"],
        *shared.get(row.get("after", ""), []),
    ]
    for order, columns in enumerate(fitted(definitions, row["prefix"], item.subject_kinds), start=1):
        yield FieldDefinition(item=item, order=order, **columns)


def _load_regimes(bases: Mapping[str, LegalBasis]) -> int:
    rows = read_rows(_FOLDER / "regimes.toml", "regime")
    saved = upsert(
        [PublicationRegime(**resolve({k: v for k, v in row.items() if k != "tiers"}, bases)) for row in rows],
        key=["code"],
        keep=["effective_until"],  # a regime that a later one closed in the workbench stays closed
    )
    upsert(
        [PublicationTier(regime=saved[(row["code"],)], **tier) for row in rows for tier in row["tiers"]],
        key=["regime_id", "name"],
    )
    return len(rows)


def _load_routes() -> int:
    rules = read_rows(_FOLDER / "routes.toml", "route")
    agencies = list(Agency.objects.all())
    routes = [
        ProviderRoute(
            item_code=item,
            agency=agency,
            route=rule["route"],
            effective_from=rule["effective_from"],
            agreement=rule.get("agreement", ""),
        )
        for rule in rules
        for agency in agencies
        if _concerns(rule, agency)
        for item in rule["items"]
    ]
    upsert(routes, key=["item_code", "agency_id", "effective_from"], keep=["effective_until"])
    return len(routes)


def _concerns(rule: Row, agency: Agency) -> bool:
    if "agencies" in rule:
        return agency.code in rule["agencies"]
    return agency.kind in rule["kinds"] and agency.level in rule["levels"]
