"""What every change of a record here needs: who makes it, on which version, and the row that says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from agencies.models import Agency, ApiClient, Officer
from common.gates import Refusal, Refused
from records.evidence.choices import ChangeKind
from records.evidence.clauses import refuse
from records.evidence.models import Proceeding, RecordChange
from records.models import CreditRecord
from records.services.common import actor_number


class RecordChanged(Exception):
    """Somebody else changed the record since this caller read it; `current` is the version it has now."""

    def __init__(self, current: int) -> None:
        super().__init__(f"the record is at version {current}")
        self.current = current


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes a record: an officer or a machine client, for the agency that answers for it. Without an agency the
    credit authority acts, which may mark what other agencies handed in."""

    agency: Agency | None
    officer: Officer | None = None
    client: ApiClient | None = None

    @property
    def number(self) -> int | None:
        return actor_number(self.officer, self.client)


@dataclass(frozen=True, slots=True)
class Why:
    """The ground of a change, its words, and the document it rests on."""

    ground: str
    explanation: str
    document_number: str = ""
    document_date: date | None = None


def locked(record_id: int, version: int, author: Author) -> CreditRecord:
    """The record, locked, at the version the caller has read; G4: it is the agency's own.

    CreditRecord.DoesNotExist, Refused (provider_not_authorised), RecordChanged.
    """
    rows = CreditRecord.objects.select_for_update(of=("self",))
    record = rows.select_related("item__basis", "subject", "provider").get(pk=record_id)
    if author.agency is not None and record.provider_id != author.agency.pk:
        raise Refused(refuse("provider_not_authorised", "该信息由其他单位报送，请由报送单位办理"))
    if record.version != version:
        raise RecordChanged(record.version)
    return record


def insist(refusals: Sequence[Refusal]) -> None:
    """Raise Refused with everything that was found, if anything was."""
    if refusals:
        raise Refused(*refusals)


def explain(
    record: CreditRecord,
    kind: ChangeKind,
    why: Why,
    author: Author,
    *,
    fields: frozenset[str] = frozenset(),
    proceeding: Proceeding | None = None,
) -> None:
    """Say why the record's newest version was made."""
    RecordChange.objects.create(
        record=record,
        version=record.version,
        kind=kind,
        ground=why.ground,
        explanation=why.explanation.strip(),
        document_number=why.document_number,
        document_date=why.document_date,
        fields=sorted(fields),
        proceeding=proceeding,
        officer=author.officer,
        client=author.client,
        at=timezone.now(),
    )
