"""The numbers under which tables stand in the ledger. They are written into every event: never renumber, never reuse."""

from typing import Final

TABLES: Final[dict[str, int]] = {
    "agencies_agency": 1,
    "agencies_officer": 2,
    "agencies_apiclient": 3,
    "catalog_legalbasis": 10,
    "catalog_catalogedition": 11,
    "catalog_catalogitem": 12,
    "catalog_fielddefinition": 13,
    "catalog_publicationregime": 14,
    "catalog_publicationtier": 15,
    "catalog_providerroute": 16,
    "catalog_editiondraft": 17,
    "catalog_deadlinerule": 18,
    "records_subject": 20,
    "records_creditrecord": 21,
    "records_intakebatch": 22,
    "records_dutypurpose": 23,
    "records_lookup": 24,
    "records_exportrequest": 25,
    "records_sharingrule": 26,
    "blacklist_listscheme": 30,
    "sanctions_measureedition": 40,
    "sanctions_measure": 41,
    "repair_repairrule": 50,
    "supervision_clue": 60,
    "supervision_gapexplanation": 61,
    "common_calendarday": 62,
}
NAMES: Final[dict[int, str]] = {number: name for name, number in TABLES.items()}
