"""Loads the measure list, edition by edition."""

from pathlib import Path

from catalog.reference import legal_bases, resolve
from common.rows import read_rows, upsert
from sanctions.models import Measure, MeasureEdition

_FILE = Path(__file__).with_name("reference") / "measures.toml"


def load_measures() -> int:
    """Bring editions and measures in; returns the number of measures. Legal bases must be there already."""
    bases = legal_bases()
    editions = upsert(
        [MeasureEdition(**resolve(row, bases)) for row in read_rows(_FILE, "edition")], key=["code"]
    )
    rows = [resolve(row, bases) for row in read_rows(_FILE, "measure")]
    upsert(
        [Measure(**{**row, "edition": editions[(row["edition"],)]}) for row in rows],
        key=["edition_id", "code"],
    )
    return len(rows)
