"""Area codes (GB/T 2260) with the years they were in use: what a code in a credit code or an old number meant.

Codes outlive the boundaries they name, so none is ever refused: a code only gets a name, and an old one its successor.
"""

import time
from datetime import date
from typing import Final

from agencies.models import AreaCode

CITY: Final = "230400"
_KEEP_SECONDS: Final = 600.0
_kept: tuple[float, tuple[AreaCode, ...]] | None = None


def areas() -> tuple[AreaCode, ...]:
    """Every known code, kept in the process for ten minutes; an empty table is never kept."""
    global _kept
    if _kept is not None and time.monotonic() < _kept[0]:
        return _kept[1]
    rows = tuple(AreaCode.objects.order_by("code", "effective_from"))
    _kept = (time.monotonic() + _KEEP_SECONDS, rows) if rows else None
    return rows


def area_name(code: str) -> str:
    """The name of an area, with its years where the code is no longer in use; "" for a code we do not know."""
    found = next((row for row in areas() if row.code == code), None)
    if found is None:
        return ""
    if found.effective_until is None:
        return found.name
    return f"{found.name}（{found.effective_until.year}年以前的代码）"


def codes_now(code: str) -> list[str]:
    """The code itself and every older one that led to it."""
    found, rows = [code], areas()
    while more := [row.code for row in rows if row.successor in found and row.code not in found]:
        found += more
    return found


def current(on: date) -> list[tuple[str, str]]:
    """(code, name) of the city and its districts and counties on a day, for filters."""
    return [
        (row.code, row.name)
        for row in areas()
        if row.parent in (CITY, "230000")
        and (row.effective_from is None or row.effective_from <= on)
        and (row.effective_until is None or row.effective_until >= on)
    ]
