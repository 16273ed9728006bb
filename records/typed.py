"""What somebody typed into a search box: a name, several fragments of one, a code, or what is not searched for at all."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from common.identifiers import id_number_problem, normalise_code, uscc_problem
from common.text import normalise_name

MAX_LENGTH: Final = 100
_IDENTITY = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9X]").fullmatch
_CODE_LENGTHS: Final = (9, 12, 13, 15, 18)


class Kind(StrEnum):
    """What somebody typed."""

    EMPTY = "empty"
    SHORT = "short"
    LONG = "long"
    NAME = "name"
    CODE = "code"
    WRONG_CODE = "wrong_code"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is its compared form; empty for a personal number, which must not be repeated anywhere."""

    kind: Kind
    text: str = ""
    problem: str = ""
    words: tuple[str, ...] = ()  # the fragments, where there are several


def read_query(typed: str) -> Query:
    """Decide what was typed: a code is looked up exactly, an identity number is not looked up at all."""
    if not typed.strip():
        return Query(Kind.EMPTY)
    if len(typed) > MAX_LENGTH:
        return Query(Kind.LONG)
    code = normalise_code(typed)
    if _looks_like_code(code):
        if len(code) == 18 and (problem := uscc_problem(code)):
            if _looks_personal(code):
                return Query(Kind.PERSONAL)
            return Query(Kind.WRONG_CODE, code, problem)
        return Query(Kind.CODE, code)
    name, words = normalise_name(typed), tuple(dict.fromkeys(map(normalise_name, typed.split())))
    several = len(words) > 1 and all(len(word) > 1 for word in words)
    return Query(Kind.NAME if len(name) > 1 else Kind.SHORT, name, words=words if several else ())


def _looks_personal(code: str) -> bool:
    """An identity number, or one with a slip in it: it is neither searched for nor repeated."""
    return id_number_problem(code) is None or _IDENTITY(code) is not None


def _looks_like_code(code: str) -> bool:
    """Letters and digits only, as many as one of the six codes has; an 18-digit run of digits counts too."""
    plain = code.replace("-", "")
    return (
        plain.isascii()
        and plain.isalnum()
        and len(plain) in _CODE_LENGTHS
        and sum(map(str.isdigit, plain)) >= 8
    )
