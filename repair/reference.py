"""Loads the repair rules, one to each publication regime."""

from pathlib import Path

from catalog.models import PublicationRegime
from catalog.reference import legal_bases, resolve
from common.rows import read_rows, upsert
from repair.models import RepairRule

_FILE = Path(__file__).with_name("reference") / "rules.toml"


def load_repair_rules() -> int:
    """Bring the rules in; returns how many. Regimes and legal bases must be there already."""
    bases = legal_bases()
    regimes = {regime.code: regime for regime in PublicationRegime.objects.all()}
    rows = [resolve(row, bases) for row in read_rows(_FILE, "rule")]
    upsert([RepairRule(**{**row, "regime": regimes[row["regime"]]}) for row in rows], key=["regime_id"])
    return len(rows)
