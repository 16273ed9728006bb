"""Find published subjects by a fragment of their name, by several, or by their exact code.

Two-character words are what people type, and they can be rare (one company) or common (every second name), so no single
query is fast for all. Names that begin with the fragment, a place before it aside, come first: they are what was meant.

- Few hits (by the database's own statistics): all are read through the index of bigrams and sorted by pinyin.
- Many: leading names are a range of the names and read in their order. The rest is read bucket by bucket: every subject
  belongs to one of 1,024 buckets by its id, the index of the bigrams holds the bucket as well, and so a page costs what it
  shows, however common the fragment and wherever its names cluster. Nobody reads thousands of hits in order.

Several fragments apart ("豆制品 云岭") are found in any order: the same index intersects their bigrams. Names in their order are of no
use there (the range of one may hold hardly one with the other), so many are read bucket by bucket from the start.

Rejected: sorting all hits (grows with them); walking the names in order until the page is full (passes a whole town
where the fragment's names stand together elsewhere); a table of bigrams (twelve rows more for every new subject).

Natural persons have no grams and are never found by name. Each of the three statements has one index that can serve it,
its steps kept apart by OFFSET 0, so one plan fits every fragment: they are prepared, for planning took twice as long as
running.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, partial
from typing import Any, Final, Self, cast
from zlib import crc32

from django.db import connection

from common.pagination import cursor_invalid, decode_cursor, encode_cursor
from common.prepared import Plan, Prepared, Value
from common.text import bigrams
from records.identity.groups import head_id
from records.identity.selectors import by_code
from records.models import Subject
from records.selectors import published_subjects

COUNT_CAP: Final = 100
_PLACES: Final = ("", "鹤岗市", "鹤岗")
_SAME_CODE: Final = 20
_STATISTICS_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Hit:
    """One subject found. `records` counts what is published about it, up to COUNT_CAP; `way` to `id` are its cursor."""

    way: str
    rank: int
    text: str
    id: int
    public_id: str
    name: str
    kind: str
    uscc: str
    region: str
    records: int


def subject_by_code(code: str, at: date) -> Subject | None:
    """The published body that has exactly this code as one of its six, whichever of its rows says so."""
    heads = [head_id(row) for row in by_code(code)[:_SAME_CODE]]
    return published_subjects(at).filter(pk__in=heads).order_by("id").first() if heads else None


# --- by name -------------------------------------------------------------------------------------------

_BUCKETS: Final = 1024
_AT_ONCE: Final = 256  # buckets, where hardly any of them holds a hit
_MANY: Final = 500  # hits up to which all are read and sorted
_LAST: Final = "\U0010ffff"
# The index subject_terms (migration 0010) holds the bigrams of a name and, as its second column, this:
_BUCKET: Final = "array[to_hex(s.id %% 1024)]"
_COLUMNS: Final = "s.id, s.public_id, s.shown_name, s.kind, s.uscc, s.region"
# Candidates in order, each with the number of its published records; stops at the page's end. Rows merged into another
# are no candidates; their records count with their head. Heads of a group are few: the database hashes them once.
_PAGE = """
SELECT {way} AS way, {rank} AS rank, {text} AS text, h.id, h.public_id, h.shown_name, h.kind, h.uscc, h.region, p.n
FROM ({candidates}) h
CROSS JOIN LATERAL ({counted}) p
WHERE p.n >= %(least)s OR {also}
ORDER BY {order}, h.id LIMIT {most}
"""
_PUBLISHED: Final = """SELECT count(*) AS n FROM (
    SELECT 1 FROM records_creditrecord r
    WHERE r.subject_id = ANY (CASE
        WHEN h.id IN (SELECT merged_into_id FROM records_subject WHERE merged_into_id IS NOT NULL)
        THEN h.id || ARRAY(SELECT m.id FROM records_subject m WHERE m.merged_into_id = h.id) ELSE ARRAY[h.id] END)
      AND r.published_until >= %(at)s AND (r.ended_on IS NULL OR r.ended_on > %(at)s)
      AND (r.suspended_from IS NULL OR r.suspended_from > %(at)s OR r.suspended_until < %(at)s)
    LIMIT %(cap)s) shown"""
# For officers, who may find any organisation: nothing is counted.
_REGISTERED: Final = "SELECT 0 AS n"
# Every hit, sorted whole. OFFSET 0 keeps the steps apart, so that the array condition is answered by its index and the
# sort happens before, not behind, the look at the records.
_FEW = """
SELECT * FROM (
    SELECT {columns}, s.pinyin, CASE WHEN {leading} THEN 0 ELSE 1 END AS later FROM records_subject s
    WHERE s.grams @> %(grams)s::varchar(4)[] AND s.normal_name LIKE %(inside)s AND s.merged_into_id IS NULL
    OFFSET 0) found
WHERE (later, pinyin, id) > (%(rank)s, %(text)s, %(id)s)
ORDER BY later, pinyin, id OFFSET 0
"""
# Leading names: one range of the names for a place that may stand before the fragment. One lower bound only: with two
# the index is read from the first one.
_LEADING = """
SELECT s.* FROM records_subject s
WHERE s.normal_name <> '' AND (s.normal_name COLLATE "C", s.id) > (%(from_{number})s, %(from_id_{number})s)
  AND s.normal_name COLLATE "C" < %(high_{number})s AND NOT ({before}) AND s.merged_into_id IS NULL
"""
_NAME: Final = 'h.normal_name COLLATE "C"'
# A range is read as far as those before it leave room on the page; what nobody is shown is not counted.
_LED: Final = "WITH {ranges} SELECT * FROM ({union}) led ORDER BY rank, text, id"
# The rest, some buckets at a time.
_SPREAD = """
SELECT {columns}, s.id %% 1024 AS bucket FROM records_subject s
WHERE s.grams @> %(grams)s::varchar(4)[] AND {bucket} && %(buckets)s
  AND s.normal_name LIKE %(inside)s AND s.merged_into_id IS NULL AND NOT ({leading}) AND (s.id %% 1024, s.id) > (%(rank)s, %(id)s)
ORDER BY bucket, s.id OFFSET 0
"""


class Way(StrEnum):
    """How a page is found; the cursor keeps it, so that all pages are of one order."""

    FEW = "f"  # rank: leading or later; text: sort key
    LEADING = "l"  # rank: number of the place; text: name
    SPREAD = "s"  # rank: bucket


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind this key."""

    way: Way
    rank: int = 0
    text: str = ""
    id: int = 0

    @classmethod
    def of(cls, cursor: str) -> Self:
        match decode_cursor(cursor, 4):
            case [str(way), int(rank), str(text), int(identity)]:
                known = way in set(Way) and 0 <= rank < _BUCKETS and 0 <= identity < 2**63
                if known and "\0" not in text:
                    return cls(Way(way), rank, text, identity)
        raise cursor_invalid()


@dataclass(frozen=True, slots=True)
class _Search:
    """One search by name: what it asks for."""

    name: str
    parameters: dict[str, Value]
    registered: bool
    also: str
    several: bool

    def run(self, way: Way, place: Place, **more: Value) -> list[Hit]:
        """The statement of this way, behind `place`."""
        statement = _statement(way, self.registered, self.also, self.several)
        values = {**self.parameters, "rank": place.rank, "text": place.text, "id": place.id, **more}
        return _run(statement.prepared, [values[name] for name in statement.names])


def _like(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _search(words: Sequence[str], at: date, limit: int, registered: bool, also: str) -> _Search:
    parameters: dict[str, Value] = {
        "at": at,
        "limit": limit,
        "cap": COUNT_CAP,
        "grams": _grams(words),
        "inside": f"%{_like(words[0])}%",
        "each": [f"%{_like(word)}%" for word in words],
        "least": 0 if registered else 1,
    }
    for number, place in enumerate(_PLACES):
        parameters[f"begins_{number}"] = f"{_like(place + words[0])}%"
    return _Search(words[0], parameters, registered, also, several=len(words) > 1)


def _grams(words: Sequence[str]) -> list[str | None]:
    return [*dict.fromkeys(gram for word in words for gram in bigrams(word))]


def subjects_by_name(
    name: str,
    *,
    at: date,
    cursor: str | None,
    limit: int,
    words: Sequence[str] = (),
    registered: bool = False,
    also: str = "false",
) -> tuple[list[Hit], str | None]:
    """A page of published subjects whose name contains the normalised `name` (two characters or more), or each of `words`.

    `registered` is for officers: every organisation and self-employed business, whether anything is published or not.
    `also` is a condition in SQL on the subject `h` on day `%(at)s`, under which one is found without a published record;
    rooms above this one know of such.
    """
    words = words or (name,)
    search = _search(words, at, limit + 1, registered, also)
    expected = min(map(_expected, words))
    place = Place.of(cursor) if cursor else Place(Way.FEW if expected < _MANY else Way.LEADING)
    hits = _few(search, place) if place.way is Way.FEW else _many(search, place, limit + 1, expected)
    more, hits = len(hits) > limit, hits[:limit]
    last = hits[-1] if more else None
    return hits, encode_cursor([last.way, last.rank, last.text, last.id]) if last else None


def _few(search: _Search, place: Place) -> list[Hit]:
    return search.run(Way.FEW, place)


def _many(search: _Search, place: Place, wanted: int, expected: float) -> list[Hit]:
    """Leading names first, then the rest by buckets."""
    hits: list[Hit] = []
    if place.way is Way.LEADING:
        hits = [] if search.several else _led(search, place)
        place = Place(Way.SPREAD)
    low, width = place.rank, int(_BUCKETS * 3 * wanted / max(expected, 1)) + 1
    while len(hits) < wanted and low < _BUCKETS:
        labels: list[str | None] = [f"{bucket:x}" for bucket in range(low, min(low + width, _BUCKETS))]
        hits += search.run(Way.SPREAD, place, buckets=labels)
        low, width = low + width, min(width * 4, _AT_ONCE)
    return hits[:wanted]


def _led(search: _Search, place: Place) -> list[Hit]:
    """What the ranges have, up to a page; most fragments lead no name, and one question says so."""
    bounds: dict[str, Value] = {}
    for number, before in enumerate(_PLACES):
        begin, end = before + search.name, before + search.name + _LAST
        low = (begin, 0) if number > place.rank else max((begin, 0), (place.text, place.id))
        if number < place.rank:  # read to its end by an earlier page
            low = (end, 0)
        bounds |= {f"from_{number}": low[0], f"from_id_{number}": low[1], f"high_{number}": end}
    return search.run(Way.LEADING, place, **bounds)


def _run(statement: Prepared, values: list[Value]) -> list[Hit]:
    return [Hit(*row) for row in cast(list[Any], statement.rows(values))]


# --- the statements -------------------------------------------------------------------------------------

_TYPES: Final = {
    "at": "date", "limit": "bigint", "cap": "bigint", "least": "bigint", "grams": "text[]", "inside": "text", "each": "text[]", "rank": "bigint",
    "text": "text", "id": "bigint", "buckets": "text[]", "begins": "text", "from": "text", "from_id": "bigint", "high": "text",
}  # fmt: skip
_NAMED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class _Statement:
    """A prepared statement and the names of its values in their order."""

    prepared: Prepared
    names: tuple[str, ...]


@cache
def _statement(way: Way, registered: bool, also: str, several: bool) -> _Statement:
    """The statement of a way; `also` is one of the few conditions that rooms above this one bring."""
    page = partial(_page, registered=registered, also=also)
    match way:
        case Way.FEW:
            sql = page(_each(_FEW) if several else _FEW, way, rank="h.later", text="h.pinyin")
        case Way.SPREAD:
            sql = page(_each(_SPREAD) if several else _SPREAD, way, rank="h.bucket", text="''")
        case Way.LEADING:
            led = [f"led_{number}" for number in range(len(_PLACES))]
            ranges = [
                f"{name} AS MATERIALIZED"
                f" ({page(_range(number), way, rank=str(number), text=_NAME, most=_left(led[:number]))})"
                for number, name in enumerate(led)
            ]
            union = " UNION ALL ".join(f"TABLE {name}" for name in led)
            sql = _LED.format(ranges=", ".join(ranges), union=union)
    names = tuple(dict.fromkeys(_NAMED.findall(sql)))
    text = _NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", sql).replace("%%", "%")
    name = f"names_{way}{'_each' * several}_{'all' if registered else 'shown'}_{crc32(also.encode()):x}"
    return _Statement(
        Prepared(name, [_TYPES[one.rstrip("_012")] for one in names], text, plan=Plan.ONE), names
    )


def _each(candidates: str) -> str:
    """The same for several fragments: every one of them stands in the name, and none was read before for leading it."""
    return candidates.replace("LIKE %(inside)s", "LIKE ALL (%(each)s)").replace(" AND NOT ({leading})", "")


def _page(
    candidates: str, way: Way, *, rank: str, text: str, registered: bool, also: str, most: str = "%(limit)s"
) -> str:
    """The statement that answers these candidates in the order of `rank` and `text`, those that change."""
    order = text if rank.isdigit() else f"{rank}, {text}" if text.startswith("h.") else rank
    return _PAGE.format(
        candidates=candidates.format(bucket=_BUCKET, columns=_COLUMNS, leading=_begins(len(_PLACES))),
        counted=_REGISTERED if registered else _PUBLISHED,
        also=also,
        way=f"'{way}'::text",
        rank=rank,
        text=text,
        order=order,
        most=most,
    )


def _left(filled: list[str]) -> str:
    """How much of the page these ranges leave."""
    return " - ".join(["%(limit)s", *(f"(SELECT count(*) FROM {name})" for name in filled)])  # noqa: S608


def _range(number: int) -> str:
    """Names that begin with a place and the fragment, and with none of the places before."""
    return _LEADING.format(number=number, before=_begins(number))


def _begins(places: int) -> str:
    """Whether a name begins with the fragment, behind one of the first `places`."""
    return " OR ".join(f"s.normal_name LIKE %(begins_{number})s" for number in range(places)) or "false"


# --- which fragments are common ------------------------------------------------------------------------

_STATISTICS = """
SELECT c.reltuples, s.most_common_elems::text::text[], s.most_common_elem_freqs
FROM pg_class c LEFT JOIN pg_stats s
  ON s.schemaname = current_schema() AND s.tablename = c.relname AND s.attname = 'grams'
WHERE c.oid = 'records_subject'::regclass
"""
_kept: tuple[float, str, dict[str, float]] | None = None


def _gram_counts() -> dict[str, float]:
    """How many subjects have each common bigram, from the statistics the database keeps anyway; kept ten minutes."""
    global _kept
    database = str(connection.settings_dict["NAME"])
    if _kept is not None and _kept[0] > time.monotonic() and _kept[1] == database:
        return _kept[2]
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS)
        tuples, elements, frequencies = cursor.fetchone()
    counts = {
        gram: share * max(tuples, 0) for gram, share in zip(elements or (), frequencies or (), strict=False)
    }
    _kept = (time.monotonic() + _STATISTICS_SECONDS, database, counts)
    return counts


def _expected(name: str) -> float:
    """About how many subjects contain the fragment: as many as its rarest bigram, which few others are known of."""
    counts = _gram_counts()
    return min(counts.get(gram, 0.0) for gram in bigrams(name))
