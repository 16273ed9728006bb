"""Find published subjects by a fragment of their name, or by their exact code.

Two-character words are what people type, and they can be rare (one company) or common (every second name), so no single
query is fast for all. A rare fragment is found through the bigram index and sorted whole. A common one is walked in name
order and stops at the page's end. Names that begin with the fragment, a place before it aside, come first: they are what
was meant, and in name order they stand together, where a plain walk would have to pass a hundred thousand others.

Order: leading names first, then pinyin, then id; the cursor is that key, so rare and common pages fit together. Natural
persons have no grams and are never found by name. Statements are bound by the client, so each gets a plan of its own: a
generic plan made this query a hundred times slower.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.db import connection

from common.identifiers import id_number_problem, normalise_code, uscc_problem
from common.pagination import cursor_invalid, decode_cursor, encode_cursor
from common.text import bigrams, normalise_name, pinyin_key
from records.models import Subject
from records.selectors import published_subjects

MAX_LENGTH: Final = 100
COUNT_CAP: Final = 100
_IDENTITY = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9X]").fullmatch
_PLACES: Final = ("", "鹤岗市", "鹤岗")
_WALK: Final = 3000
_STATISTICS_SECONDS: Final = 600.0
_BEHIND: Final = "\x7f"  # sorts behind every character of a pinyin key in the C collation


class Kind(StrEnum):
    """What somebody typed."""

    EMPTY = "empty"
    SHORT = "short"
    LONG = "long"
    NAME = "name"
    CODE = "code"
    WRONG_CODE = "wrong_code"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is its compared form; empty for a personal number, which must not be repeated anywhere."""

    kind: Kind
    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One subject found. `records` counts what is published about it, up to COUNT_CAP."""

    later: int
    pinyin: str
    id: int
    public_id: str
    name: str
    kind: str
    uscc: str
    region: str
    records: int


def read_query(typed: str) -> Query:
    """Decide what was typed: a code is looked up exactly, an identity number is not looked up at all."""
    if not typed.strip():
        return Query(Kind.EMPTY)
    if len(typed) > MAX_LENGTH:
        return Query(Kind.LONG)
    code = normalise_code(typed)
    if _looks_like_code(code):
        if len(code) == 18 and (problem := uscc_problem(code)):
            if _looks_personal(code):
                return Query(Kind.PERSONAL)
            return Query(Kind.WRONG_CODE, code, problem)
        return Query(Kind.CODE, code)
    name = normalise_name(typed)
    return Query(Kind.NAME if len(name) > 1 else Kind.SHORT, name)


def _looks_personal(code: str) -> bool:
    """An identity number, or one with a slip in it: it is neither searched for nor repeated."""
    return id_number_problem(code) is None or _IDENTITY(code) is not None


def _looks_like_code(code: str) -> bool:
    """Letters and digits only, 13 (registration number) to 18 of them; an 18-digit run of digits counts too."""
    return (
        code.isascii() and code.isalnum() and len(code) in (13, 15, 18) and sum(map(str.isdigit, code)) >= 8
    )


def subject_by_code(code: str, at: date) -> Subject | None:
    """The published subject that has exactly this unified social credit code or registration number."""
    return published_subjects(at).filter(key__in=[f"uscc:{code}", f"reg:{code}"]).order_by("id").first()


# --- by name -------------------------------------------------------------------------------------------

_FIELDS = "id, pinyin, normal_name"
# A page of candidates in order: the join with what is published keeps the order and ends with the page.
_PAGE = """
SELECT {later} AS later, h.pinyin, h.id, s.public_id, s.shown_name, s.kind, s.uscc, s.region, p.n
FROM ({candidates}) h
CROSS JOIN LATERAL (SELECT count(*) AS n FROM (
    SELECT 1 FROM records_creditrecord r
    WHERE r.subject_id = h.id AND r.published_until >= %(at)s AND (r.ended_on IS NULL OR r.ended_on > %(at)s)
    LIMIT %(cap)s) shown) p
JOIN records_subject s ON s.id = h.id
WHERE p.n > 0
ORDER BY {order} LIMIT %(limit)s
"""
# Every hit through the bigram index, for rare fragments. OFFSET 0 keeps the steps apart, so that the array condition is
# answered by its index and the sort happens before, not behind, the look at the records.
_RARE = """
SELECT * FROM (
    SELECT CASE WHEN {leading} THEN 0 ELSE 1 END AS later, {fields} FROM (
        SELECT {fields} FROM records_subject
        WHERE grams @> %(grams)s::varchar(4)[] AND normal_name LIKE %(inside)s OFFSET 0) found) ranked
WHERE (later, pinyin, id) > (%(after_later)s, %(after_pinyin)s, %(after_id)s)
ORDER BY later, pinyin, id OFFSET 0
"""
# Leading names: one range of the name order for each place that may stand before the fragment.
_LEADING = """
SELECT {fields} FROM records_subject
WHERE (pinyin, id) > (%(from_{number})s, %(from_id_{number})s) AND pinyin < %(high_{number})s
  AND normal_name LIKE %(begins_{number})s
"""
# The rest, as far as one walk of the name order goes.
_REST = """
SELECT {fields} FROM (
    SELECT {fields} FROM records_subject
    WHERE (pinyin, id) > (%(after_pinyin)s, %(after_id)s) ORDER BY pinyin, id LIMIT {walk}) walked
WHERE normal_name LIKE %(inside)s AND NOT ({leading})
"""


Parameter = str | int | date | list[str]


@dataclass(frozen=True, slots=True)
class _Search:
    """One search by name, with the parameters its statements share."""

    parameters: dict[str, Parameter]
    leading: Sequence[str]

    @property
    def any_leading(self) -> str:
        return " OR ".join(self.leading)


def _like(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _prepare(name: str, at: date, cursor: str | None, limit: int) -> _Search:
    later, pinyin, identity = _read_cursor(cursor)
    parameters: dict[str, Parameter] = {
        "at": at,
        "limit": limit,
        "cap": COUNT_CAP,
        "grams": bigrams(name),
        "inside": f"%{_like(name)}%",
        "after_later": later,
        "after_pinyin": pinyin,
        "after_id": identity,
    }
    conditions = []
    for number, place in enumerate(_PLACES):
        key = pinyin_key(place + name)
        start = max((key, 0), (pinyin, identity))  # one bound: with two the index is read from the first one
        parameters |= {
            f"low_{number}": key,
            f"from_{number}": start[0],
            f"from_id_{number}": start[1],
            f"high_{number}": key + _BEHIND,
            f"begins_{number}": f"{_like(place + name)}%",
        }
        conditions.append(
            f"(pinyin >= %(low_{number})s AND pinyin < %(high_{number})s AND normal_name LIKE %(begins_{number})s)"
        )
    return _Search(parameters, conditions)


def _read_cursor(cursor: str | None) -> tuple[int, str, int]:
    if not cursor:
        return 0, "", 0
    match decode_cursor(cursor, 3):
        case [0 | 1 as later, str(pinyin), int(identity)] if 0 <= identity < 2**63 and "\0" not in pinyin:
            return later, pinyin, identity
    raise cursor_invalid()


def subjects_by_name(name: str, *, at: date, cursor: str | None, limit: int) -> tuple[list[Hit], str | None]:
    """A page of published subjects whose name contains the normalised `name` (two characters or more)."""
    search = _prepare(name, at, cursor, limit + 1)
    hits = _rare(search) if _is_rare(name, limit) else _common(search, limit + 1)
    more, hits = len(hits) > limit, hits[:limit]
    last = hits[-1] if more else None
    return hits, encode_cursor([last.later, last.pinyin, last.id]) if last else None


def _rare(search: _Search) -> list[Hit]:
    candidates = _RARE.format(leading=search.any_leading, fields=_FIELDS)
    return _run(_PAGE.format(candidates=candidates, later="h.later", order="h.later, h.pinyin, h.id"), search)


def _common(search: _Search, wanted: int) -> list[Hit]:
    """Leading names, then the walk; where the walk ends before the page is full, the index has to say the rest."""
    hits: list[Hit] = []
    if search.parameters["after_later"] == 0:
        ranges = [
            _walk(_LEADING.format(number=number, fields=_FIELDS), later=0) for number in range(len(_PLACES))
        ]
        union = " UNION ".join(f"({one})" for one in ranges)
        hits = _run(f"{union} ORDER BY later, pinyin, id LIMIT %(limit)s", search)
        if len(hits) >= wanted:
            return hits
        rest = search.parameters | {"after_later": 1, "after_pinyin": "", "after_id": 0}
        search = _Search(rest, search.leading)
    rest_of_names = _REST.format(leading=search.any_leading, fields=_FIELDS, walk=_WALK)
    walked = _run(_walk(rest_of_names, later=1), search)
    if len(hits) + len(walked) < wanted:
        walked = _rare(search)
    return [*hits, *walked][:wanted]


def _walk(candidates: str, *, later: int) -> str:
    return _PAGE.format(candidates=candidates, later=later, order="h.pinyin, h.id")


def _run(sql: str, search: _Search) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(sql, search.parameters)
        return [Hit(*row) for row in cursor.fetchall()]


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


def _is_rare(name: str, limit: int) -> bool:
    """Whether reading every hit costs less than walking names until the page is full (hits² < page × subjects)."""
    counts = _gram_counts()
    expected = min(counts.get(gram, 0.0) for gram in bigrams(name))
    return expected < _WALK * 0.7 or expected < limit
