from collections import Counter

import pytest
from common.clock import today
from bench import samples
from records.choices import BatchStatus
from records.models import CreditRecord, Subject
from tests.intake.conftest import HandIn, codes_by_line


def test_small(hand_in: HandIn, unit: samples.Unit) -> None:
    rows = list(samples.penalties(200, unit, today=today()))
    wanted = {}
    for number, breakage in enumerate(samples.BREAKAGES):
        row = rows[number * 3 + 1]
        breakage.spoil(row, today())
        wanted[number * 3 + 3] = breakage
    batch = hand_in(samples.as_csv(rows, samples.COLUMNS))
    assert batch.status == BatchStatus.DONE, batch.error_detail
    found = codes_by_line(batch)
    for line, b in wanted.items():
        assert b.code in found.get(line, set()), (b.name, found.get(line))
    extra = {l: c for l, c in found.items() if l not in wanted}
    assert not extra
    assert (batch.accepted, batch.rejected) == (200 - len(wanted), len(wanted))
