"""What comes in of a fact that is recorded already: whether it says the same, and so what whoever hands it in is told.

Compared value by value, sealed ones opened, when it comes to that; nothing is kept of a record for the purpose. Rejected: a
digest of the contents in every record (every row paid for what few ever ask, and a person's contents needed a key of its
own), and comparing in the database (it does not open what is sealed).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from django.db import connection

from common.gates import Refusal, refuse
from common.privacy import DecryptionError
from records.choices import EndReason
from records.contents import opened
from records.intake.build import Built
from records.intake.good_rows import Contents

_SAME: Final = "同一文书、同一主体的信息已经报送过，内容相同，无需重复报送"
_DIFFERENT: Final = "同一文书、同一主体的信息已经报送过，但内容不同，请走更正"
_REPAIRED: Final = "该信息已经信用修复，不得再次报送（谁认定、谁修复）"
_SHOWN: Final = 60  # characters of a file's name
_GONE: Final = "该文书已被撤销、确认违法或者无效，或者依法不应归集，不得再次报送"
_STORED: Final = """
select r.id, a.name, b.filename, (r.received_at at time zone 'Asia/Shanghai')::date::text,
       r.fingerprint, r.secret, r.data::text, r.document_kind, r.document_number, r.decision_date::text, r.effective_date::text,
       r.authority_name, r.authority_uscc
from records_creditrecord r
join agencies_agency a on a.id = r.provider_id
left join records_intakebatch b on b.id = r.batch_id
where r.id = any(%s)
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record of the same fact, and the reason if it ended for good."""

    record_id: int
    provider_id: int
    end_reason: str


@dataclass(frozen=True, slots=True)
class _Standing:
    """Whose record it is, how and when it came in (`filename` empty: one by one), and what it says."""

    provider: str
    filename: str | None
    day: str
    contents: Contents | None


def within(built: Built, row: int, first: int) -> Refusal:
    """About a row whose fact stands further up in the same chunk."""
    same = built.rows.contents(row) == built.rows.contents(first)
    return refuse("duplicate", f"{_SAME if same else _DIFFERENT}（同一文件第{built.lines[first]}行）")


def again(built: Built, found: dict[int, Recorded], provider_id: int) -> dict[int, Refusal]:
    """About the rows whose fact is recorded: why it does not come in again, where it stands, and where its correction is made."""
    stored = _stored({one.record_id: one for one in found.values()})
    return {
        row: _refusal(
            one, stored[one.record_id], built.rows.contents(row), own=one.provider_id == provider_id
        )
        for row, one in found.items()
    }


def _refusal(known: Recorded, stored: _Standing, contents: Contents, *, own: bool) -> Refusal:
    place = _place(known, stored, own=own)
    if known.end_reason == EndReason.REPAIRED:
        return refuse("duplicate", _REPAIRED + place)
    if known.end_reason:
        return refuse("document_not_effective", _GONE + place)
    if stored.contents == contents:
        return refuse("duplicate", _SAME + place)
    if not own:
        return refuse("duplicate", _DIFFERENT + place)
    where = f"：打开编号为{known.record_id}的信用记录，点“更正”；接口为 /api/v1/records/{known.record_id}/corrections/"
    return refuse("duplicate", _DIFFERENT + place + where)


def _place(known: Recorded, stored: _Standing, *, own: bool) -> str:
    """Where it stands already; of another unit's hand-in no more than whose it is."""
    if not own:
        return f"（由“{stored.provider}”报送）"
    how = f"报送的文件“{stored.filename[-_SHOWN:]}”" if stored.filename else "逐条报送"
    return f"（{stored.day}{how}，记录编号{known.record_id}）"


def _stored(known: Mapping[int, Recorded]) -> dict[int, _Standing]:
    """Of a record that ended for good nothing is opened: what it says makes no difference."""
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [list(known)])
        return {
            number: _Standing(provider, filename, day, None if known[number].end_reason else _contents(*row))
            for number, provider, filename, day, *row in cursor.fetchall()
        }


def _contents(print_: memoryview, secret: memoryview | None, data: str, *stated: str) -> Contents | None:
    """None for a record whose sealed part does not open: it is said to be different, and its row costs no other one."""
    try:
        return Contents({**orjson.loads(data), **opened(secret, bytes(print_))}, *stated)
    except DecryptionError:
        return None
