"""What may happen to an honour: withdrawn or put right by the body that evaluated, with reason and paper.

It shares the work with entries of the dishonesty list, whose rules for an earlier end and a complete decision are the same. A
delivery that says the old again brings nothing back (`blacklist.imports.apply`).
"""

from datetime import date
from typing import Final

from agencies.models import Officer
from blacklist.models import HonourEntry
from blacklist.services.entries import EntryText, ended, modified
from common.gates import Refused, refuse
from ledger.services import acting
from records.services.common import actor_number

_WORDS: Final = ("reason", "basis_text")


def end_honour(*, officer: Officer | None, honour_id: int, on: date, reason: str, basis: str) -> HonourEntry:
    """Take an honour away from `on` (that day no longer included): withdrawn, corrected, or by a court's decision.

    Ending again keeps the earlier day. ValueError without a reason; HonourEntry.DoesNotExist. Who may is asked by the caller.
    """
    if not reason:
        raise ValueError("an honour ends for a reason")
    with acting(actor=actor_number(officer), action="blacklist.end_honour", basis=basis):
        honour = _locked(honour_id)
        ended(honour, on, officer, reason, basis)
    return honour


def modify_honour(
    *, officer: Officer | None, honour_id: int, on: date, text: EntryText, reason: str, basis: str
) -> HonourEntry:
    """Put right what an honour says, or let it end earlier. Refused (entry_not_longer): a later end is a new evaluation."""
    if not reason:
        raise ValueError("an honour is modified for a reason")
    with acting(actor=actor_number(officer), action="blacklist.modify_honour", basis=basis):
        honour = _locked(honour_id)
        if honour.ended_on is not None:
            raise Refused(refuse("entry_not_longer", "已经退出的，不再变更", pointer="/on"))
        modified(honour, on, officer, text, reason, basis, words=_WORDS)
    return honour


def _locked(honour_id: int) -> HonourEntry:
    return HonourEntry.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=honour_id)
