"""New subjects as lines for COPY: names for the search, codes, and for persons nothing but what is sealed or masked."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Final

import orjson

from catalog.choices import SubjectKind
from common.identifiers import uscc_region
from common.ids import public_id, public_ids
from common.masking import mask_name
from common.text import bigrams_of, normalise_names, pinyin_of
from records.contents import seal_subject
from records.intake.good_rows import SubjectSeed
from records.intake.lines import NULL, copy_bytes, copy_text, copy_texts
from records.rules.persons import birth_date

SUBJECT_COLUMNS: Final = "id, public_id, key, kind, name, shown_name, uscc, codes, region, normal_name, grams, pinyin, secret, birth_year"


def subject_line(key: str, seed: SubjectSeed) -> str:
    """A COPY line without the id; a person's name stands in no plain column and in no search word."""
    return subject_lines({key: seed})[key]


def subject_lines(seeds: Mapping[str, SubjectSeed]) -> dict[str, str]:
    """The same of many, organisations column by column."""
    persons = {key: seed for key, seed in seeds.items() if seed.kind == SubjectKind.PERSON}
    lines = {key: _person_line(key, seed) for key, seed in persons.items()}
    others = {key: seed for key, seed in seeds.items() if key not in persons} if persons else seeds
    return lines | dict(zip(others, _organisation_lines(others), strict=True)) if others else lines


def _person_line(key: str, seed: SubjectSeed) -> str:
    secret = {"name": seed.name, "document_kind": seed.document_kind, "document": seed.document}
    sealed = copy_bytes(seal_subject(secret, key))
    shown = copy_text(mask_name(seed.name))
    born = birth_date(seed.document_kind, seed.document)
    year = born.year if born else NULL
    return f"{public_id()}\t{key}\t{seed.kind}\t\t{shown}\t\t{{}}\t\t\t{{}}\t\t{sealed}\t{year}"


def _organisation_lines(seeds: Mapping[str, SubjectSeed]) -> Iterator[str]:
    kinds, names, usccs, codes, _, _ = zip(*seeds.values(), strict=True)
    normals = normalise_names(names)
    shown = copy_texts(names)
    columns = (
        public_ids(len(seeds)),
        copy_texts(list(seeds)),
        kinds,
        shown,
        shown,
        usccs,
        copy_texts(list(map(_codes, codes))),
        map(uscc_region, usccs),
        copy_texts(normals),
        copy_texts([_array(bigrams_of(normal)) for normal in normals]),
        copy_texts([pinyin_of(normal)[:400] for normal in normals]),
        repeat(NULL, len(seeds)),
        repeat(NULL, len(seeds)),
    )
    return map("\t".join, zip(*columns, strict=True))


def _codes(codes: dict[str, str]) -> str:
    return orjson.dumps(codes).decode() if codes else "{}"


def _array(texts: Sequence[str]) -> str:
    """A PostgreSQL array literal."""
    joined = '","'.join(texts)
    if "\\" in joined or joined.count('"') != 2 * max(0, len(texts) - 1):
        joined = '","'.join(text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return f'{{"{joined}"}}' if texts else "{}"
