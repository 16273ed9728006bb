"""Loads the schemes of the serious-dishonesty list. The database refuses one whose basis ranks too low (G8)."""

from pathlib import Path

from blacklist.models import ListScheme
from catalog.reference import legal_bases, resolve
from common.rows import read_rows, upsert

_FILE = Path(__file__).with_name("reference") / "schemes.toml"


def load_schemes() -> int:
    """Bring the schemes in; returns how many. Legal bases must be there already. What officers changed is left alone."""
    bases = legal_bases()
    kept = set(ListScheme.objects.filter(maintained=True).values_list("code", flat=True))
    wanted = read_rows(_FILE, "scheme")
    rows = [resolve(row, bases) for row in wanted if row["code"] not in kept]
    upsert(
        [ListScheme(**{**row, "grounds": row["grounds"].strip()}) for row in rows],
        key=["code", "effective_from"],
    )
    return len(wanted)
