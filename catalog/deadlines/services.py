"""Changing a period: the running row ends the day before, the new one begins. Nothing reaches back."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from agencies.models import Officer
from catalog.deadlines.models import DeadlineRule
from catalog.models import LegalBasis
from common.clock import today
from common.gates import Refused, refuse
from ledger.services import acting

_KEPT = ("code", "name", "special_of", "sector")


@dataclass(frozen=True, slots=True)
class DeadlineText:
    """What a period says: its length and the clause it stands on."""

    amount: int
    unit: str
    basis: LegalBasis
    basis_clause: str
    effective_from: date
    mark: str
    note: str = ""


def change_deadline(*, officer: Officer, basis: str, code: str, text: DeadlineText) -> DeadlineRule:
    """Let a known period have another length or basis from a day on, today at the earliest.

    `basis` is the document the officer acts on. Raises Refused (date_order); DeadlineRule.DoesNotExist for a code no room
    asks for; ValidationError for a malformed value.
    """
    with acting(actor=officer.pk, action="catalog.change_deadline", basis=basis):
        rows = list(DeadlineRule.objects.select_for_update().filter(code=code).order_by("-effective_from"))
        if not rows:
            raise DeadlineRule.DoesNotExist(code)
        newest = rows[0]
        if text.effective_from < today() or text.effective_from <= newest.effective_from:
            detail = (
                f"新的期限最早从今天起施行，并且晚于现有规定的施行日期{newest.effective_from:%Y-%m-%d}；"
                "已经起算的期限不受影响"
            )
            raise Refused(refuse("date_order", detail, pointer="effective_from"))
        wanted = DeadlineRule(
            **{name: getattr(newest, name) for name in _KEPT}, maintained=True, **_columns(text)
        )
        wanted.clean_fields()
        _close(newest, text.effective_from - timedelta(days=1))
        wanted.save()
        DeadlineRule.objects.filter(code=code).update(maintained=True)
    return wanted


def _columns(text: DeadlineText) -> dict[str, object]:
    return {**asdict(text), "basis": text.basis}


def _close(row: DeadlineRule, last: date) -> None:
    if row.effective_until is None or row.effective_until > last:
        row.effective_until = last
        row.save(update_fields=["effective_until"])
