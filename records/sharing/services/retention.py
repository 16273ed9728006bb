"""Register rows whose last day has passed are cleared; by the owner of the database, for the application may not."""

from datetime import date

from common.gates import PLAN
from ledger.services import acting
from records.sharing.models import ExportRequest, LookUp


def clear_lookups(*, on: date) -> int:
    """Delete the rows to be kept until before `on`, with the export requests they ended; returns how many rows.

    The database compares with its own day and refuses earlier ones. ProgrammingError under the application's role.
    """
    with acting(actor=None, action="sharing.clear_lookups", basis=f"{PLAN} 第12条，保存期限届满"):
        over = LookUp.objects.filter(keep_until__lt=on)
        ExportRequest.objects.filter(lookup__in=over).delete()
        deleted: int = over.delete()[1].get(LookUp._meta.label, 0)
    return deleted
