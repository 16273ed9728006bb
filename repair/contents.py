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


def case_context(number: str) -> str:
    return f"repair.case:{number}"


def seal(statement: Statement, number: str) -> bytes:
    return encrypt(orjson.dumps(asdict(statement)), context=case_context(number))


def statement_of(case: Case) -> Statement:
    if not case.secret:  # erased, its retention having run out
        return Statement(Applicant("（已删除）", ""), "")
    plain = orjson.loads(decrypt(bytes(case.secret), context=case_context(case.number)))
    return Statement(Applicant(**plain["applicant"]), plain["text"], plain["changes"], plain.get("party", ""))
