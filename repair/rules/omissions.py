"""What somebody says is missing (遗漏): whether it can be objected to, and which unit should have handed it in. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from catalog.choices import Nature, SubjectKind
from common.gates import Refusal
from common.identifiers import document_problem, is_placeholder_uscc, uscc_problem
from repair.clauses import refuse

RESIDENT_CARD = "身份证"


@dataclass(frozen=True, slots=True)
class Claim:
    """What an applicant names: whose information, which item of the catalog, which document, whose and of when. `code` is
    the unified code of an organisation or the identity card of a person."""

    party: str
    name: str
    code: str
    item_code: str
    issuer: str
    number: str = ""
    issued_on: date | None = None


def refusals(claim: Claim, nature: str | None, on: date) -> list[Refusal]:
    """Everything that stands against taking it up; `nature` is that of the item on the day, None where there is no such item."""
    found = [
        refuse("field_required", words, pointer=f"/{name}")
        for name, value, words in (
            ("party_name", claim.name, "请写明遗漏的是谁的信息"),
            ("issuer", claim.issuer, "请写明是哪个单位作出的"),
        )
        if not value.strip()
    ]
    if claim.party not in SubjectKind.values:
        found.append(refuse("code_unknown", "请选择主体类别", pointer="/party"))
    elif problem := _code_problem(claim):
        found.append(refuse("identifier_invalid", problem, pointer="/party_code"))
    if nature is None:
        found.append(refuse("item_unknown", pointer="/item"))
    elif nature == Nature.DISHONEST:
        found.append(refuse("omission_not_dishonest", pointer="/item"))
    if claim.issued_on is not None and claim.issued_on > on:
        found.append(refuse("date_in_future", pointer="/issued_on"))
    return found


def _code_problem(claim: Claim) -> str | None:
    if claim.party == SubjectKind.PERSON:
        return document_problem(RESIDENT_CARD, claim.code)
    if is_placeholder_uscc(claim.code):
        return "请填写真实的统一社会信用代码"
    return uscc_problem(claim.code)


def unit(issuer: int | None, holders: Collection[int]) -> int | None:
    """Who should have handed it in (谁产生、谁负责、谁提供): the unit named, where it may hand the item in; else the only one that
    may; None where it takes the credit authority to say."""
    if issuer is not None and issuer in holders:
        return issuer
    return next(iter(holders)) if len(holders) == 1 else None
