"""A natural person as a subject, where a decision names one whom no record was handed in about."""

from catalog.choices import SubjectKind
from common.identifiers import normalise_code
from common.masking import mask_name
from records.contents import seal_subject
from records.models import Subject
from records.rules.persons import birth_date
from records.rules.subjects import person_key


def person(*, name: str, document_kind: str, document: str) -> Subject:
    """The person with this document, made if new, in the caller's transaction. Nothing but what is sealed or masked is written; a
    person known already keeps the name on file."""
    number = normalise_code(document)
    key = person_key(document_kind, number)
    born = birth_date(document_kind, number)
    secret = {"name": name.strip(), "document_kind": document_kind, "document": number}
    subject, _ = Subject.objects.get_or_create(
        key=key,
        defaults={
            "kind": SubjectKind.PERSON,
            "shown_name": mask_name(name.strip()),
            "secret": seal_subject(secret, key),
            "birth_year": born.year if born else None,
        },
    )
    return subject
