"""Loads what the figures mean."""

from pathlib import Path

from catalog.reference import legal_bases, resolve
from common.rows import read_rows, upsert
from portal.statistics.models import FigureRule

_FILE = Path(__file__).with_name("reference") / "figures.toml"


def load_figure_rules() -> int:
    """Bring the rules in; returns how many. Legal bases must be there already."""
    bases = legal_bases()
    rows = [resolve(row, bases) for row in read_rows(_FILE, "figure")]
    upsert([FigureRule(**row) for row in rows], key=["code", "effective_from"], keep=["effective_until"])
    return len(rows)
