"""What applicants and the public may do and see without an account, whatever the page it is drawn on.

A page of one's own case is reached by number and query code; from then on a signed token, half an hour long, stands for
them, so that no code is written into a page or an address.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core import signing

from blacklist import selectors as lists
from common.readable import plain
from records.selectors import published
from repair import codes
from repair.choices import Kind, State
from repair.models import Case
from repair.targets import Target, target_of

_SALT: Final = "repair.progress"
_MINUTES: Final = 30


def public_target(record_id: int | None, entry_id: str, at: date) -> Target | None:
    """A thing that is public on `at`; None for everything else, as if it did not exist."""
    if record_id is not None:
        rows = published(at).select_related("regime__basis", "provider").prefetch_related("item__fields")
        record = rows.filter(pk=record_id).first()
        return Target(record.subject, record=record) if record else None
    entry = lists.published(at).select_related("scheme__basis").filter(public_id=entry_id).first()
    return Target(entry.subject, entry=entry) if entry else None


def token_of(case: Case) -> str:
    return signing.dumps(case.pk, salt=_SALT)


def case_of_token(token: str) -> Case | None:
    """The case a token stands for; None once half an hour is over."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=_MINUTES * 60)
    except signing.BadSignature:
        return None
    rows = Case.objects.select_related(
        "agency", "subject", "record__item", "entry__scheme", "omission", "previous", "decided_by"
    )
    return rows.filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the check of a certificate answers: as issued, and whether it still stands."""

    case: Case
    target: Target
    revoked: bool


def certificate_checked(number: str, code: str) -> Certificate | None:
    """The granted repair a certificate speaks of; None when number and check code do not belong together."""
    rows = Case.objects.select_related("agency", "subject", "record__item", "entry__scheme")
    case = rows.filter(number=number.strip().upper(), kind=Kind.REPAIR, state=State.GRANTED).first()
    if case is None or case.decided_on is None:
        return None
    if plain(code) != codes.check_code(case.number, case.decided_on):
        return None
    revoked = hasattr(case, "false_commitment")
    return Certificate(case, target_of(case), revoked)
