"""What of a published record the public sees (公开), and in which words. Used by portal pages and the public API alike.

A field's exposure decides: shown, name masked, hidden, or secret (never, not even masked). On top of it nothing personal
may slip through a shown text: the names and numbers known to the record are masked wherever they stand in it, and so is
everything that looks like an identity, telephone or bank account number (plan, item 4(2)). Of a natural person no free
text is shown at all.

The caller passes only records from `records.selectors.published`, with `item__fields` prefetched for lists.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from catalog.choices import Exposure, FieldRole, FieldType, SubjectKind
from catalog.models import FieldDefinition
from common.masking import mask_long_digits, mask_name, mask_text
from records.contents import secret_of_record
from records.models import CreditRecord, Subject

FOREVER: Final = date(2099, 12, 31)  # the standard's way to write "without end"; later dates mean the same
_WAN: Final = Decimal(10_000)
_CODED_LABEL = re.compile(r".+_\d+[（(](.+)[)）]").fullmatch
# What identifies an organisation is public and would otherwise be taken for somebody's number.
_NUMBERS_OF_SUBJECT: Final = frozenset(
    {FieldRole.SUBJECT_USCC, FieldRole.SUBJECT_REGISTRATION, FieldRole.SUBJECT_CODE}
)
_PUBLIC_NUMBERS: Final = _NUMBERS_OF_SUBJECT | {FieldRole.AUTHORITY_USCC, FieldRole.SOURCE_USCC}


@dataclass(frozen=True, slots=True)
class ShownField:
    """One line of a record. `value` as handed in but masked, `display` as people read it."""

    label: str
    value: str
    code: str
    role: str
    type: str
    display: str


def public_name(subject: Subject) -> str:
    """The name under which a subject is shown; a person's is masked again, whatever the column holds."""
    return mask_name(subject.shown_name) if subject.kind == SubjectKind.PERSON else subject.shown_name


def public_fields(record: CreditRecord) -> list[ShownField]:
    """The fields of a published record that the public sees, in the order of the catalog; empty ones left out."""
    personal = _personal_values(record)
    shown = (_shown(definition, record, personal) for definition in record.item.fields.all())
    return [field for field in shown if field is not None]


def _personal_values(record: CreditRecord) -> list[str]:
    """Names and numbers of persons that the record knows of and that no text may repeat."""
    known = list(secret_of_record(record).values()) if record.subject.kind != SubjectKind.PERSON else []
    known += [
        str(record.data.get(definition.code, ""))
        for definition in record.item.fields.all()
        if definition.exposure == Exposure.MASKED_NAME
    ]
    # A single character is no name; a trader who trades under the own name is shown by that name.
    return [value for value in known if len(value) > 1 and value != record.subject.name]


def _shown(definition: FieldDefinition, record: CreditRecord, personal: Sequence[str]) -> ShownField | None:
    value = _public_value(definition, record, personal)
    if not value:
        return None
    return ShownField(
        label=_label(definition),
        value=value,
        code=definition.code,
        role=definition.role,
        type=definition.type,
        display=_display(definition, value),
    )


def _public_value(definition: FieldDefinition, record: CreditRecord, personal: Sequence[str]) -> str:
    if definition.exposure not in (Exposure.SHOWN, Exposure.MASKED_NAME):
        return ""
    if definition.type == FieldType.ID_DOCUMENT:  # never, whatever the catalog may say
        return ""
    if definition.role == FieldRole.SUBJECT_NAME:
        return public_name(record.subject)
    if record.subject.kind == SubjectKind.PERSON:
        return _value_of_person(definition, record)
    value = str(record.data.get(definition.code) or "").strip()
    if definition.exposure == Exposure.MASKED_NAME:
        return mask_name(value)
    if definition.type != FieldType.TEXT or definition.role in _PUBLIC_NUMBERS:
        return value
    text = mask_text(value, list(personal))
    return text if definition.role == FieldRole.DOCUMENT_NUMBER else mask_long_digits(text)


def _value_of_person(definition: FieldDefinition, record: CreditRecord) -> str:
    """Dates, amounts and coded values of a natural person's record. Free text is kept encrypted and stays closed;
    what it may say about the deciding body stands in columns of the record's own."""
    if definition.role == FieldRole.AUTHORITY_NAME:
        return record.authority_name
    if definition.role == FieldRole.DOCUMENT_NUMBER:
        return mask_long_digits(record.document_number)
    if definition.type == FieldType.TEXT or definition.role in _NUMBERS_OF_SUBJECT:
        return ""
    return str(record.data.get(definition.code) or "").strip()


def _label(definition: FieldDefinition) -> str:
    """The column's label without its bookkeeping: 行政相对人代码_1(统一社会信用代码) → 统一社会信用代码."""
    found = _CODED_LABEL(definition.label)
    label = found[1] if found else definition.label
    return label.removesuffix("（万元）").removesuffix("(万元)")


def _display(definition: FieldDefinition, value: str) -> str:
    match definition.type:
        case FieldType.DATE:
            return display_date(value)
        case FieldType.DECIMAL if (definition.unit or "万元") == "万元":
            return display_amount(value)
        case FieldType.CODE:
            return str(definition.value_labels.get(value, value))
        case FieldType.CODES:
            return "、".join(str(definition.value_labels.get(one, one)) for one in split_codes(value))
    return value


def split_codes(value: str) -> list[str]:
    """Several values of one field, as the standard separates them."""
    return [one.strip() for one in re.split("[;；]", value) if one.strip()]


def display_date(value: str | date) -> str:
    """2026年3月2日; 长期 for the last day the standard knows; what is no date is left as it is."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return "长期" if day >= FOREVER else f"{day.year}年{day.month}月{day.day}日"


def display_amount(value: str) -> str:
    """Amounts are handed in in 万元; people think in 元: 0.2 → 0.2 万元（2,000 元）."""
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return value
    return f"{_digits(amount)} 万元（{_digits(amount * _WAN)} 元）"


def _digits(amount: Decimal) -> str:
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def marks(record: CreditRecord) -> str:
    """What is said beside a record wherever it is shown: an objection being checked, a document under review or in court."""
    words = ["异议处理中"] if record.disputed_since else []
    return "；".join(words + ([str(record.get_contested_display())] if record.contested else []))
