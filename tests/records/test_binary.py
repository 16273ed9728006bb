"""COPY's binary format: the database reads what was meant, and a row taken apart says what the database read."""

from datetime import date
from io import BytesIO
from uuid import UUID

import orjson
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from records.intake import binary

TYPES = ("number", "text", "day", "bytes", "uuid", "flag", "jsonb")
COLUMNS = "n bigint, t varchar(300), d date, b bytea, u uuid, f boolean, j jsonb"
words = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=40)
rows = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1),
    words,
    st.none() | st.dates(),
    st.none() | st.binary(max_size=40),
    st.uuids(),
    st.booleans(),
    st.dictionaries(words, words, max_size=3),
)


def _fields(row: tuple[int | None, str, date | None, bytes | None, UUID, bool, dict[str, str]]) -> bytes:
    number, text, day, sealed, uuid, flag, contents = row
    sent = orjson.dumps(contents)
    return b"".join(
        (
            binary.number(number),
            binary.text(text),
            binary.day(day),
            binary.NULL if sealed is None else binary.length(len(sealed)) + sealed,
            binary.DIGEST + uuid.bytes,
            binary.flag(flag),
            binary.length(1 + len(sent)) + binary.JSONB + sent,
        )
    )


@pytest.mark.django_db
@given(st.lists(rows, min_size=1, max_size=5))
def test_the_database_reads_what_was_meant(
    given_rows: list[tuple[int | None, str, date | None, bytes | None, UUID, bool, dict[str, str]]],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists given")
        cursor.execute(f"create temp table given (place bigint, {COLUMNS}) on commit drop")
        sent = [binary.begun(8, place) + _fields(row) for place, row in enumerate(given_rows)]
        cursor.copy_expert(
            "copy given from stdin (format binary)", BytesIO(b"".join((binary.START, *sent, binary.END)))
        )
        cursor.execute("select n, t, d, b, u, f, j::text from given order by place")
        for (*found, contents), row in zip(cursor.fetchall(), given_rows, strict=True):
            number, text, day, sealed, uuid, flag, meant = row
            assert (found[:3], found[4:]) == ([number, text, day], [uuid, flag])
            assert (None if found[3] is None else bytes(found[3])) == sealed
            assert orjson.loads(contents) == meant


@pytest.mark.django_db
@given(rows)
def test_what_is_taken_apart_reads_as_the_same(
    row: tuple[int | None, str, date | None, bytes | None, UUID, bool, dict[str, str]],
) -> None:
    texts = binary.texts_of(_fields(row), TYPES)
    number, text, day, sealed, uuid, flag, contents = row
    with connection.cursor() as cursor:
        cursor.execute(
            "select %s::bigint, %s::varchar, %s::date, %s::bytea, %s::uuid, %s::boolean, %s::jsonb::text",
            texts,
        )
        *found, read = cursor.fetchone() or ()
    assert (found[:3], found[4:]) == ([number, text, day], [uuid, flag])
    assert (None if found[3] is None else bytes(found[3])) == sealed
    assert orjson.loads(read) == contents


def test_what_repeats_is_remembered_up_to_a_bound() -> None:
    days, texts = binary.Remembered(binary.day), binary.Remembered(binary.text)
    assert days["2026-07-01"] == binary.day(date(2026, 7, 1)) and texts["鹤岗"] == binary.text("鹤岗")
    assert texts["鹤岗"] is texts["鹤岗"]
    assert all(texts[str(number)] == binary.text(str(number)) for number in range(20_001))
    assert len(texts) <= 10_000
