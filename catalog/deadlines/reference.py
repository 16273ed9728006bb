"""Loads the periods. Each room keeps its own in `reference/deadlines.toml`; the file being there is enough."""

from pathlib import Path

from django.apps import apps

from catalog.deadlines.models import DeadlineRule
from catalog.reference import legal_bases, resolve
from common.rows import read_rows, upsert


def load_deadlines() -> int:
    """Bring in the periods of every room; returns how many rows. What officers changed is left alone."""
    bases = legal_bases()
    maintained = set(DeadlineRule.objects.filter(maintained=True).values_list("code", flat=True))
    rows = [
        resolve(row, bases)
        for room in apps.get_app_configs()
        if (file := Path(room.path) / "reference" / "deadlines.toml").exists()
        for row in read_rows(file, "deadline")
    ]
    wanted = [DeadlineRule(**row) for row in rows if row["code"] not in maintained]
    upsert(wanted, key=["code", "effective_from"])
    return len(rows)
