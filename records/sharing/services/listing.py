"""Lists of the workbench taken along as a file: what they say is registered before they are handed out.

An officer downloads what the page shows anyway, persons masked, so neither purpose nor second person is asked for; but a file goes
further than a page, and the register says who took how many records of which items.
"""

from datetime import date

from django.db import transaction

from agencies.models import Officer
from common.clock import today
from ledger.services import acting
from records.sharing.choices import LookUpKind
from records.sharing.models import LookUp
from records.sharing.services.lookups import BASIS, Asker, register


def note_download(
    *, officer: Officer, item_codes: list[str], record_count: int, on: date | None = None
) -> LookUp:
    """Register one downloaded list for the officer's agency, which has to be there; committed when it returns."""
    assert officer.agency is not None, "who belongs to no agency is offered no file"
    with (
        transaction.atomic(durable=True),
        acting(actor=officer.pk, action="sharing.download_list", basis=BASIS),
    ):
        return register(
            Asker(officer.agency, officer, None),
            kind=LookUpKind.LIST,
            purpose=None,
            item_codes=item_codes,
            record_count=record_count,
            on=on or today(),
        )
