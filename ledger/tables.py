"""The numbers under which tables stand in the ledger. They are written into every event: never renumber, never reuse."""

from typing import Final

TABLES: Final[dict[int, str]] = {
    1: "agencies_agency",
    2: "agencies_officer",
    3: "agencies_apiclient",
    10: "catalog_legalbasis",
    11: "catalog_catalogedition",
    12: "catalog_catalogitem",
    13: "catalog_fielddefinition",
    14: "catalog_publicationregime",
    15: "catalog_publicationtier",
    16: "catalog_providerroute",
    20: "records_subject",
    21: "records_creditrecord",
    22: "records_intakebatch",
    30: "blacklist_listscheme",
    40: "sanctions_measureedition",
    41: "sanctions_measure",
    50: "repair_repairrule",
}
NUMBERS: Final[dict[str, int]] = {name: number for number, name in TABLES.items()}
