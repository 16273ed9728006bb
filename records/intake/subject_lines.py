"""New subjects as lines for COPY: names for the search, codes, and for persons nothing but what is sealed or masked."""

import secrets
from collections.abc import Sequence
from typing import Final

import orjson

from catalog.choices import SubjectKind
from common.identifiers import uscc_region
from common.masking import mask_name
from common.text import bigrams_of, normalise_name, pinyin_of
from records.contents import seal_subject
from records.intake.good_rows import SubjectSeed
from records.intake.lines import NULL, copy_bytes, copy_text, copy_texts
from records.rules.persons import birth_date

SUBJECT_COLUMNS: Final = "id, public_id, key, kind, name, shown_name, uscc, codes, region, normal_name, grams, pinyin, secret, birth_year"


def subject_line(key: str, seed: SubjectSeed) -> str:
    """A COPY line without the id; a person's name stands in no plain column and in no search word."""
    if seed.kind == SubjectKind.PERSON:
        secret = {"name": seed.name, "document_kind": seed.document_kind, "document": seed.document}
        sealed = copy_bytes(seal_subject(secret, key))
        shown = copy_text(mask_name(seed.name))
        born = birth_date(seed.document_kind, seed.document)
        year = born.year if born else NULL
        return f"{_public_id()}\t{key}\t{seed.kind}\t\t{shown}\t\t{{}}\t\t\t{{}}\t\t{sealed}\t{year}"
    normal = normalise_name(seed.name)
    texts = (key, seed.name, normal, _array(bigrams_of(normal)), pinyin_of(normal)[:400], _codes(seed.codes))
    key, name, normal, grams, pinyin, codes = copy_texts(texts)
    region = uscc_region(seed.uscc)
    return (
        f"{_public_id()}\t{key}\t{seed.kind}\t{name}\t{name}\t{seed.uscc}\t{codes}\t{region}\t{normal}\t{grams}"
        f"\t{pinyin}\t{NULL}\t{NULL}"
    )


def _codes(codes: dict[str, str]) -> str:
    return orjson.dumps(codes).decode() if codes else "{}"


def _public_id() -> str:
    return secrets.token_urlsafe(12)


def _array(texts: Sequence[str]) -> str:
    """A PostgreSQL array literal."""
    joined = '","'.join(texts)
    if "\\" in joined or joined.count('"') != 2 * max(0, len(texts) - 1):
        joined = '","'.join(text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return f'{{"{joined}"}}' if texts else "{}"
