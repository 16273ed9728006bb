"""Loads the register of agencies. Their real codes are not known to us: see `reference/agencies.toml`."""

import hashlib
from pathlib import Path
from typing import Any

from agencies.choices import Kind, Level
from agencies.models import Agency, AreaCode
from common.identifiers import make_uscc
from common.rows import read_rows, upsert

_FILE = Path(__file__).with_name("reference") / "agencies.toml"
_CITY = "230400"
# GB 32100: 11 = organ, 12 = public institution, 91 = enterprise
_REGISTERED_AS = {Kind.INSTITUTION: "12", Kind.UTILITY: "91"}


def load_agencies() -> int:
    """Bring the register in; returns the number of agencies. A code corrected and verified in the system stays."""
    rows = read_rows(_FILE, "agency")
    verified = dict(Agency.objects.filter(uscc_verified=True).values_list("code", "uscc"))
    saved = upsert([_agency(row, verified) for row in rows], key=["code"], keep=["parent", "active"])
    below = [row for row in rows if "parent" in row]
    for row in below:
        child, parent = saved[(row["code"],)], saved[(row["parent"],)]
        if child.parent_id != parent.pk:
            child.parent = parent
            child.save(update_fields=["parent"])
    return len(rows)


def load_areas() -> int:
    """Bring the area codes in, old ones with their successors; returns how many."""
    rows = read_rows(_FILE.with_name("areas.toml"), "area")
    upsert([AreaCode(**row) for row in rows], key=["code", "name"])
    return len(rows)


def _agency(row: dict[str, Any], verified: dict[str, str]) -> Agency:
    kind = Kind(row.get("kind", Kind.ADMINISTRATION))
    region = row.get("region", _CITY)
    known = verified.get(row["code"]) or row.get("uscc", "")
    return Agency(
        code=row["code"],
        name=row["name"],
        uscc=known or _stand_in(row["code"], kind, region),
        uscc_verified=row["code"] in verified or row.get("uscc_verified", False),
        region=region,
        level=row.get("level", Level.CITY),
        kind=kind,
        sectors=row.get("sectors", []),
        is_credit_authority=row.get("is_credit_authority", False),
    )


def _stand_in(code: str, kind: Kind, region: str) -> str:
    """A valid code that depends on the agency's own code alone; XN (虚拟) in its body tells it from issued ones."""
    number = int.from_bytes(hashlib.sha256(code.encode()).digest()[:8], "big") % 1_000_000
    return make_uscc(_REGISTERED_AS.get(kind, "11"), region, f"XN{number:06d}")
