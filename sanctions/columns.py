"""Every attribute of a row of the list with its Chinese name and how its value is written: for pages, comparison and workbook."""

from dataclasses import fields
from typing import Any, Final

from catalog.choices import SubjectKind
from catalog.columns import SEVERAL, Attribute
from sanctions.models import Measure
from sanctions.rules.measures import MeasureContent

_NUMBERS: Final = frozenset({"min_months", "max_months"})


def _attribute(name: str) -> Attribute:
    column = Measure._meta.get_field(name)
    words = {value: str(word) for value, word in getattr(column, "flatchoices", ())}
    if name == "subject_kinds":
        words = {kind.value: str(kind.label) for kind in SubjectKind}
    return Attribute(name, str(getattr(column, "verbose_name", name)), words, name in _NUMBERS)


MEASURE: Final = tuple(_attribute(one.name) for one in fields(MeasureContent))
_LISTS: Final = frozenset(one.name for one in fields(MeasureContent) if str(one.type).startswith("tuple"))


def read_value(attribute: Attribute, text: str) -> Any:
    """A value from its written form. ValueError with a sentence for what cannot be read."""
    codes: dict[str, Any] = {word: code for code, word in attribute.words.items()}
    codes |= {str(code): code for code in attribute.words}
    if attribute.name in _LISTS:
        parts = text.replace("\n", SEVERAL).replace(";", SEVERAL).split(SEVERAL)
        values = tuple(part.strip() for part in parts if part.strip())
        return tuple(_coded(codes, one) for one in values) if codes else values
    if attribute.name in ("by_decision", "reaches_head"):
        return _coded({"是": True, "否": False, "": False}, text)
    if attribute.number:
        if text and not (text.isascii() and text.isdigit() and len(text) < 5):
            raise ValueError(f"“{text[:20]}”不是整数")
        return int(text) if text else None
    return _coded(codes, text) if codes else text


def _coded(codes: dict[str, Any], word: str) -> Any:
    if word not in codes:
        known = "、".join(one for one in codes if one and not one.isascii())
        raise ValueError(f"没有“{word[:30]}”这个取值，应为：{known}")
    return codes[word]
