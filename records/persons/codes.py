"""Query codes of natural persons' errands: random, told once, kept as a keyed digest only."""

import secrets
from datetime import date
from typing import Final

from common.privacy import lookup_digest, same

# Without letters and digits that are taken for one another on paper or on the telephone.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH: Final = 10


def new_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def new_number(prefix: str, on: date) -> str:
    """A number that says what it is about and when it began, and cannot be counted up."""
    return f"{prefix}{on:%Y%m%d}{''.join(secrets.choice(_ALPHABET) for _ in range(6))}"


def plain(typed: str) -> str:
    """What somebody typed, without spaces and hyphens, in capitals."""
    return "".join(typed.split()).replace("-", "").upper()


def digest_of(number: str, code: str) -> bytes:
    return lookup_digest(f"{number}:{plain(code)}", purpose="person query code")


def fits(digest: bytes, number: str, code: str) -> bool:
    return same(bytes(digest), digest_of(number, code))
