"""Sealed contents of a case: who applies, how to reach them, what they say. Tied to the acceptance number."""

from dataclasses import asdict, dataclass

import orjson

from common.privacy import decrypt, encrypt
from repair.models import Case


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies: the party or whoever acts for it, and how to reach them."""

    name: str
    phone: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is kept sealed of a case. `changes` says what is different since an application was refused, `party` the full
    name of a person whose information is missing."""

    applicant: Applicant
    text: str
    changes: str = ""
    party: str = ""


def seal(statement: Statement, number: str) -> bytes:
    return encrypt(orjson.dumps(asdict(statement)), context=f"repair.case:{number}")


def statement_of(case: Case) -> Statement:
    if not case.secret:  # erased, its retention having run out
        return Statement(Applicant("（已删除）", ""), "")
    plain = orjson.loads(decrypt(bytes(case.secret), context=f"repair.case:{case.number}"))
    return Statement(Applicant(**plain["applicant"]), plain["text"], plain["changes"], plain.get("party", ""))
