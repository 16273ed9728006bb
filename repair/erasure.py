"""What this room keeps about a person, and when its handling was over (records.erasure)."""

from collections.abc import Sequence

from common.models import StoredFile
from records.erasure.choices import Holding, Kept
from records.erasure.rules import Held
from records.erasure.selectors import Found
from repair.models import Case


def held(subject_id: int) -> Sequence[Found]:
    """Cases are kept as files of proceedings from the day they were closed."""
    return [
        Found(Holding.REPAIR_CASE, case.pk, Kept.CASE, Held(True, case.closed_on), case.number)
        for case in Case.objects.filter(subject=subject_id)
    ]


def files(holding: str, object_id: int) -> Sequence[StoredFile]:
    if holding != Holding.REPAIR_CASE:
        return ()
    return list(StoredFile.objects.filter(material__case=object_id))
