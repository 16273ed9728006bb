"""Clues that ask about gaps in a number series. A gap keeps its clue as long as it keeps its numbers."""

from datetime import date
from typing import Final

from django.db import connection
from django.utils import timezone

from common.gates import PLAN
from supervision.choices import ClueState
from supervision.models import Clue, NumberGap

GAP_BASIS: Final = f"{PLAN} 第5条：应公示，尽公示；五（三）"
_KEY: Final = "prefix || ':' || year || ':' || first || '-' || last"  # `object_key` in SQL
_RAISE: Final = f"""
INSERT INTO supervision_clue (kind, agency_id, object_key, label, item_code, due, late_by, basis, state, explanation, outcome)
SELECT 'number_gap', agency_id, {_KEY}, prefix || '〔' || year || '〕' || first
       || CASE WHEN last > first THEN '至' || last ELSE '' END || '号',
       item_code, due, 0, %(basis)s, 'open', '', ''
FROM supervision_numbergap WHERE due < %(on)s ORDER BY id
ON CONFLICT (kind, object_key) DO NOTHING
"""  # noqa: S608 - a constant
_GONE: Final = f"""
SELECT id FROM supervision_clue WHERE kind = 'number_gap' AND state = 'open'
AND object_key NOT IN (SELECT {_KEY} FROM supervision_numbergap)
"""  # noqa: S608 - a constant


def object_key(gap: NumberGap) -> str:
    """The name under which a gap's clue stands."""
    return f"{gap.prefix}:{gap.year}:{gap.first}-{gap.last}"


def raise_gap_clues(*, on: date) -> int:
    """A clue for every gap whose period ended before `on`; inside the action of the caller."""
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, {"on": on, "basis": GAP_BASIS})
        return int(cursor.rowcount)


def close_gaps_gone() -> int:
    """Close open clues whose numbers have come in, or whose gap has become another one with a clue of its own."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE)
        gone = [pk for (pk,) in cursor.fetchall()]
    return Clue.objects.filter(pk__in=gone).update(
        state=ClueState.CLOSED,
        closed_at=timezone.now(),
        outcome="号段内文号已经报送或者有了变化；仍缺的号码另有线索",
    )
