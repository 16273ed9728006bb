"""Loads the schemes of the serious-dishonesty list. The database refuses one whose basis ranks too low (G8)."""

from pathlib import Path

from agencies.models import Agency
from blacklist.models import HonourScheme, ImportSource, ListScheme
from catalog.reference import legal_bases, resolve
from common.rows import read_rows, upsert

_FOLDER = Path(__file__).with_name("reference")
_FILE = _FOLDER / "schemes.toml"


def load_schemes() -> int:
    """Bring the schemes in; returns how many. Legal bases must be there already. What officers changed is left alone."""
    bases, kept = legal_bases(), _kept(ListScheme)
    wanted = read_rows(_FILE, "scheme")
    rows = [resolve(row, bases) for row in wanted if row["code"] not in kept]
    upsert(
        [ListScheme(**{**row, "grounds": row["grounds"].strip()}) for row in rows],
        key=["code", "effective_from"],
    )
    return len(wanted)


def load_honours() -> int:
    """Bring the honour lists in; returns how many. As for `load_schemes`."""
    bases, kept = legal_bases(), _kept(HonourScheme)
    wanted = read_rows(_FOLDER / "honours.toml", "honour")
    rows = [resolve(row, bases) for row in wanted if row["code"] not in kept]
    upsert([HonourScheme(**row) for row in rows], key=["code", "effective_from"])
    return len(wanted)


def _kept(model: type[ListScheme | HonourScheme]) -> set[str]:
    return set(model._default_manager.filter(maintained=True).values_list("code", flat=True))


def load_sources() -> int:
    """Bring the sources of lists decided elsewhere in; how each is watched belongs to the credit authority once it is
    there. Agencies must be there already."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    rows = read_rows(_FOLDER / "sources.toml", "source")
    upsert(
        [ImportSource(**{**row, "provider": agencies[row["provider"]]}) for row in rows],
        key=["code"],
        keep=["rhythm_days", "hold_percent", "hold_floor", "expected_from", "active"],
    )
    return len(rows)
