"""What comes in of a fact that is recorded already: whether it says the same, and so what whoever hands it in is told.

Compared value by value, sealed ones opened, when it comes to that; nothing is kept of a record for the purpose. Rejected: a
digest of the contents in every record (every row paid for what few ever ask, and a person's contents needed a key of its
own), and comparing in the database (it does not open what is sealed).
"""

from collections.abc import Iterable
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
_GONE: Final = "该文书已被撤销、确认违法或者无效，或者依法不应归集，不得再次报送"
_STORED: Final = """
select id, fingerprint, secret, data::text, document_kind, document_number, decision_date::text, effective_date::text, authority_name, authority_uscc
from records_creditrecord where id = any(%s)
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record of the same fact, and the reason if it ended for good."""

    record_id: int
    provider_id: int
    end_reason: str


def within(built: Built, row: int, first: int) -> Refusal:
    """About a row whose fact stands further up in the same chunk."""
    same = built.rows.contents(row) == built.rows.contents(first)
    return refuse("duplicate", _SAME if same else _DIFFERENT)


def again(built: Built, found: dict[int, Recorded], provider_id: int) -> dict[int, Refusal]:
    """About the rows whose fact is recorded: why it does not come in again, and where its correction is made."""
    stored = _stored({one.record_id for one in found.values() if not one.end_reason})
    return {
        row: _refusal(one, provider_id, same=stored.get(one.record_id) == built.rows.contents(row))
        for row, one in found.items()
    }


def _refusal(known: Recorded, provider_id: int, *, same: bool) -> Refusal:
    if known.end_reason == EndReason.REPAIRED:
        return refuse("duplicate", _REPAIRED)
    if known.end_reason:
        return refuse("document_not_effective", _GONE)
    if same:
        return refuse("duplicate", _SAME)
    if known.provider_id != provider_id:
        return refuse("duplicate", _DIFFERENT)
    where = f"：打开编号为{known.record_id}的信用记录，点“更正”；接口为 /api/v1/records/{known.record_id}/corrections/"
    return refuse("duplicate", _DIFFERENT + where)


def _stored(ids: Iterable[int]) -> dict[int, Contents | None]:
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [list(ids)])
        return {number: _contents(*row) for number, *row in cursor.fetchall()}


def _contents(print_: memoryview, secret: memoryview | None, data: str, *stated: str) -> Contents | None:
    """None for a record whose sealed part does not open: it is said to be different, and its row costs no other one."""
    try:
        return Contents({**orjson.loads(data), **opened(secret, bytes(print_))}, *stated)
    except DecryptionError:
        return None
