"""The clock of the push. A message only wakes somebody up; what is to be sent stands in the ledger."""

from datetime import timedelta

from celery import shared_task

from province.models import PushTarget
from province.services import push

_BUDGET = timedelta(seconds=20)


@shared_task(name="province.tasks.push_pending")
def push_pending() -> int:
    """Send what waits, target by target; returns the number of events answered for.

    Started every few seconds. A second one that runs at the same time finds the lock taken and ends at once.
    """
    return sum(push(target=target, budget=_BUDGET) for target in PushTarget.objects.filter(active=True))
