"""What a chunk says about known organisations that the platform did not know: another name, a further code.

Another name is kept with the days of the documents that use it, and changes nothing else: a subject is renamed by an
officer, on a registration (`records.identity`). A code of a kind not known yet is added, one that contradicts is left
in its record. Two statements a chunk at most, none where nothing is new; the rows themselves cost one comparison each.
"""

from collections.abc import Mapping, Sequence
from itertools import compress
from operator import ne
from typing import Final, NamedTuple

import orjson
from django.db import connection

from catalog.choices import SubjectKind
from common.text import bigrams, normalise_name
from records.intake.build import Built

_NAMES: Final = """
insert into records_subjectname as known
    (subject_id, name, normal_name, grams, source, item_code, first_on, last_on, document)
select subject_id, name, normal_name, grams::varchar(4)[], 'record', item_code, first_on, last_on, ''
from jsonb_to_recordset(%s::jsonb) as new
    (subject_id bigint, name text, normal_name text, grams text[], item_code text, first_on date, last_on date)
order by subject_id, normal_name
on conflict (subject_id, normal_name) do update
set first_on = least(known.first_on, excluded.first_on), last_on = greatest(known.last_on, excluded.last_on)
where (least(known.first_on, excluded.first_on), greatest(known.last_on, excluded.last_on))
      is distinct from (known.first_on, known.last_on)
"""
_CODES: Final = """
update records_subject s set codes = new.codes || s.codes
from jsonb_to_recordset(%s::jsonb) as new (id bigint, codes jsonb)
where s.id = new.id and new.codes || s.codes <> s.codes
"""


class Known(NamedTuple):
    """A subject the database has; the name of a natural person is empty there."""

    id: int
    name: str


class Variants(NamedTuple):
    """Other names and further codes, as the two statements take them."""

    names: list[dict[str, object]]
    codes: list[dict[str, object]]


def variants_of(built: Built, rows: Sequence[int], known: Mapping[str, Known]) -> Variants:
    """What these rows state of their subjects that the platform did not know."""
    return Variants(_other_names(built, rows, known), _further_codes(built, rows, known))


def note_variants(variants: Variants) -> None:
    """Keep them; the caller holds the transaction."""
    if variants.names:
        _run(_NAMES, variants.names)
    if variants.codes:
        _run(_CODES, variants.codes)


def _other_names(built: Built, rows: Sequence[int], known: Mapping[str, Known]) -> list[dict[str, object]]:
    found: dict[tuple[int, str], dict[str, object]] = {}
    names, kinds, days, keys = built.rows.names, built.rows.kinds, built.rows.decisions, built.keys
    known_names = {key: subject.name for key, subject in known.items()}
    stated = map(names.__getitem__, rows)
    for row in compress(rows, map(ne, stated, map(known_names.__getitem__, map(keys.__getitem__, rows)))):
        subject = known[keys[row]]
        if kinds[row] == SubjectKind.PERSON:
            continue
        normal = normalise_name(names[row])
        if normal == normalise_name(subject.name):
            continue
        day = days[row]
        entry = found.setdefault(
            (subject.id, normal),
            {
                "subject_id": subject.id,
                "name": names[row],
                "normal_name": normal,
                "grams": bigrams(normal),
                "item_code": built.rows.item_code,
                "first_on": day,
                "last_on": day,
            },
        )
        entry["first_on"], entry["last_on"] = (
            min(str(entry["first_on"]), day),
            max(str(entry["last_on"]), day),
        )
    return list(found.values())


def _further_codes(built: Built, rows: Sequence[int], known: Mapping[str, Known]) -> list[dict[str, object]]:
    found: dict[int, dict[str, str]] = {}
    for row in sorted(set(built.rows.with_codes).difference(built.rows.persons).intersection(rows)):
        number = known[built.keys[row]].id
        found[number] = built.rows.further_codes(row) | found.get(number, {})
    return [{"id": number, "codes": codes} for number, codes in sorted(found.items())]


def _run(sql: str, rows: list[dict[str, object]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [orjson.dumps(rows).decode()])
