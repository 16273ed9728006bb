"""Numbers and codes of cases: what an applicant holds to see the case, and what anybody needs to check a certificate.

The query code is random and kept as a keyed digest only; the check code of a certificate is a keyed digest of what the
certificate says, so that nothing needs to be stored and nothing printed on paper can be altered unseen.
"""

import base64
from datetime import date
from typing import Final

from django.db import connection

from common.privacy import lookup_digest, same
from common.readable import plain, readable
from repair.choices import Kind

_LENGTH: Final = 8
_PREFIXES: Final = {Kind.REPAIR: "XF", Kind.OBJECTION: "YY", Kind.REVIEW: "FH", Kind.REORGANISATION: "CZ"}


def next_number(kind: Kind, on: date) -> str:
    """The acceptance number (受理编号): kind, day, and a number that no other case has."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('repair_case_number')")
        return f"{_PREFIXES[kind]}{on:%Y%m%d}{cursor.fetchone()[0]:06d}"


def new_query_code() -> str:
    return readable(_LENGTH)


def digest_of(number: str, code: str) -> bytes:
    return lookup_digest(f"{number}:{plain(code)}", purpose="repair query code")


def fits(digest: bytes, number: str, code: str) -> bool:
    return same(bytes(digest), digest_of(number, code))


def check_code(number: str, decided_on: date) -> str:
    """Eight characters that belong to one certificate."""
    digest = lookup_digest(f"{number}:{decided_on.isoformat()}", purpose="repair certificate")
    return base64.b32encode(digest)[:8].decode()
