"""What an officer sees of a record: every field with its code, but names of persons and every number of theirs masked.

Seeing a person in full is a look-up of its own with a purpose (plan, item 12); reading one's own records is not.
"""

from catalog.choices import Exposure, FieldRole, FieldType, SubjectKind
from catalog.models import FieldDefinition
from common.components import SummaryRow
from common.masking import mask_identifier, mask_name
from records.contents import all_values
from records.disclosure import display_date
from records.models import CreditRecord


def officer_fields(record: CreditRecord) -> list[SummaryRow]:
    """The filled fields in the order of the catalog, with the field code as note."""
    values = all_values(record)
    rows = []
    for definition in record.item.fields.all():
        value = str(values.get(definition.code) or "")
        if value:
            rows.append(
                SummaryRow(definition.label, _masked(definition, value, record), note=definition.code)
            )
    return rows


def _masked(definition: FieldDefinition, value: str, record: CreditRecord) -> str:
    if definition.type == FieldType.ID_DOCUMENT:
        return mask_identifier(value)
    is_person = record.subject.kind == SubjectKind.PERSON
    if definition.exposure == Exposure.MASKED_NAME or (
        is_person and definition.role == FieldRole.SUBJECT_NAME
    ):
        return mask_name(value)
    if definition.type == FieldType.DATE:
        return display_date(value)
    return str(definition.value_labels.get(value, value))
