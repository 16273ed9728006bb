"""Whom a row is about: the key that identifies a credit subject, and the digests that find a record again. Pure.

Only codes identify. Two organisations of the same name without any code stay two subjects; a person is found by a
keyed digest of kind and number of the document, never by name.
"""

import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from common.identifiers import is_placeholder_uscc, normalise_code
from common.privacy import lookup_digest

PERSON_PURPOSE: Final = "subject"
_CONTENT_PURPOSE: Final = "record content"
_SEPARATOR: Final = "\x1f"
_BRACKETS: Final = tuple(zip("[{〔【〖〘]}〕】〗〙", "((((((" + "))))))", strict=True))


def person_key(kind: str, number: str) -> str:
    """Key of a natural person: HMAC-SM3 over the kind and the normalised number of the identity document."""
    text = f"{kind}{_SEPARATOR}{normalise_code(number)}"
    return f"person:{lookup_digest(text, purpose=PERSON_PURPOSE).hex()}"


def organisation_key(uscc: str, registration: str, others: Sequence[tuple[str, str]]) -> str:
    """Key of an organisation or self-employed business; "" when it has no code at all.

    `others` are further codes with the name of their kind; the first one filled counts.
    """
    if uscc and not is_placeholder_uscc(uscc):
        return f"uscc:{uscc}"
    if registration:
        return f"reg:{normalise_code(registration)}"
    return next((f"{kind}:{normalise_code(code)}" for kind, code in others if code), "")


def own_key(item_code: str, document_number: str, authority: str, name: str) -> str:
    """Key of an organisation without any code: a subject of its own, known by the one document it stands in.

    `document_number` and `name` in compared form. Built from the document, so that the same file twice finds it again.
    """
    text = _SEPARATOR.join((item_code, document_number, authority, name))
    return f"own:{sha256(text.encode()).hexdigest()[:40]}"


def compared_numbers(numbers: Sequence[str]) -> list[str]:
    """Compared form of document numbers: half-width, one kind of bracket, no white space, upper case.

    All at once, because the calls cost more than the characters.
    """
    joined = unicodedata.normalize("NFKC", "\0".join(numbers)).upper()
    for bracket, plain in _BRACKETS:
        joined = joined.replace(bracket, plain)
    return "".join(joined.split()).split("\0")


def fingerprints(
    item_code: str, document_numbers: Sequence[str], subject_keys: Sequence[str], authorities: Sequence[str]
) -> list[bytes]:
    """16 bytes a row that stay equal however often the same fact is handed in; `document_numbers` in compared form."""
    codes = [item_code] * len(subject_keys)
    rows = zip(codes, document_numbers, subject_keys, authorities, strict=True)
    return [sha256(text.encode()).digest()[:16] for text in map(_SEPARATOR.join, rows)]


def content_digest(shown: bytes, secret: bytes | None) -> bytes:
    """16 bytes that differ when the contents differ.

    Keyed where there is something secret: a plain digest of a person's data could be guessed.
    """
    if secret is None:
        return sha256(shown).digest()[:16]
    text = sha256(shown).hexdigest() + secret.decode()
    return lookup_digest(text, purpose=_CONTENT_PURPOSE)[:16]
