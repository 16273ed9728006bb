"""A new edition of the national list of measures or of the province's supplement: {"level", "name", "basis", "effective_from",
"measures": [...]}.

It waits: an officer of the credit authority opens it as a draft, which is judged when it is published.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from agencies.models import ApiClient, Officer
from catalog.choices import SourceMark
from catalog.models import LegalBasis
from common.gates import Refused, refuse
from province.incoming import Taken
from records.api_bodies import text
from sanctions import contents
from sanctions.choices import MeasureLevel
from sanctions.models import MeasureDraft
from sanctions.rules.measures import MeasureContent
from sanctions.services.drafts import ListHead, open_list_draft

KIND: Final = "measure_edition"
TITLE: Final = "措施清单版本"
OPENED_BY: Final = "sanctions.manage_measures"
PAGE: Final = "workbench:list-draft"
_FROM_ABOVE: Final = (MeasureLevel.NATIONAL, MeasureLevel.PROVINCIAL)


def take(client: ApiClient, payload: Mapping[str, Any]) -> Taken:
    _parsed(payload)
    return Taken(held=True)


def open_as_draft(*, officer: Officer, payload: Mapping[str, Any]) -> MeasureDraft:
    """The message as a draft beside the list. Raises Refused as `take` does."""
    level, head, rows = _parsed(payload)
    return open_list_draft(officer=officer, level=level, head=head, rows=rows)


def _parsed(payload: Mapping[str, Any]) -> tuple[str, ListHead, tuple[MeasureContent, ...]]:
    level = text(payload, "level")
    if level not in _FROM_ABOVE:
        raise _unreadable("level 应为 national 或者 provincial；本市清单不由上级下发", "level")
    basis = LegalBasis.objects.filter(code=text(payload, "basis")).first()
    if basis is None:
        raise Refused(
            refuse("measure_basis_too_low", "印发依据尚未在本平台登记，请先登记", pointer="/payload/basis")
        )
    try:
        first_day = date.fromisoformat(text(payload, "effective_from"))
        rows = contents.load(payload["measures"])
        wrong = [one for row in rows for one in contents.shape_refusals(row)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable("施行日期或者措施内容无法读取", "measures") from error
    if wrong or not rows:
        raise Refused(*wrong) if wrong else _unreadable("没有一项措施", "measures")
    return level, ListHead(text(payload, "name"), basis, first_day, SourceMark.EXCERPT), rows


def _unreadable(detail: str, member: str) -> Refused:
    return Refused(refuse("measure_definition_invalid", detail, pointer=f"/payload/{member}"))
