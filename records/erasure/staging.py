"""What nobody counts and no rule keeps: rows that were sent back, drafts, consents still asked for. They go as soon as they name the person.

Both are sealed row by row, so they are opened and compared; there are few, for drafts go after ninety days.
"""

from collections.abc import Iterable

import orjson

from catalog.choices import SubjectKind
from catalog.models import CatalogItem
from common.identifiers import normalise_code
from common.privacy import decrypt_bytes
from records.drafts.models import RecordDraft
from records.drafts.services import opened
from records.intake.rejections import seal_context
from records.models import RejectedRow
from records.persons.models import ConsentRequest

_CHUNK = 2000


def forget(document: str, key: str) -> int:
    """Delete the drafts and rejected rows that hold this document number, and what is asked of the person; returns how many."""
    codes = list(
        CatalogItem.objects.filter(subject_kinds__contains=[SubjectKind.PERSON]).values_list(
            "code", flat=True
        )
    )
    drafts = [
        draft.pk
        for draft in RecordDraft.objects.filter(item_code__in=codes).iterator(chunk_size=_CHUNK)
        if names(document, _flat(opened(draft).values()))
    ]
    rows = [
        row.pk
        for row in RejectedRow.objects.filter(batch__item__code__in=codes).iterator(chunk_size=_CHUNK)
        if names(document, _cells(row))
    ]
    RecordDraft.objects.filter(pk__in=drafts).delete()
    RejectedRow.objects.filter(pk__in=rows).delete()
    asked = ConsentRequest.objects.filter(key=key).update(key="", secret=None)
    return len(drafts) + len(rows) + asked


def names(document: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts holds the number."""
    return any(document in normalise_code(text) for text in texts)


def _flat(values: Iterable[str | list[str]]) -> Iterable[str]:
    for value in values:
        yield from [value] if isinstance(value, str) else value


def _cells(row: RejectedRow) -> list[str]:
    plain = decrypt_bytes(row.cells, context=f"{seal_context(row.batch_id)}:{row.line}")
    contents = orjson.loads(plain)
    return [str(one) for one in (*contents["cells"], *contents["details"])]
