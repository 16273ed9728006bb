"""Judged rows → lines for COPY. Pure but for the random numbers of the cipher; runs beside the database's own work.

Secret contents leave plain columns here: secret fields always, and for natural persons every text. One cipher
operation a row at most, none where nothing is secret.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from catalog.choices import FieldType, SubjectKind
from common.gates import Refusal
from common.identifiers import USCC_PLACEHOLDER
from common.privacy import encrypt
from common.text import normalise_name
from records.contents import seal_record
from records.intake.good_rows import NULL, GoodRows, copy_bytes, copy_text
from records.intake.subject_lines import subject_line
from records.rules import subjects
from records.rules.facts import Facts, ItemFacts
from records.rules.periods import States
from records.rules.values import Cell, plain
from records.rules.verdict import Verdict

# The columns of a tail, in order, behind the subject's id.
RECORD_COLUMNS: Final = (
    "subject_id, item_id, item_code, provider_id, batch_id, channel, fingerprint, content_digest, document_kind, "
    "document_number, decision_date, effective_date, authority_name, authority_uscc, procedure, minor, end_reason, "
    "ended_noted, data, secret, salt, regime_id, tier_id, minimum_until, shared_until, published_until, used_until"
)
_REMEMBERED: Final = 30_000


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
    tails: Sequence[str]
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
        self._texts = frozenset(one.code for one in fields if one.type == FieldType.TEXT)
        self._heads: dict[ItemFacts, str] = {}
        self._dates: dict[States, str] = {}
        self._named: set[str] = set()

    def build(self, verdict: Verdict, lines: Sequence[int], originals: Sequence[Sequence[Cell]]) -> Built:
        refused = verdict.refused
        rejected = [
            seal_rejected(self._origin, lines[row], originals[row], refused[row]) for row in sorted(refused)
        ]
        rows = GoodRows(self._facts, verdict, [row not in refused for row in range(len(lines))])
        numbers = subjects.compared_numbers(rows.numbers) if rows.numbers else []
        keys = self._keys(rows, numbers)
        code = [self._facts.layout.code] * len(keys)
        prints = list(map(subjects.fingerprint, code, numbers, keys, rows.authorities))
        digests, tails = self._tails(rows, prints)
        good = rows.pick(lines)
        lines_of = self._subjects(rows, keys)
        return Built(
            good, keys, prints, digests, tails, rows.pick(originals), rows, lines_of, rejected, lines[-1]
        )

    def _subjects(self, rows: GoodRows, keys: Sequence[str]) -> dict[str, str]:
        first = {key: row for row, key in reversed(list(enumerate(keys))) if key not in self._named}
        if len(self._named) > _REMEMBERED:
            self._named.clear()
        self._named |= first.keys()
        return {key: subject_line(key, rows.seed(row)) for key, row in first.items()}

    def _keys(self, rows: GoodRows, numbers: Sequence[str]) -> list[str]:
        keys: list[str] = []
        for row, (kind, uscc) in enumerate(zip(rows.kinds, rows.usccs, strict=True)):
            if kind == SubjectKind.PERSON:
                keys.append(subjects.person_key(*rows.person(row)))
                continue
            if uscc and uscc != USCC_PLACEHOLDER:
                keys.append(f"uscc:{uscc}")
                continue
            key = subjects.organisation_key("", rows.registrations[row], rows.other_codes(row))
            if not key:
                name = normalise_name(rows.names[row])
                key = subjects.own_key(self._facts.layout.code, numbers[row], rows.authorities[row], name)
            keys.append(key)
        return keys

    def _tails(self, rows: GoodRows, prints: Sequence[bytes]) -> tuple[list[bytes], list[str]]:
        digests, tails = [], []
        contents = rows.values_of(self._shown)
        secrets = rows.values_of(self._secret)
        # The database would draw the salts one by one, which costs it a quarter of the whole COPY.
        salts = os.urandom(16 * len(prints)).hex()
        heads = map(self._head, rows.items)
        ends = map(self._ends, rows.states)
        for row, (kind, document, shown, secret, head, end) in enumerate(
            zip(rows.kinds, rows.documents, contents, secrets, heads, ends, strict=True)
        ):
            if kind == SubjectKind.PERSON:
                secret = secret | {code: shown.pop(code) for code in self._texts & shown.keys()}
            data = orjson.dumps(shown)
            digest = subjects.content_digest(
                data + document.encode(), orjson.dumps(secret) if secret else None
            )
            sealed = seal_record(secret, prints[row]) if secret else None
            digests.append(digest)
            tails.append(
                f"{head}{prints[row].hex()}\t\\\\x{digest.hex()}\t{document}\t"
                f"{copy_text(data.decode())}\t{copy_bytes(sealed)}\t{salts[32 * row : 32 * row + 32]}"
                f"\t{end}"
            )
        return digests, tails

    def _head(self, item: ItemFacts) -> str:
        if (head := self._heads.get(item)) is None:
            origin = self._origin
            batch = NULL if origin.batch_id is None else origin.batch_id
            head = f"{item.id}\t{item.code}\t{origin.provider_id}\t{batch}\t{origin.channel}\t\\\\x"
            self._heads[item] = head
        return head

    def _ends(self, states: States) -> str:
        if (text := self._dates.get(states)) is None:
            if len(self._dates) > _REMEMBERED:
                self._dates.clear()
            columns = (
                states.regime_id,
                states.tier_id,
                states.minimum_until,
                states.shared_until,
                states.published_until,
                states.used_until,
            )
            text = self._dates[states] = "\t".join(NULL if one is None else str(one) for one in columns)
        return text
