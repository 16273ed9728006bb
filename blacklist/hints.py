"""The port through which decisions get their sanction hints (失信惩戒措施提示) from the measure list.

The measure list lives in a room above this one, so it is asked by the name that settings give (`LIST_MEASURE_HINTS`)
instead of being imported. A hint is text for the party; it orders nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from django.conf import settings
from django.utils.module_loading import import_string

NO_MEASURE: Final = (
    "现行失信惩戒措施清单对列入本名单没有规定惩戒措施；列入信息依法共享，按规定应当公开的予以公示。"
)


@dataclass(frozen=True, slots=True)
class Hint:
    """One measure of the list in force, as it is put to the party."""

    code: str
    text: str


Source = Callable[[str, str, date], Sequence[Hint]]


def hints_for(scheme_code: str, subject_kind: str, on: date) -> list[Hint]:
    """What the measure list in force on `on` provides for who is on this list, class by class."""
    source = cast(Source, import_string(settings.LIST_MEASURE_HINTS))
    return list(source(scheme_code, subject_kind, on))
