"""Changing a period of retention: the running row ends the day before, the new one begins. Decisions taken stay."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from agencies.models import Officer
from catalog.models import LegalBasis
from common.gates import Refused, refuse
from ledger.services import acting
from records.erasure.models import RetentionRule


@dataclass(frozen=True, slots=True)
class RetentionText:
    """What a period says and the clause it stands on."""

    keep_months: int
    effective_from: date
    basis: LegalBasis
    basis_clause: str
    mark: str
    note: str


def change_retention(
    *, officer: Officer, basis: str, kept: str, text: RetentionText, on: date
) -> RetentionRule:
    """Let a period be another from a day on, today at the earliest. RetentionRule.DoesNotExist; Refused date_order."""
    with acting(actor=officer.pk, action="erasure.change_retention", basis=basis):
        newest = RetentionRule.objects.select_for_update().filter(kept=kept).latest("effective_from")
        if text.effective_from < on or text.effective_from <= newest.effective_from:
            detail = f"最早从今天起施行，并且晚于现有规定的施行日期{newest.effective_from:%Y-%m-%d}"
            raise Refused(refuse("date_order", detail, pointer="/effective_from"))
        newest.effective_until = text.effective_from - timedelta(days=1)
        newest.save(update_fields=["effective_until"])
        values = {**asdict(text), "basis": text.basis}
        return RetentionRule.objects.create(
            kept=kept, code=f"{kept.replace('_', '-')}-{text.effective_from:%Y%m%d}", **values
        )
