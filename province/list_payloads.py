"""What the province is told about an entry of a serious-dishonesty list (严重失信主体名单): decided on read, like a record.

An entry that is listed goes out whole, a suspended one with its suspension, which the receiver has to respect: a suspension that
ends by its date writes no event, so withdrawing the entry meanwhile would lose it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import orjson
from django.db.models import F, QuerySet, Value

from blacklist import selectors
from blacklist.models import ListEntry
from catalog.choices import SubjectKind
from province.payloads import Contents
from records.contents import secret_of_subject
from records.models import Subject

KIND: Final = "list_entry"
NO_END: Final = date(2099, 12, 31)  # as the 双公示 tables write "without end"


def shared(day: date) -> QuerySet[ListEntry]:
    """Entries of this city's authorities that are not over on `day`; what came from elsewhere is not sent back up.

    One that begins later is told from its decision on, with the day: a beginning writes no event.
    """
    return selectors.not_over(day).filter(authority__isnull=False)


def told() -> QuerySet[ListEntry]:
    """Every entry with its kind and the agency that answers for it."""
    return ListEntry.objects.annotate(told_kind=Value(KIND), told_agency=F("authority_id"))


def live(rows: QuerySet[ListEntry], chunk: int = 0) -> Iterator[Contents]:
    """Payloads of `rows`; one query, read in chunks of `chunk` rows where there may be many."""
    for entry in rows.iterator(chunk_size=chunk) if chunk else rows:
        yield Contents(entry.pk, KIND, orjson.dumps(_payload(entry)), entry.authority_id)


def _payload(entry: ListEntry) -> dict[str, Any]:
    last = entry.ends_on or NO_END
    if entry.ended_on is not None:
        last = min(last, entry.ended_on - timedelta(days=1))
    assert entry.authority is not None
    return {
        "item": KIND,
        "scheme": entry.scheme.code,
        "scheme_name": entry.scheme.name,
        **subject_of(entry.subject),
        "authority": entry.authority_name,
        "authority_uscc": entry.authority.uscc,
        "decision_number": entry.decision_number,
        "decided_on": entry.decided_on,
        "reason": entry.reason,
        "basis": entry.basis_text,
        "sanction_hints": entry.sanction_hints,
        "removal": entry.removal_text,
        "remedies": entry.remedies,
        "effective_from": entry.effective_from,
        "disputed_since": entry.disputed_since,
        "suspended_from": entry.suspended_from,
        "suspended_until": entry.suspended_until,
        "ends": last,
        "published_until": None if _hidden(entry) else last,
        "provider": {"name": entry.authority.name, "uscc": entry.authority.uscc},
    }


def _hidden(entry: ListEntry) -> bool:
    """By the rule of `blacklist.selectors.published`."""
    return entry.subject.kind == SubjectKind.PERSON and not entry.scheme.persons_public_clause


def subject_of(subject: Subject) -> dict[str, str]:
    """Whom something is about: an organisation by its code, a person by what was opened."""
    if subject.kind != SubjectKind.PERSON:
        return {"subject_kind": subject.kind, "subject_name": subject.name, "subject_code": subject.uscc}
    opened = secret_of_subject(subject)
    return {
        "subject_kind": subject.kind,
        "subject_name": opened.get("name", ""),
        "subject_document_kind": opened.get("document_kind", ""),
        "subject_code": opened.get("document", ""),
    }
