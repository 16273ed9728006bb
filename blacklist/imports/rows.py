"""Rows of a file → lines for COPY: judged, identified, a person's contents sealed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import orjson

from blacklist.models import HonourScheme, ImportSource, ListDelivery, ListScheme
from blacklist.rules.deliveries import COLUMNS, REQUIRED, Frame, ListedFact, judge_row, refuse
from catalog.choices import SubjectKind
from common.gates import Refusal
from common.identifiers import normalise_code
from common.masking import mask_long_digits, mask_text
from common.privacy import encrypt
from common.workbooks.cells import Cell, plain
from records.intake.good_rows import SubjectSeed
from records.intake.lines import NULL, copy_bytes, copy_text
from records.intake.source import Chunk, Table
from records.intake.subject_lines import subject_line
from records.rules.facts import FieldFacts, Layout
from records.rules.subjects import compared_numbers, content_digest, person_key

DELIVERED_COLUMNS: Final = (
    "delivery_id, fingerprint, digest, subject_key, subject_line, authority_id, authority_name, decision_number, "
    "decided_on, reason, basis_text, sanction_hints, removal_text, remedies, data, secret, effective_from, ends_on"
)
REFUSED_COLUMNS: Final = "delivery_id, line, fingerprint, cells, problems"
Scheme = ListScheme | HonourScheme
# What a row's digest is made of, in the order of the fact; who it is about is in the key.
_STATED: Final = tuple(one.name for one in fields(ListedFact) if one.name not in ("name", "document"))


def layout_of(source: ImportSource, scheme: Scheme) -> Layout:
    """The columns of a list's file: the platform's labels and the source's own words for them."""
    found = []
    for code, (label, _) in COLUMNS.items():
        own = source.headers.get(code, [])
        for position, text in enumerate([label, *own]):
            found.append(_field(code, text, required=position == 0 and code in REQUIRED))
    return Layout.of(source.code, scheme.name, tuple(found), asks_procedure=False)


def _field(code: str, label: str, *, required: bool) -> FieldFacts:
    return FieldFacts(code, label, "text", None, None, None, required, {}, (), "", False)


def frame_of(source: ImportSource, scheme: Scheme, on: date) -> Frame:
    basis = source.basis_text or f"{scheme.basis}{scheme.basis_clause}"
    return Frame(on, scheme.listing_months, scheme.longest_months, basis)


@dataclass(frozen=True, slots=True)
class Staged:
    """A chunk ready for the database; `last_line` is where it ended."""

    delivered: Sequence[str]
    refused: Sequence[str]
    last_line: int


class Stager:
    """Turns chunk after chunk of one delivery into lines."""

    def __init__(
        self, delivery: ListDelivery, scheme: Scheme, frame: Frame, table: Table, agencies: Mapping[str, int]
    ) -> None:
        self._delivery, self._scheme, self._frame, self._agencies = delivery, scheme, frame, agencies
        known = set(table.header.positions.values())
        self._extras = [
            (position, title)
            for position, (column, title) in enumerate(
                zip(table.header.kept, table.header.titles, strict=True)
            )
            if column not in known and title in scheme.shown_fields
        ]

    def stage(self, chunk: Chunk) -> Staged:
        delivered, refused = [], []
        slipped, names = chunk.problems.rows, tuple(chunk.columns)
        for row, (line, *values) in enumerate(zip(chunk.lines, *chunk.columns.values(), strict=True)):
            cells = dict(zip(names, values, strict=True))
            verdict = [
                refuse(one.code, one.detail, pointer=one.pointer) for one in slipped.get(row, ())
            ] or judge_row(cells, self._frame)
            if isinstance(verdict, ListedFact):
                delivered.append(self._delivered(verdict, self._data(chunk.originals[row])))
            else:
                refused.append(self._refused(line, chunk.originals[row], verdict, cells))
        return Staged(delivered, refused, chunk.lines[-1])

    def _data(self, cells: Sequence[Cell]) -> dict[str, str]:
        return {title: text for position, title in self._extras if (text := plain(cells[position]).strip())}

    def _delivered(self, fact: ListedFact, data: dict[str, str]) -> str:
        key = subject_key(fact)
        print_ = fingerprint(key, fact.decision_number)
        person = fact.kind == SubjectKind.PERSON
        secret = {"reason": fact.reason, **data} if person else None
        reason = _public_reason(fact) if person else fact.reason
        shown = orjson.dumps({} if person else data)
        stated = {name: getattr(fact, name) for name in _STATED}
        stated["reason"] = reason
        digest = content_digest(orjson.dumps(stated) + shown, orjson.dumps(secret) if secret else None)
        seed = SubjectSeed(fact.kind, fact.name, fact.uscc, {}, fact.document_kind, fact.document)
        authority = self._agencies.get(fact.authority)
        texts = (
            fact.authority,
            fact.decision_number,
            fact.decided_on.isoformat(),
            reason,
            fact.basis,
            fact.hints,
        )
        rest = (fact.removal, fact.remedies, shown.decode())
        return "\t".join(
            (
                str(self._delivery.pk),
                copy_bytes(print_),
                copy_bytes(digest),
                copy_text(key),
                copy_text(subject_line(key, seed)),
                NULL if authority is None else str(authority),
                *map(copy_text, texts),
                *map(copy_text, rest),
                copy_bytes(self._sealed(secret, print_)),
                fact.effective_from.isoformat(),
                NULL if fact.ends_on is None else fact.ends_on.isoformat(),
            )
        )

    def _sealed(self, secret: dict[str, str] | None, print_: bytes) -> bytes | None:
        if secret is None:
            return None
        return encrypt(orjson.dumps(secret), context=entry_context(self._delivery.source.code, print_))

    def _refused(
        self, line: int, originals: Sequence[Cell], refusals: Sequence[Refusal], cells: Mapping[str, Cell]
    ) -> str:
        contents = {"cells": [plain(cell) for cell in originals], "details": [one.detail for one in refusals]}
        sealed = encrypt(orjson.dumps(contents), context=refused_context(self._delivery.pk, line))
        problems = [{"code": one.code, "pointer": one.pointer, "basis": one.basis} for one in refusals]
        print_ = _whose(cells)
        return "\t".join(
            (
                str(self._delivery.pk),
                str(line),
                copy_bytes(print_),
                copy_bytes(sealed),
                copy_text(orjson.dumps(problems).decode()),
            )
        )


def refused_context(delivery_id: int, line: int) -> str:
    return f"list-delivery:{delivery_id}:{line}"


def entry_context(source_code: str, print_: bytes) -> str:
    """What a person's sealed contents are bound to: the entry's `source`."""
    return f"list-entry:{source_code}:{print_.hex()}"


def subject_key(fact: ListedFact) -> str:
    if fact.kind == SubjectKind.PERSON:
        return person_key(fact.document_kind, fact.document)
    return f"uscc:{fact.uscc}"


def fingerprint(key: str, decision_number: str) -> bytes:
    """The same decision about the same subject, however often it is delivered; 16 bytes."""
    (number,) = compared_numbers([decision_number])
    return hashlib.sha256(f"{key}\x1f{number}".encode()).digest()[:16]


def _whose(cells: Mapping[str, Cell]) -> bytes | None:
    """Which entry a refused row is about, where code and number can still be read: it is not taken for missing."""
    number = plain(cells.get("decision_number", "")).strip()
    uscc, document = (normalise_code(plain(cells.get(name, ""))) for name in ("uscc", "document"))
    if not number or not (uscc or document):
        return None
    kind = plain(cells.get("document_kind", "")).strip() or "身份证"
    return fingerprint(f"uscc:{uscc}" if uscc else person_key(kind, document), number)


def _public_reason(fact: ListedFact) -> str:
    """A person's reason without the own name and number, and without what looks like anybody's number."""
    return mask_long_digits(mask_text(fact.reason, [fact.name, fact.document]))
