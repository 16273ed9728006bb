"""A delivery into its list, set by set, in the caller's one transaction: all of it or nothing.

A dozen statements whatever the size. Entries that the source let go end today; entries that changed keep their public id and
get their history; an entry that was ended here is not brought back by the source's saying the same again.
"""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from blacklist.choices import Polarity
from blacklist.imports import statements
from blacklist.models import ListDelivery
from blacklist.rules.deliveries import Counts
from records.intake.subject_lines import SUBJECT_COLUMNS

Asked = dict[str, int | str | date]
_BLOCK: Final = 5_000
_TABLES: Final = {Polarity.DISHONESTY: "blacklist_listentry", Polarity.HONOUR: "blacklist_honourentry"}
_CHANGES: Final = {
    Polarity.DISHONESTY: "blacklist_entrychange",
    Polarity.HONOUR: "blacklist_honourchange",
}
# The words an entry may change in, besides its data; an honour has no hints, way off or remedies.
_WORDS: Final = ("authority_id", "authority_name", "decision_number", "decided_on", "reason", "basis_text")
_LIST_WORDS: Final = ("sanction_hints", "removal_text", "remedies")
_DATES: Final = ("effective_from", "ends_on")


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the list."""

    added: int
    changed: int
    removed: int
    kept_off: int


def compare(delivery: ListDelivery) -> Counts:
    """What applying would do, by the function that the database's own gate uses."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select standing, delivered, added, changed, removed, same from blacklist_compare(%s)",
            [delivery.pk],
        )
        standing, delivered, added, changed, removed, same = cursor.fetchone()
    return Counts(standing, delivered, added, changed, removed, same, delivery.rejected)


def apply(delivery: ListDelivery, *, scheme_id: int, on: date) -> Applied:
    """Bring the list to what the delivery says. Needs an open transaction and a delivery that is approved."""
    source = delivery.source
    polarity = Polarity(source.polarity)
    asked: Asked = {
        "delivery": delivery.pk,
        "source": source.pk,
        "code": source.code,
        "scheme": scheme_id,
        "on": on,
    }
    _create_subjects(delivery.pk)
    with connection.cursor() as cursor:
        # The waiting room was filled a moment ago and nobody has counted it: row by row would take minutes.
        cursor.execute("set local enable_nestloop = off")
        added = _run(cursor, statements.INSERT, polarity, asked)
        _run(cursor, statements.REMEMBER, polarity, asked)
        changed = _run(cursor, statements.CHANGE, polarity, asked)
        kept_off = _run(cursor, statements.KEPT_OFF, polarity, asked)
        _run(cursor, statements.FOLLOW, polarity, asked)
        removed = _run(cursor, statements.REMOVE, polarity, asked)
        _run(cursor, statements.FORGET, polarity, asked)
        cursor.execute("set local enable_nestloop = on")
    return Applied(added, changed, removed, kept_off)


def clear(delivery_id: int) -> None:
    """Empty the waiting room of a delivery."""
    with connection.cursor() as cursor:
        cursor.execute("delete from blacklist_deliveredrow where delivery_id = %s", [delivery_id])


def _run(cursor: CursorWrapper, statement: str, polarity: Polarity, asked: Asked) -> int:
    listed = polarity == Polarity.DISHONESTY
    words = (*_WORDS, *(_LIST_WORDS if listed else ()), *_DATES)
    origin_column, origin_value = (", origin", ", 'imported'") if listed else ("", "")
    noted_column, noted_value = (", ended_noted", ", false") if listed else ("", "")
    sql = statement.format(
        table=_TABLES[polarity],
        changes=_CHANGES[polarity],
        columns=", ".join(words) + origin_column + noted_column,
        values=", ".join(f"n.{word}" for word in words) + origin_value + noted_value,
        sets=", ".join(f"{word} = n.{word}" for word in words),
        before=_object("e", words),
        after=_object("n", words),
    )
    cursor.execute(sql, asked)
    found = cursor.fetchone() if cursor.description else None
    return int(found[0]) if found else int(cursor.rowcount)


def _object(alias: str, words: tuple[str, ...]) -> str:
    return "jsonb_build_object(" + ", ".join(f"'{word}', {alias}.{word}" for word in words) + ")"


def _create_subjects(delivery_id: int) -> None:
    """Subjects that nobody knew; a known one is never renamed by a list."""
    with connection.cursor() as cursor:
        cursor.execute(statements.UNKNOWN_SUBJECTS, [delivery_id])
        for block in iter(lambda: cursor.fetchmany(_BLOCK), []):
            lines = "\n".join(f"{number}\t{line}" for number, line in block)
            with connection.cursor() as copy, connection.wrap_database_errors:
                copy.copy_expert(
                    f"copy records_subject ({SUBJECT_COLUMNS}) from stdin", BytesIO(lines.encode())
                )
