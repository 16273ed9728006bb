"""Numbers and codes that are read out and typed in again: without 0 and O, 1, I and L, which are taken for one another."""

import secrets
from typing import Final

from django.utils import timezone

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def readable(length: int) -> str:
    """So many random characters out of 31."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def report_number() -> str:
    """yyyyMMddHHmmss and eight random characters (the national standard of report numbers)."""
    return f"{timezone.localtime():%Y%m%d%H%M%S}{readable(8)}"


def plain(typed: str) -> str:
    """What somebody typed, without spaces and hyphens, in capitals."""
    return "".join(typed.split()).replace("-", "").upper()
