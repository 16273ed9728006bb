"""The sealer's clock."""

from datetime import timedelta

from celery import shared_task

from ledger.services import seal_all

_BUDGET = timedelta(seconds=20)


@shared_task(name="ledger.tasks.seal_ledger")
def seal_ledger() -> int:
    """Seal what waits; returns the number of events.

    Started every few seconds. A second one that runs at the same time finds the lock taken and ends at once; a backlog
    longer than the budget is taken up by the next start.
    """
    return seal_all(budget=_BUDGET)
