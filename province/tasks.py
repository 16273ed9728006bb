"""The clocks of the exchange. A message only wakes somebody up; what is to be sent stands in the ledger."""

import time
from datetime import timedelta

import structlog
from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.db.models import Exists, OuterRef

from common.clock import today
from province import comparison, lines, reconciliation
from province.choices import DeliveryState
from province.models import Delivery, PushTarget
from province.services import push

_BUDGET = timedelta(seconds=20)
log = structlog.get_logger(__name__)


@shared_task(name="province.tasks.push_pending")
def push_pending() -> int:
    """Send what waits, target by target; returns the number of events answered for.

    Started every few seconds. A second one that runs at the same time finds a busy target's lock taken and goes on to the
    next, so that a receiver that stalls holds up nobody; nor does one whose push cannot be made at all. Should it find no worker free, the others
    wait for the time limit of one attempt, after which the pauses grow; those that answered last time come first.
    """
    failing = Delivery.objects.filter(
        target=OuterRef("pk"), state__in=[DeliveryState.WAITING, DeliveryState.SENDING]
    )
    targets = PushTarget.objects.filter(active=True).order_by(Exists(failing), "pk")
    return sum(_push(target) for target in targets)


def _push(target: PushTarget) -> int:
    try:
        return push(target=target, budget=_BUDGET)
    except (OperationalError, InterfaceError):  # the database is away: for all of them
        raise
    except Exception:
        log.exception("province_push_failed", target=target.code)
        return 0


@shared_task(name="province.tasks.write_lines")
def write_lines() -> int:
    """Keep the feed's lines up with the ledger; returns how many positions they came further."""
    end, further = time.monotonic() + _BUDGET.total_seconds(), 0
    while (more := lines.write()) and time.monotonic() < end:
        further += more
    return further


@shared_task(name="province.tasks.mend_lines")
def mend_lines() -> None:
    """Write again the lines and digests that a renamed agency or a changed route emptied."""
    while lines.mend() == lines.BATCH:
        pass


@shared_task(name="province.tasks.keep_figures")
def keep_figures() -> int:
    """Keep the figures of the days that are over; a week back, should the job have missed some."""
    return sum(reconciliation.keep(today() - timedelta(days=days)) for days in range(7, 0, -1))


@shared_task(name="province.tasks.compare_holdings")
def compare_holdings() -> int:
    """Reconcile with every target that can be asked; returns the number of targets that differ."""
    targets = [one for one in PushTarget.objects.filter(active=True) if comparison.address(one)]
    return sum(bool(comparison.compare(target=target).differences) for target in targets)
