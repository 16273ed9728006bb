"""Background work of the lists. Messages only wake; what is to be done stands in the database."""

from celery import shared_task

from blacklist.imports import services
from blacklist.services import touch_ended
from common.clock import today


@shared_task(name="blacklist.tasks.process_delivery")
def process_delivery(delivery_id: int) -> None:
    services.process(delivery_id)


@shared_task(name="blacklist.tasks.resume_deliveries")
def resume_deliveries() -> int:
    """Go on with deliveries whose message was lost or whose worker died; those at work keep their lock."""
    return sum(map(services.process, services.unfinished()))


@shared_task(name="blacklist.tasks.touch_ended_entries")
def touch_ended_entries() -> int:
    return touch_ended(on=today())
