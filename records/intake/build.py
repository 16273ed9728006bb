"""Judged rows → lines for COPY. Pure but for the random numbers of the cipher; runs beside the database's own work.

Secret contents leave plain columns here: secret fields always, and for natural persons every text. One cipher
operation a row at most, none where nothing is secret.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, count, repeat
from typing import Final

import orjson

from catalog.choices import FieldType
from common.gates import Refusal
from common.identifiers import USCC_PLACEHOLDER
from common.privacy import encrypt
from common.text import normalise_name
from common.workbooks.cells import Cell, plain
from records.contents import seal_record
from records.intake import binary
from records.intake.good_rows import GoodRows
from records.intake.lines import first_rows, objects
from records.intake.subject_lines import subject_line, subject_lines
from records.rules import subjects
from records.rules.facts import Facts, ItemFacts
from records.rules.periods import States
from records.rules.verdict import Verdict

# The columns of a tail, in order, with how they are sent.
TAIL: Final = {
    "item_id": "number",
    "item_code": "text",
    "provider_id": "number",
    "batch_id": "number",
    "channel": "text",
    "fingerprint": "bytes",
    "document_kind": "text",
    "document_number": "text",
    "decision_date": "day",
    "effective_date": "day",
    "authority_name": "text",
    "authority_uscc": "text",
    "procedure": "text",
    "minor": "text",
    "end_reason": "text",
    "ended_noted": "flag",
    "data": "jsonb",
    "secret": "bytes",
    "salt": "uuid",
    "regime_id": "number",
    "tier_id": "number",
    "minimum_until": "day",
    "shared_until": "day",
    "published_until": "day",
    "used_until": "day",
}
RECORD_COLUMNS: Final = ", ".join(("subject_id", *TAIL))
_REMEMBERED: Final = 30_000
_LONGEST_KEPT: Final = 1_000_000  # characters of a cell that goes back: one may be a whole file gone wrong
# procedure, minor, end_reason, ended_noted: the only values the database takes for a new record
_CONSTANTS: Final = b"".join([*map(binary.text, ("ordinary", "none", "")), binary.flag(False)])
_NO_CODE: Final = frozenset({"", USCC_PLACEHOLDER})


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that goes back, sealed already."""

    line: int
    sealed: bytes
    problems: bytes


@dataclass(frozen=True, slots=True)
class Built:
    """Good rows as parallel lists; `tails` are rows of COPY's binary format without their beginning, the subject's id.

    `subjects` holds lines for the keys this hand-in names for the first time: most of them are new, and working them out
    here costs the database no waiting. Any other key can still turn out to be new.
    """

    lines: Sequence[int]
    keys: Sequence[str]
    fingerprints: Sequence[bytes]
    tails: Sequence[bytes]
    originals: Sequence[Sequence[Cell]]  # of all rows of the chunk
    rows: GoodRows
    subjects: Mapping[str, str]
    rejected: Sequence[Rejected]
    last_line: int

    def original(self, row: int) -> Sequence[Cell]:
        """The cells of a good row as handed in."""
        return self.originals[self.rows.places[row]]

    def subject(self, key: str, row: int) -> str:
        """The line of a new subject, from the row that names it first."""
        return self.subjects.get(key) or subject_line(key, self.rows.seed(row))


@dataclass(frozen=True, slots=True)
class Origin:
    """Constants of a hand-in; `seal` is the context its rejected rows are encrypted under."""

    provider_id: int
    batch_id: int | None
    channel: str
    seal: str


def seal_rejected(origin: Origin, line: int, cells: Sequence[Cell], refusals: Sequence[Refusal]) -> Rejected:
    """Cells and sentences are sealed (both may hold a person's data); codes and clauses stay readable."""
    texts, details = list(map(plain, cells)), [one.detail for one in refusals]
    if max(map(len, texts), default=0) > _LONGEST_KEPT:
        texts = [text[:_LONGEST_KEPT] for text in texts]
        details[0] += f"（有一格异常地长，这里只保留前{_LONGEST_KEPT}个字符）"
    contents = {"cells": texts, "details": details}
    problems = [{"code": one.code, "pointer": one.pointer, "basis": one.basis} for one in refusals]
    sealed = encrypt(orjson.dumps(contents), context=f"{origin.seal}:{line}")
    return Rejected(line, sealed, orjson.dumps(problems))


class Builder:
    """Builds chunk after chunk of one hand-in."""

    def __init__(self, facts: Facts, origin: Origin) -> None:
        self._facts, self._origin = facts, origin
        fields = facts.layout.fields
        self._shown = [one.code for one in fields if not one.secret]
        self._secret = [one.code for one in fields if one.secret]
        self._texts = [one.code for one in fields if one.type == FieldType.TEXT and not one.secret]
        self._dates: dict[States, bytes] = {}
        self._texts_sent, self._days_sent = binary.Remembered(binary.text), binary.Remembered(binary.day)
        self._named: set[str] = set()

    def build(self, verdict: Verdict, lines: Sequence[int], originals: Sequence[Sequence[Cell]]) -> Built:
        refused = verdict.refused
        rejected = [
            seal_rejected(self._origin, lines[row], originals[row], refused[row]) for row in sorted(refused)
        ]
        rows = GoodRows(self._facts, verdict, [row not in refused for row in range(len(lines))])
        numbers = subjects.compared_numbers(rows.numbers) if rows.size else []
        keys = self._keys(rows, numbers)
        prints = subjects.fingerprints(self._facts.layout.code, numbers, keys, rows.authorities)
        tails = self._tails(rows, prints) if rows.size else []
        good = rows.pick(lines)
        lines_of = self._subjects(rows, keys)
        return Built(good, keys, prints, tails, originals, rows, lines_of, rejected, lines[-1])

    def _subjects(self, rows: GoodRows, keys: Sequence[str]) -> dict[str, str]:
        first = first_rows(keys)
        new = first.keys() - self._named
        if len(self._named) > _REMEMBERED:
            self._named.clear()
        self._named |= new
        return subject_lines({key: rows.seed(first[key]) for key in new})

    def _keys(self, rows: GoodRows, numbers: Sequence[str]) -> list[str]:
        keys = list(map("uscc:".__add__, rows.usccs))
        persons = frozenset(rows.persons)
        for row in persons:
            keys[row] = subjects.person_key(*rows.person(row))
        for row in compress(count(), map(_NO_CODE.__contains__, rows.usccs)):
            if row in persons:
                continue
            key = subjects.organisation_key("", rows.registrations[row], rows.other_codes(row))
            if not key:
                name = normalise_name(rows.names[row])
                key = subjects.own_key(self._facts.layout.code, numbers[row], rows.authorities[row], name)
            keys[row] = key
        return keys

    def _tails(self, rows: GoodRows, prints: Sequence[bytes]) -> list[bytes]:
        shown, secrets = self._contents(rows)
        sealed = [binary.NULL] * rows.size
        for row, secret in secrets.items():
            found = seal_record(secret, prints[row])
            sealed[row] = binary.length(len(found)) + found
        columns = (
            map({item: self._head(item) for item in set(rows.items)}.__getitem__, rows.items),
            prints,
            *self._documents(rows),
            [binary.length(1 + len(one)) for one in shown],
            repeat(binary.JSONB),
            shown,
            sealed,
            # The database would draw the salts one by one, which costs it a quarter of the whole COPY.
            _cut(os.urandom(16 * rows.size)),
            self._ends(rows.states),
        )
        return list(map(b"".join, zip(*columns, strict=False)))

    def _documents(self, rows: GoodRows) -> Iterator[Iterable[bytes]]:
        """Document kind to `ended_noted`."""
        texts, days = self._texts_sent.__getitem__, self._days_sent.__getitem__
        yield map(texts, rows.document_kinds)
        yield map(binary.text, rows.numbers)
        yield map(days, rows.decisions)
        yield map(days, rows.effective)
        yield map(texts, rows.authority_names)
        yield map(texts, rows.authorities)
        yield repeat(_CONSTANTS)

    def _contents(self, rows: GoodRows) -> tuple[Sequence[bytes], dict[int, dict[str, str]]]:
        """What is shown as JSON, row by row, and what is sealed of the rows that have something secret."""
        secrets: dict[int, dict[str, str]] = defaultdict(dict)
        for code in self._secret:
            column = rows.field(code)
            for row in compress(count(), column):
                secrets[row][code] = column[row]
        # Over all rows of the chunk: to leave the few refused ones out of every column costs more than their JSON.
        shown = {code: rows.whole(code) for code in self._shown}
        persons = [(row, rows.places[row]) for row in rows.persons]
        for code in self._texts if persons else ():
            whole = shown[code]
            kept = shown[code] = list(whole)
            for row, place in persons:
                if text := whole[place]:
                    secrets[row][code], kept[place] = text, ""
        return rows.pick(objects(shown, rows.of)), secrets

    def _head(self, item: ItemFacts) -> bytes:
        """The row up to the length of its fingerprint."""
        origin = self._origin
        return b"".join(
            (
                binary.number(item.id),
                binary.text(item.code),
                binary.number(origin.provider_id),
                binary.number(origin.batch_id),
                binary.text(origin.channel),
                binary.DIGEST,
            )
        )

    def _ends(self, states: Sequence[States]) -> list[bytes]:
        if len(self._dates) > _REMEMBERED:
            self._dates.clear()
        self._dates |= {one: _dates(one) for one in set(states) - self._dates.keys()}
        return list(map(self._dates.__getitem__, states))


def _cut(salts: bytes) -> list[bytes]:
    return [binary.DIGEST + salts[start : start + 16] for start in range(0, len(salts), 16)]


def _dates(states: States) -> bytes:
    ends = (states.minimum_until, states.shared_until, states.published_until, states.used_until)
    return b"".join([binary.number(states.regime_id), binary.number(states.tier_id), *map(binary.day, ends)])
