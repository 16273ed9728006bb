"""Query codes of natural persons' errands: random, told once, kept as a keyed digest only."""

from datetime import date
from typing import Final

from common.privacy import lookup_digest, same
from common.readable import plain, readable

_LENGTH: Final = 10


def new_code() -> str:
    return readable(_LENGTH)


def new_number(prefix: str, on: date) -> str:
    """A number that says what it is about and when it began, and cannot be counted up."""
    return f"{prefix}{on:%Y%m%d}{readable(6)}"


def digest_of(number: str, code: str) -> bytes:
    return lookup_digest(f"{number}:{plain(code)}", purpose="person query code")


def fits(digest: bytes, number: str, code: str) -> bool:
    return same(bytes(digest), digest_of(number, code))
