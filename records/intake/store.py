"""One chunk into the database: what is new by COPY, what is there already as a duplicate, what is wrong as rejected; and
before it the subjects the chunk names.

Sets throughout: two look-ups and up to three COPYs a chunk, whatever its size. The caller holds the transaction. A
`UniqueViolation` means that somebody stored the same subject or record in this very moment: roll back, do it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, compress, count
from operator import ne
from typing import Final

from django.db import connection

from common.clock import today
from common.gates import Refusal
from records.choices import FINAL_ENDS, EndReason
from records.intake import binary
from records.intake.build import RECORD_COLUMNS, TAIL, Built, Origin, Rejected, seal_rejected
from records.intake.comparing import Recorded, again, within
from records.intake.lines import copy_bytes, copy_text, first_rows
from records.intake.subject_lines import SUBJECT_COLUMNS
from records.intake.variants import Known, Variants, note_variants, variants_of

_BARRING: Final = sorted(FINAL_ENDS | {EndReason.REPAIRED})
_KNOWN_SUBJECTS: Final = 30_000
_COPY_BLOCK: Final = 1 << 24  # read at once: for every block the thread that judges ahead must be waited for
# Keys and fingerprints travel as one text: thousands of constants in a statement cost more to parse than to look up. The
# scalar subqueries and `offset 0` keep them look-ups by index, whatever the planner believes of a growing table.
# A key that is not there yet gets its number at once.
_SUBJECTS: Final = """
select wanted, coalesce(s.id, nextval(pg_get_serial_sequence('records_subject', 'id'))), s.name
from unnest(string_to_array(%s, e'\\n')) wanted
left join lateral (select id, name from records_subject where key = wanted offset 0) s on true
"""
_WANTED: Final = """
with given as materialized (select decode(%(prints)s, 'hex') as prints),
     wanted as (select substr(prints, 16 * n + 1, 16) as print from given, generate_series(0, length(prints) / 16 - 1) n)
select r.fingerprint, r.id, r.provider_id, r.reason from wanted,
"""
_RUNNING: Final = """lateral (
    select fingerprint, id, provider_id, '' as reason from records_creditrecord
    where fingerprint = print and ended_on is null
    offset 0) r
"""
_ENDED: Final = """lateral (
    select fingerprint, id, provider_id, case when ended_on > %(today)s then '' else end_reason end as reason
    from records_creditrecord
    where fingerprint = print and ended_on is not null and (ended_on > %(today)s or end_reason = any(%(barring)s))
    offset 0) r
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the rows of a chunk came out."""

    accepted: int
    rejected: int
    duplicates: Sequence[Refusal]


class SubjectIds:
    """Subjects seen in this hand-in. Filled only by what is committed, so a retry starts from the truth."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}

    def remember(self, found: dict[str, Known]) -> None:
        if len(self._known) > _KNOWN_SUBJECTS:
            self._known.clear()
        self._known.update(found)

    def resolve(self, keys: Iterable[str], built: Built) -> dict[str, Known]:
        """The subject of every key; those that do not exist are created. A known one is never renamed by a row."""
        wanted = dict.fromkeys(keys)
        found = {key: self._known[key] for key in wanted.keys() & self._known.keys()}
        if missing := [key for key in wanted if key not in found]:
            with connection.cursor() as cursor:
                cursor.execute(_SUBJECTS, ["\n".join(missing)])
                looked_up = cursor.fetchall()
            new = {key: number for key, number, name in looked_up if name is None}
            found |= {key: Known(number, name) for key, number, name in looked_up if name is not None}
            found |= _create_subjects(new, built)
        return found


def _create_subjects(new: dict[str, int], built: Built) -> dict[str, Known]:
    rows = first_rows(built.keys)
    lines = (f"{number}\t{built.subject(key, rows[key])}" for key, number in new.items())
    _copy("records_subject", SUBJECT_COLUMNS, "\n".join(lines).encode())
    return {key: Known(number, built.rows.names[rows[key]]) for key, number in new.items()}


def _copy(table: str, columns: str, text: bytes, form: str = "") -> None:
    if text:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(f"copy {table} ({columns}) from stdin {form}", BytesIO(text), _COPY_BLOCK)


def _stored(which: str, fingerprints: Sequence[bytes]) -> dict[bytes, Recorded]:
    """The records that carry one of the fingerprints."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WANTED + which,
            {"prints": b"".join(fingerprints).hex(), "today": today(), "barring": _BARRING},
        )
        return {bytes(print_): Recorded(*rest) for print_, *rest in cursor.fetchall()}


def duplicates(built: Built, provider_id: int, *, running: bool = True) -> dict[int, Refusal]:
    """Rows whose fact stands further up in the same chunk, is recorded already, or has ended for good.

    Without `running` the database is not asked for records that have no end: it refuses a second one by itself.
    """
    if not (prints := built.fingerprints):
        return {}
    first = first_rows(prints)
    twice = compress(count(), map(ne, map(first.__getitem__, prints), count()))
    found = {row: within(built, row, first[prints[row]]) for row in twice}
    seen = (_stored(_RUNNING, prints) if running else {}) | _stored(_ENDED, prints)
    if seen:
        known = compress(count(), map(seen.__contains__, prints))
        found |= again(built, {row: seen[prints[row]] for row in known}, provider_id)
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What goes to the database of a chunk, as it is sent."""

    records: bytes
    sent_back: bytes
    variants: Variants
    outcome: Outcome


def prepare(
    built: Built, origin: Origin, subjects: Mapping[str, Known], double: Mapping[int, Refusal]
) -> Prepared:
    """A chunk whose subjects are in the database: new records and, for a batch, the rows that go back, `double` among them.
    Asks the database nothing."""
    # By day of decision, as three indexes are: neighbours then go to the same pages.
    rows = sorted(range(len(built.keys)), key=built.rows.decisions.__getitem__)
    if double:
        rows = [row for row in rows if row not in double]
    return Prepared(
        _records(built, rows, subjects),
        _sent_back(built, origin, double),
        variants_of(built, rows, subjects),
        Outcome(len(rows), len(built.rejected), list(double.values())),
    )


def _records(built: Built, rows: Sequence[int], subjects: Mapping[str, Known]) -> bytes:
    begun = {key: binary.begun(1 + len(TAIL), known.id) for key, known in subjects.items()}
    beginnings = map(begun.__getitem__, map(built.keys.__getitem__, rows))
    # joined at once: a row of its own would be asked of the system page by page
    parts = chain.from_iterable(zip(beginnings, map(built.tails.__getitem__, rows), strict=True))
    return b"".join(chain((binary.START,), parts, (binary.END,))) if rows else b""


def _sent_back(built: Built, origin: Origin, double: Mapping[int, Refusal]) -> bytes:
    if origin.batch_id is None:
        return b""
    again = [
        seal_rejected(origin, built.lines[row], built.original(row), [refusal])
        for row, refusal in double.items()
    ]
    lines = [*_rejected(built.rejected, "f"), *_rejected(again, "t")]
    return "\n".join(f"{line}\t{origin.batch_id}" for line in lines).encode()


def _rejected(rows: Sequence[Rejected], double: str) -> list[str]:
    return [
        f"{row.line}\t{double}\t{copy_bytes(row.sealed)}\t{copy_text(row.problems.decode())}" for row in rows
    ]


def write(prepared: Prepared) -> Outcome:
    """The caller holds the transaction. IntegrityError where a fact is recorded already or has ended for good."""
    _copy("records_creditrecord", RECORD_COLUMNS, prepared.records, "(format binary)")
    note_variants(prepared.variants)
    _copy("records_rejectedrow", "line, is_duplicate, cells, problems, batch_id", prepared.sent_back)
    return prepared.outcome


def store(built: Built, origin: Origin, subjects: Mapping[str, Known]) -> Outcome:
    """Write a chunk without what is known already."""
    return write(prepare(built, origin, subjects, duplicates(built, origin.provider_id)))
