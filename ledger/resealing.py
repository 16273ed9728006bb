"""Sealing anew with the current data key: every sealed value of every table and every stored file, from whatever key they have.

Data flow: list of `common.resealing` → rows of a table whose value begins with another key → one batch, one transaction: table locked against
writers, opened, sealed, `UPDATE` of that one column where it still holds what was read → ledger events under the action
`keys.rotate` → counts by key. A run that is killed leaves whole batches; the next one finds what is left, for a value says by
which key it was made.

No content changes, so the triggers of a table that judge or follow changes (append-only, versions, what the province hears) are
off for the statement; the ledger's stay on. `ALTER TABLE … DISABLE TRIGGER` needs the table's owner, holds writers off until
the transaction ends and is undone with it. Rejected: a way through every trigger that stays open for ever (a dozen exceptions, each
to be proved), a function the application may call (it could overwrite what is to be kept), keys wrapped by a key (a data key that got
out stays in use), a ledger that ignores sealed columns (who swaps them would not be seen).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper

from common.privacy import DecryptionError, decrypt_bytes, encrypt, key_header
from common.resealing import Sealed, SealedFiles, sealed_columns, sealed_files
from ledger.selectors import RESEALING
from ledger.services import acting

BATCH: Final = 500
BASIS: Final = "数据安全法第二十七条、个人信息保护法第五十一条：采取加密等安全技术措施"
_PATIENCE: Final = "2s"  # writers wait behind us meanwhile
_TRIES: Final = 10
_TRIGGERS: Final = r"""
select tgname, tgenabled from pg_trigger
where tgrelid = %s::regclass and not tgisinternal and tgenabled <> 'D' and tgtype & 16 > 0 and tgname not like 'ledger\_%%'
"""
_ENABLE: Final = {"O": "enable trigger", "A": "enable always trigger", "R": "enable replica trigger"}
_FOREIGN: Final = """
select c.relname from pg_class c where c.oid = any(%s::regclass[]) and not pg_has_role(c.relowner, 'usage') order by 1
"""


@dataclass(slots=True)
class Done:
    """What one column or folder came to."""

    resealed: int = 0
    unreadable: int = 0  # damaged, moved from elsewhere, or its key is not configured
    postponed: bool = False  # writers did not let us in


def not_owned() -> list[str]:
    """Tables with sealed columns that the current database role may not alter."""
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN, [list({one.table for one in sealed_columns()})])
        return [name for (name,) in cursor.fetchall()]


# --- columns ---------------------------------------------------------------------------------------------------------


def reseal_column(one: Sealed, size: int = BATCH) -> Iterator[Done]:
    """Seal a column anew, batch after batch; yields what has been done so far after each."""
    done, after, tries = Done(), 0, 0
    while True:
        try:
            with acting(actor=None, action=RESEALING, basis=BASIS), connection.cursor() as cursor:
                last = _batch(cursor, one, after, size, done)
        except OperationalError:  # the lock was not to be had
            tries += 1
            if tries == _TRIES:
                done.postponed = True
                yield done
                return
            continue
        if last is None:
            yield done
            return
        after, tries = last, 0
        yield done


def _others(one: Sealed) -> str:
    """SQL: the value is sealed, and not with the current key."""
    value = one.read()
    return f"length({value}) > {one.bare} and substr({value}, 1, %s) <> %s"


def _batch(cursor: CursorWrapper, one: Sealed, after: int, size: int, done: Done) -> int | None:
    """One batch behind key `after`; returns the last key looked at, None at the end."""
    header = key_header(settings.DATA_KEY_CURRENT)
    cursor.execute(
        f"select t.{one.key}, {one.read()} from {one.table} t where t.{one.key} > %s and {_others(one)} "  # noqa: S608
        f"order by 1 limit %s",
        [after, len(header), header, size],
    )
    found: dict[int, bytes] = {key: bytes(value) for key, value in cursor.fetchall()}
    if not found:
        return None
    # without a name `select_related` would join every parent there is
    rows = one.model._base_manager.select_related(*one.related or (None,)).in_bulk(list(found))
    new: dict[int, bytes] = {}
    for key, row in rows.items():  # one that went meanwhile is not among them
        try:
            context = one.context(row)
            new[key] = encrypt(decrypt_bytes(found[key], context=context), context=context)
        except DecryptionError:
            done.unreadable += 1
    with _alone(cursor, one.table):
        cursor.execute(
            f"update {one.table} t set {one.column} = {one.write()} "  # noqa: S608
            f"from unnest(%s::bigint[], %s::bytea[], %s::bytea[]) n(id, old, new) where t.{one.key} = n.id and {one.read()} = n.old",
            [list(new), [found[key] for key in new], list(new.values())],
        )
        done.resealed += cursor.rowcount
    return max(found)


@contextmanager
def _alone(cursor: CursorWrapper, table: str) -> Iterator[None]:
    """No other writer, and no trigger but the ledger's, until the transaction ends. Whoever holds a row to change it has to be done
    before: we would wait for the row, he for the table."""
    cursor.execute(f"set local lock_timeout = '{_PATIENCE}'; set constraints all immediate")
    cursor.execute(f"lock table {table} in exclusive mode")
    cursor.execute(_TRIGGERS, [table])
    standing = cursor.fetchall()
    for name, _ in standing:
        cursor.execute(f"alter table {table} disable trigger {name}")
    yield
    for name, enabled in standing:
        cursor.execute(f"alter table {table} {_ENABLE[enabled]} {name}")


def keys_of_column(one: Sealed) -> Counter[str]:
    """How many values of a column are sealed with which key."""
    value = one.read()
    with connection.cursor() as cursor:
        cursor.execute(
            f"select convert_from(substr(v, 2, get_byte(v, 0)), 'UTF8'), count(*) "  # noqa: S608
            f"from (select {value} as v from {one.table} t) s where length(v) > {max(one.bare, 1)} group by 1"
        )
        return Counter(dict(cursor.fetchall()))


# --- files -----------------------------------------------------------------------------------------------------------


def reseal_files(one: SealedFiles) -> Done:
    """Encrypt the files of a folder anew that a row names. One that its row lets go meanwhile goes."""
    done = Done()
    one.area.clear_unfinished()
    for name in one.names():
        try:
            if one.area.key_of(name) == settings.DATA_KEY_CURRENT:
                continue
            one.area.reseal(name)
        except FileNotFoundError:  # let go a moment ago
            continue
        except DecryptionError:
            done.unreadable += 1
            continue
        done.resealed += 1
        if not one.named([name]):
            one.area.discard(name)
    return done


def keys_of_folder(one: SealedFiles) -> Counter[str]:
    """How many files that a row names are encrypted with which key. Nobody opens one that no row names."""
    found = Counter[str]()
    for name in one.names():
        with suppress(FileNotFoundError):
            found[one.area.key_of(name)] += 1
    return found


def left() -> dict[str, Counter[str]]:
    """By column and folder how many values are sealed with which key."""
    found = {one.name: keys_of_column(one) for one in sealed_columns()}
    return found | {one.name: keys_of_folder(one) for one in sealed_files()}
