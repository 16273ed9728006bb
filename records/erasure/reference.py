"""Loads the dated rules of retention."""

from pathlib import Path

from catalog.reference import legal_bases, resolve
from common.rows import read_rows, upsert
from records.erasure.models import RetentionRule

_FILE = Path(__file__).with_name("reference") / "rules.toml"


def load_retention_rules() -> int:
    """Bring the rules in; returns how many. Legal bases must be there already."""
    bases = legal_bases()
    rows = [resolve(row, bases) for row in read_rows(_FILE, "rule")]
    upsert([RetentionRule(**row) for row in rows], key=["code"], keep=["effective_until"])
    return len(rows)
