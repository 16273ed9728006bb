"""Judged rows → lines for COPY. Pure but for the random numbers of the cipher; runs beside the database's own work.

Secret contents leave plain columns here: secret fields always, and for natural persons every text. One cipher
operation a row at most, none where nothing is secret.
"""

import os
from binascii import hexlify
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, count
from operator import add
from typing import Final

import orjson

from catalog.choices import FieldType
from common.gates import Refusal
from common.identifiers import USCC_PLACEHOLDER
from common.privacy import encrypt
from common.text import normalise_name
from common.workbooks.cells import Cell, plain
from records.contents import seal_record
from records.intake.good_rows import GoodRows
from records.intake.lines import NULL, copy_bytes, copy_digests, copy_json, first_rows, objects
from records.intake.subject_lines import subject_line, subject_lines
from records.rules import subjects
from records.rules.facts import Facts, ItemFacts
from records.rules.periods import States
from records.rules.verdict import Verdict

# The columns of a tail, in order, behind the subject's id.
RECORD_COLUMNS: Final = (
    "subject_id, item_id, item_code, provider_id, batch_id, channel, fingerprint, content_digest, document_kind, "
    "document_number, decision_date, effective_date, authority_name, authority_uscc, procedure, minor, end_reason, "
    "ended_noted, data, secret, salt, regime_id, tier_id, minimum_until, shared_until, published_until, used_until"
)
_REMEMBERED: Final = 30_000
_NO_CODE: Final = frozenset({"", USCC_PLACEHOLDER})


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that goes back, sealed already."""

    line: int
    sealed: bytes
    problems: bytes


@dataclass(frozen=True, slots=True)
class Built:
    """Good rows as parallel lists; `tails` are COPY lines without the leading subject id.

    `subjects` holds lines for the keys this hand-in names for the first time: most of them are new, and working them out
    here costs the database no waiting. Any other key can still turn out to be new.
    """

    lines: Sequence[int]
    keys: Sequence[str]
    fingerprints: Sequence[bytes]
    digests: Sequence[bytes]
    tails: Sequence[bytes]
    originals: Sequence[Sequence[Cell]]
    rows: GoodRows
    subjects: Mapping[str, str]
    rejected: Sequence[Rejected]
    last_line: int

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
    contents = {"cells": [plain(cell) for cell in cells], "details": [one.detail for one in refusals]}
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
        digests, tails = self._tails(rows, prints) if rows.size else ([], [])
        good = rows.pick(lines)
        lines_of = self._subjects(rows, keys)
        return Built(
            good, keys, prints, digests, tails, rows.pick(originals), rows, lines_of, rejected, lines[-1]
        )

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

    def _tails(self, rows: GoodRows, prints: Sequence[bytes]) -> tuple[list[bytes], list[bytes]]:
        shown, secrets = self._contents(rows)
        documents = rows.documents()
        digests = subjects.content_digests(map(add, shown, documents))
        sealed = [NULL.encode()] * rows.size
        for row, secret in secrets.items():
            digests[row] = subjects.content_digest(shown[row] + documents[row], orjson.dumps(secret))
            sealed[row] = copy_bytes(seal_record(secret, prints[row])).encode()
        columns = (
            map({item: self._head(item) for item in set(rows.items)}.__getitem__, rows.items),
            copy_digests(prints),
            copy_digests(digests),
            documents,
            copy_json(shown),
            sealed,
            # The database would draw the salts one by one, which costs it a quarter of the whole COPY.
            hexlify(os.urandom(16 * rows.size), "\t", 16).split(b"\t"),
            self._ends(rows.states),
        )
        return digests, list(map(b"\t".join, zip(*columns, strict=True)))

    def _contents(self, rows: GoodRows) -> tuple[list[bytes], dict[int, dict[str, str]]]:
        """What is shown as JSON, row by row, and what is sealed of the rows that have something secret."""
        secrets: dict[int, dict[str, str]] = defaultdict(dict)
        for code in self._secret:
            column = rows.field(code)
            for row in compress(count(), column):
                secrets[row][code] = column[row]
        shown = {code: rows.field(code) for code in self._shown}
        for code in self._texts if rows.persons else ():
            column, shown[code] = shown[code], list(shown[code])
            for row in rows.persons:
                if column[row]:
                    secrets[row][code], shown[code][row] = column[row], ""  # type: ignore[index]
        return objects(shown, rows.size), secrets

    def _head(self, item: ItemFacts) -> bytes:
        origin = self._origin
        batch = NULL if origin.batch_id is None else origin.batch_id
        return f"{item.id}\t{item.code}\t{origin.provider_id}\t{batch}\t{origin.channel}".encode()

    def _ends(self, states: Sequence[States]) -> list[bytes]:
        if len(self._dates) > _REMEMBERED:
            self._dates.clear()
        self._dates |= {one: _dates(one) for one in set(states) - self._dates.keys()}
        return list(map(self._dates.__getitem__, states))


def _dates(states: States) -> bytes:
    columns = (
        states.regime_id,
        states.tier_id,
        states.minimum_until,
        states.shared_until,
        states.published_until,
        states.used_until,
    )
    return "\t".join([NULL if one is None else str(one) for one in columns]).encode()
