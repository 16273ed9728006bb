"""What the province is told about a record: decided here, on read, for push, pull and reconciliation alike.

A record whose sharing state holds today goes out whole, secret values included, as an upsert; any other is a
withdrawal without contents, whatever the event that led here once meant. So a batch sent again after a week, or an old
cursor read again, never carries a record past its end.

Speed: PostgreSQL renders the JSON; rows without secret values pass through untouched (`orjson.Fragment`), rows with
them are opened and rendered here. Rejected: a stored body per record (as fast again, but a second copy of personal
data to erase and to keep true).
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple, TypedDict

import orjson
from django.db.models import Case, DateField, F, Func, JSONField, QuerySet, TextField, When
from django.db.models.functions import Cast, JSONObject, Least

from ledger import tables
from ledger.selectors import Change
from province.choices import Action
from records import contents, selectors
from records.models import CreditRecord

# Tables whose changes concern the province. A record's contents lie in its own row, so this is the only one.
TABLES = frozenset({tables.TABLES["records_creditrecord"]})
SCHEMA = "2026-11"  # of the payloads; a new one is announced here before the first event carries it


class WireEvent(TypedDict):
    """One event of push and pull. `payload` is ready-made JSON, None for a withdrawal."""

    position: int
    event_id: int
    kind: str | None
    action: str
    object_id: int
    payload: orjson.Fragment | None


class Contents(NamedTuple):
    """What a live record says: its item and the payload as JSON text."""

    record_id: int
    item_code: str
    json: bytes | str


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


_PAYLOAD = Cast(
    _Merged(
        "data",
        JSONObject(
            item="item_code",
            ends=_last_day("shared_until"),
            published_until=_last_day("published_until"),
            provider=JSONObject(name="provider__name", uscc="provider__uscc"),
        ),
        _Stated(
            JSONObject(
                disputed_since="disputed_since",
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
        "id", "item_code", "payload_text", "secret", "fingerprint"
    )


def open_rows(rows: Iterable[tuple[Any, ...]]) -> Iterator[Contents]:
    """Turn rows of `live_rows` into contents, opening what is secret."""
    holder = CreditRecord()  # one for all rows: making an instance costs more than decrypting
    for record_id, item_code, text, secret, fingerprint in rows:
        if secret is None:
            yield Contents(record_id, item_code, text)
            continue
        holder.secret, holder.fingerprint = secret, fingerprint
        opened = contents.secret_of_record(holder)
        yield Contents(record_id, item_code, orjson.dumps({**opened, **orjson.loads(text)}))


def wire_events(
    changes: Iterable[Change], today: date, items: Collection[str] | None = None
) -> list[WireEvent]:
    """What each change means today, in the order given; two queries, however many changes there are.

    Several changes of one object all carry its newest state. `kind` is None for a record that was erased: its item is
    no longer known, and the receiver withdraws by `object_id`. With `items` only events of these items and erased ones.
    """
    changes = list(changes)
    ids = {change.object_id for change in changes}
    kinds = dict(CreditRecord.objects.filter(pk__in=ids).values_list("pk", "item_code"))
    shared = live_rows(selectors.shared(today).filter(pk__in=ids))
    live = {row.record_id: row for row in open_rows(shared)}
    wanted = changes if items is None else [c for c in changes if kinds.get(c.object_id) in {*items, None}]
    return [_event(change, kinds, live.get(change.object_id)) for change in wanted]


def _event(change: Change, kinds: dict[int, str], live: Contents | None) -> WireEvent:
    return WireEvent(
        position=change.position,
        event_id=change.position,
        kind=kinds.get(change.object_id),
        action=Action.WITHDRAW.value if live is None else Action.UPSERT.value,
        object_id=change.object_id,
        payload=None if live is None else orjson.Fragment(live.json),
    )
