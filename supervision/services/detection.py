"""What the daily job does: looks at everything that stands in the database and raises the clues that are missing.

Nothing is remembered between runs. A run that comes late, twice, or after a crash ends with the same clues, because
each rests on a record or on a gap and is unique per object and kind. Clues whose reason has gone (numbers handed in,
calendar corrected) are closed with that reason and stay readable.
"""

from datetime import date
from typing import NamedTuple

from django.db import connection

from common.gates import PLAN
from common.locks import transaction_lock
from ledger.services import acting
from supervision.selectors.timeliness import CLOCK, JUDGED, RECEIVED_ON, clock_parameters
from supervision.services.case_clues import raise_case_clues
from supervision.services.erasure_clues import raise_erasure_clues
from supervision.services.gap_clues import close_gaps_gone, raise_gap_clues
from supervision.services.gaps import rebuild_gaps
from supervision.services.import_clues import close_lists_come, raise_import_clues
from supervision.services.measure_clues import raise_measure_clues
from supervision.services.withdrawal_clues import raise_withdrawal_clues

LATE_BASIS = f"{PLAN} 第5条、五（三）；"  # then what the item says

_RAISE_LATE = """
INSERT INTO supervision_clue (kind, agency_id, object_key, label, record_id, batch_id, item_code, due, late_by, basis,
                              state, explanation, outcome)
SELECT 'late_report', provider_id, 'record:' || j.id, document_number, j.id, batch_id, item_code, due, late_by,
       %(basis)s || CASE WHEN i.double_publicity THEN '发改办财金〔2018〕424号' ELSE '目录事项“' || i.name || '”' END
           || '：自作出决定之日起' || i.report_within_workdays || '个工作日内（以目录事项的报送期限为准）',
       'open', '', ''
FROM judged j JOIN catalog_catalogitem i ON i.id = j.item_id WHERE certain AND late ORDER BY j.id
ON CONFLICT (kind, object_key) DO NOTHING
"""
_UNSEEN = (
    """NOT EXISTS (SELECT FROM supervision_clue c WHERE c.record_id = r.id AND c.kind = 'late_report')"""
)
_NO_LONGER_LATE = """
UPDATE supervision_clue c SET state = 'closed', closed_at = now(), outcome = '按更正后的工作日历或报送期限计算，未超过期限'
FROM judged j WHERE c.record_id = j.id AND c.kind = 'late_report' AND c.state <> 'closed' AND j.certain AND NOT j.late
"""
_SEEN = (
    """r.id IN (SELECT record_id FROM supervision_clue WHERE kind = 'late_report' AND state <> 'closed')"""
)


class Refreshed(NamedTuple):
    """Clues raised for what came late (records, and withdrawals of them) and for gaps, and clues whose reason has gone."""

    late: int
    gaps: int
    gone: int
    measures: int = 0


def refresh(*, on: date) -> Refreshed:
    """Bring gaps and clues up to date; the second of two runs at once waits and then finds nothing to do."""
    with acting(actor=None, action="supervision.refresh", basis=f"{PLAN} 五（三）"):
        transaction_lock("supervision.refresh")
        gone = _close_no_longer_late(on)
        late = _raise_late(on) + raise_withdrawal_clues(on=on) + raise_case_clues(on=on)
        late += raise_import_clues(on=on) + raise_erasure_clues(on=on)
        rebuild_gaps()
        gone += close_gaps_gone() + close_lists_come(on=on)
        return Refreshed(late, raise_gap_clues(on=on), gone, raise_measure_clues(on=on))


def _judged(condition: str) -> str:
    """Every record that fits the condition, judged; `r` is the record."""
    return f"""WITH {CLOCK}, picked AS (
        SELECT r.id, r.provider_id, r.item_id, r.batch_id, r.document_number, r.decision_date, {RECEIVED_ON}
        FROM records_creditrecord r WHERE {condition}), {JUDGED}"""  # noqa: S608 - constants


def _raise_late(on: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_judged(_UNSEEN) + _RAISE_LATE, clock_parameters(on) | {"basis": LATE_BASIS})
        return int(cursor.rowcount)


def _close_no_longer_late(on: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_judged(_SEEN) + _NO_LONGER_LATE, clock_parameters(on))
        return int(cursor.rowcount)
