"""A clue and a gap put straight into the tables, as the daily job would leave them."""

from datetime import date

from agencies.models import Agency
from records.models import CreditRecord
from supervision.choices import ClueKind
from supervision.models import Clue, NumberGap


def make_clue(record: CreditRecord, *, due: date = date(2026, 5, 20), batch_id: int | None = None) -> Clue:
    """A record that came four working days late."""
    return Clue.objects.create(
        kind=ClueKind.LATE_REPORT,
        agency=record.provider,
        object_key=f"record:{record.pk}",
        label=record.document_number,
        record=record,
        batch_id=batch_id,
        item_code=record.item_code,
        due=due,
        late_by=4,
        basis="鹤信用发〔2022〕1号 第5条",
    )


def make_gap(unit: Agency, first: int = 12, last: int = 15, prefix: str = "鹤市监处罚") -> NumberGap:
    """Numbers missing before one decided on 11 May 2026."""
    return NumberGap.objects.create(
        agency=unit,
        item_code="xzcf",
        prefix=prefix,
        year=2026,
        first=first,
        last=last,
        received=40,
        next_decided=date(2026, 5, 11),
        due=date(2026, 5, 20),
    )
