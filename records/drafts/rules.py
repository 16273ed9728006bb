"""What may be taken over from the last record of the same item. Pure.

Only what is of the agency and of the item, never what is of the subject or of the one document: a copied name, number,
date or account of facts would be wrong, and might be somebody's secret.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from catalog.choices import Exposure, FieldRole, FieldType

_ROLES: Final = frozenset(
    {
        FieldRole.DOCUMENT_NAME,
        FieldRole.CONDUCT,
        FieldRole.AUTHORITY_NAME,
        FieldRole.AUTHORITY_USCC,
        FieldRole.SOURCE_NAME,
        FieldRole.SOURCE_USCC,
    }
)
_OF_THE_SUBJECT: Final = frozenset(
    {
        FieldRole.SUBJECT_KIND,
        FieldRole.SUBJECT_DOCUMENT_KIND,
        FieldRole.REPRESENTATIVE_DOCUMENT_KIND,
        FieldRole.STATUS,
    }
)
_CODED: Final = frozenset({FieldType.CODE, FieldType.CODES})


class Known(NamedTuple):
    """One field as this rule sees it."""

    code: str
    type: str
    role: str
    exposure: str


def copyable(fields: Iterable[Known], last: Mapping[str, object]) -> dict[str, str]:
    """The values of `last` (what stands unsealed in the record) that a new form of the item may begin with."""
    return {
        field.code: value
        for field in fields
        if _may_copy(field) and (value := str(last.get(field.code) or ""))
    }


def _may_copy(field: Known) -> bool:
    if field.exposure in (Exposure.SECRET, Exposure.MASKED_NAME) or field.type == FieldType.ID_DOCUMENT:
        return False
    if field.type in _CODED:
        return field.role not in _OF_THE_SUBJECT
    return field.role in _ROLES
