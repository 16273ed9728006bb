"""Loads the measure list edition by edition, and the matters that call for its measures.

What officers published stays: an edition that the next one closed is not opened again by a file that does not know of it.
"""

from collections import Counter
from pathlib import Path

from catalog.reference import legal_bases, resolve
from common.rows import ReferenceDataError, read_rows, upsert
from sanctions.models import Matter, Measure, MeasureEdition

_FOLDER = Path(__file__).with_name("reference")


def load_measures() -> dict[str, int]:
    """Bring editions, measures and matters in; returns how many of the last two. Legal bases must be there already."""
    bases = legal_bases()
    rows = [resolve(row, bases) for row in read_rows(_FOLDER / "measures.toml", "measure")]
    counts = Counter(row["edition"] for row in rows)
    closed = dict(MeasureEdition.objects.values_list("code", "effective_until"))
    editions = upsert(
        [
            MeasureEdition(
                **{"effective_until": closed.get(row["code"])} | resolve(row, bases),
                measure_count=counts[row["code"]],
            )
            for row in read_rows(_FOLDER / "measures.toml", "edition")
        ],
        key=["code"],
    )
    upsert(
        [Measure(**{**row, "edition": editions[(row["edition"],)]}) for row in rows],
        key=["edition_id", "code"],
    )
    matters = [resolve(row, bases) for row in read_rows(_FOLDER / "matters.toml", "matter")]
    _check_measures(matters, {row["code"] for row in rows})
    upsert([Matter(**row) for row in matters], key=["code", "effective_from"])
    return {"措施": len(rows), "应用事项": len(matters)}


def _check_measures(matters: list[dict[str, object]], known: set[str]) -> None:
    """A matter that names a measure which stands in no list would promise an effect nobody may have."""
    for row in matters:
        codes = row["measure_codes"]
        assert isinstance(codes, list), "the file holds lists"
        if missing := [code for code in codes if code not in known]:
            raise ReferenceDataError(f"{row['code']}: no measure {', '.join(missing)}")
