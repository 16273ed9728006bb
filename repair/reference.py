"""Loads the repair rules (publication regimes, list entries, other dishonest records), those of objections, and which papers
an application must carry."""

from pathlib import Path

from catalog.models import PublicationRegime
from catalog.reference import legal_bases, resolve
from common.rows import read_rows, upsert
from repair.models import ObjectionRule, RepairRule
from repair.required import RequiredMaterial

_FOLDER = Path(__file__).with_name("reference")


def load_repair_rules() -> int:
    """Bring the rules in; returns how many. Regimes and legal bases must be there already. Rules that officers keep
    are left alone."""
    bases = legal_bases()
    regimes = {regime.code: regime for regime in PublicationRegime.objects.all()}
    kept = set(RepairRule.objects.filter(maintained=True).values_list("code", flat=True))
    rows = [resolve(row, bases) for row in read_rows(_FOLDER / "rules.toml", "rule")]
    wanted = [
        RepairRule(**{**row, "regime": regimes[row["regime"]] if "regime" in row else None})
        for row in rows
        if row["code"] not in kept
    ]
    upsert(wanted, key=["code", "effective_from"])
    return len(rows) + _load_objection_rules() + _load_required_materials()


def _load_objection_rules() -> int:
    bases = legal_bases()
    kept = set(ObjectionRule.objects.filter(maintained=True).values_list("ground", flat=True))
    rows = [resolve(row, bases) for row in read_rows(_FOLDER / "objections.toml", "rule")]
    upsert(
        [ObjectionRule(**row) for row in rows if row["ground"] not in kept], key=["ground", "effective_from"]
    )
    return len(rows)


def _load_required_materials() -> int:
    """Last days that officers laid down stay, and so do rows they entered."""
    bases = legal_bases()
    rows = [resolve(row, bases) for row in read_rows(_FOLDER / "materials.toml", "material")]
    key = ["kind", "material", "effective_from"]
    upsert([RequiredMaterial(**row) for row in rows], key=key, keep=["effective_until"])
    return len(rows)
