"""Who heads the unit that a ground is about, as the ground states it, and the person behind a name and a document."""

from dataclasses import dataclass

from blacklist.models import ListEntry
from catalog.choices import FieldRole
from catalog.models import FieldDefinition
from common.gates import Refusal
from common.identifiers import id_number_problem, normalise_code
from common.text import normalise_name
from records.contents import all_values
from records.models import CreditRecord
from sanctions.rules import application as rules

ID_CARD = "身份证"


@dataclass(frozen=True, slots=True)
class Head:
    """A legal representative or responsible head with an identity document."""

    name: str
    document: str
    document_kind: str = ID_CARD


def stated(ground: CreditRecord | ListEntry) -> Head:
    """The head that a record or an entry names; empty where it names none."""
    if isinstance(ground, ListEntry):
        return Head(str(ground.data.get("法定代表人") or ""), "")
    roles = [
        FieldRole.REPRESENTATIVE,
        FieldRole.REPRESENTATIVE_DOCUMENT_KIND,
        FieldRole.REPRESENTATIVE_DOCUMENT,
    ]
    rows = FieldDefinition.objects.filter(item_id=ground.item_id, role__in=roles).values_list("role", "code")
    words, codes = all_values(ground), dict(rows)
    said = {role: str(words.get(codes.get(role, "")) or "") for role in roles}
    return Head(
        said[FieldRole.REPRESENTATIVE],
        said[FieldRole.REPRESENTATIVE_DOCUMENT],
        said[FieldRole.REPRESENTATIVE_DOCUMENT_KIND] or ID_CARD,
    )


def refusals(head: Head, ground: CreditRecord | ListEntry) -> list[Refusal]:
    """Why this is not the head the ground names, or no person at all."""
    known = stated(ground)
    document = normalise_code(head.document)
    problem = None if document else "请填写证件号码"
    if document and head.document_kind == ID_CARD:
        problem = id_number_problem(document)
    return rules.head_refusals(
        name=normalise_name(head.name), document=document, document_problem=problem, stated_name=normalise_name(known.name),
        stated_document=normalise_code(known.document) if known.document_kind == head.document_kind else "",
    )  # fmt: skip
