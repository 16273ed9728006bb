"""The six codes of an organisation: read from a subject, compared, looked up. Pure.

The unified code holds the organisation code in its characters 9 to 17 (GB 32100-2015), so a row known by the one and a
row known by the other share a code without anybody having written it down twice.
"""

from collections.abc import Mapping
from typing import Final

from common.identifiers import normalise_code
from records.identity.choices import CodeKind

Code = tuple[str, str]

_KEY_PREFIXES: Final = {"reg": CodeKind.REGISTRATION.value}


def canonical(text: str) -> str:
    """Compared form of any of the six codes; the hyphen of an organisation code is only a way to write it."""
    return normalise_code(text).replace("-", "")


def code_of_key(key: str) -> Code | None:
    """The code a subject's key is made of; None for persons and for subjects known by a document alone."""
    prefix, _, code = key.partition(":")
    kind = _KEY_PREFIXES.get(prefix, prefix)
    return (kind, canonical(code)) if kind in CodeKind.values else None


def codes_of(key: str, uscc: str, others: Mapping[str, str]) -> frozenset[Code]:
    """Every code a subject has, by kind and compared form."""
    found = {(kind, canonical(code)) for kind, code in others.items() if code}
    if own := code_of_key(key):
        found.add(own)
    if uscc:
        found |= {(CodeKind.USCC.value, uscc), (CodeKind.ORGANISATION.value, uscc[8:17])}
    return frozenset(found)


def key_of(kind: str, code: str) -> str:
    """The key under which the intake would know a subject by this code."""
    prefix = "reg" if kind == CodeKind.REGISTRATION else kind
    return f"{prefix}:{normalise_code(code)}"


def label(code: Code) -> str:
    return f"{CodeKind(code[0]).label} {code[1]}"
