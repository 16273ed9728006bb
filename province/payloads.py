"""What the province is told about a record: the fields by code, secret values included, with its ends and its provider.

Speed: PostgreSQL renders the JSON; rows without secret values pass through untouched (`orjson.Fragment`), rows with
them are opened and rendered here. The feed keeps what has no secret values ready-made (`province.lines`).
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import orjson
from django.db.models import Case, DateField, F, Func, JSONField, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, JSONObject, Least, NullIf

from records import contents
from records.models import CreditRecord
from records.provenance import is_copy


class Contents(NamedTuple):
    """What a live object says: its kind (a record's item) and the payload as JSON text."""

    object_id: int
    kind: str
    json: bytes | str
    provider_id: int | None = None


class _Merged(Func):
    """jsonb || jsonb: the right side wins."""

    template = "%(expressions)s"
    arg_joiner = " || "
    output_field = JSONField()


class _Stated(Func):
    """A JSON object without what is null: marks that most records do not carry."""

    function = "jsonb_strip_nulls"
    output_field = JSONField()


def _last_day(field: str) -> Case:
    """The last day of the state `field`, an early end taken into account; null stays null."""
    early = Cast(F("ended_on") - timedelta(days=1), DateField())
    return Case(When(**{f"{field}__isnull": False}, then=Least(field, early)), output_field=DateField())


# Whom a record is about once its subject was merged into another; null where it stands for itself.
_MERGED_INTO = Case(
    When(
        subject__merged_into__isnull=False,
        then=JSONObject(
            id="subject__merged_into__public_id",
            uscc="subject__merged_into__uscc",
        ),
    ),
    output_field=JSONField(),
)
_PAYLOAD = Cast(
    _Merged(
        "data",
        JSONObject(
            item="item_code",
            ends=_last_day("shared_until"),
            published_until=_last_day("published_until"),
            provider=JSONObject(name="provider__name", uscc="provider__uscc"),
            merged_into=_MERGED_INTO,
            copy=is_copy(),
        ),
        _Stated(
            JSONObject(
                disputed_since="disputed_since",
                contested=NullIf("contested", Value("")),
                suspended_from="suspended_from",
                suspended_until="suspended_until",
            )
        ),
    ),
    TextField(),
)


def live_rows(rows: QuerySet[CreditRecord]) -> QuerySet[CreditRecord, tuple[Any, ...]]:
    """`rows` with their payload as text; feed the result to `open_rows`. The caller has chosen the gate."""
    return rows.annotate(payload_text=_PAYLOAD).values_list(
        "id", "item_code", "payload_text", "secret", "fingerprint", "provider_id"
    )


def open_rows(rows: Iterable[tuple[Any, ...]]) -> Iterator[Contents]:
    """Turn rows of `live_rows` into contents, opening what is secret."""
    holder = CreditRecord()  # one for all rows: making an instance costs more than decrypting
    for record_id, item_code, text, secret, fingerprint, provider in rows:
        if secret is None:
            yield Contents(record_id, item_code, text, provider)
            continue
        holder.secret, holder.fingerprint = secret, fingerprint
        opened = contents.secret_of_record(holder)
        yield Contents(record_id, item_code, orjson.dumps({**opened, **orjson.loads(text)}), provider)


def told() -> QuerySet[CreditRecord]:
    """Every record with its kind, which is its item, and the agency that answers for it."""
    return CreditRecord.objects.annotate(told_kind=F("item_code"), told_agency=F("provider_id"))


def live(rows: QuerySet[CreditRecord], chunk: int = 0) -> Iterator[Contents]:
    """Payloads of `rows`; one query, read in chunks of `chunk` rows where there may be many."""
    found = live_rows(rows)
    return open_rows(found.iterator(chunk_size=chunk) if chunk else found)
