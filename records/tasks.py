"""Background work of the records room. Messages only wake; what is to be done stands in the database."""

from celery import shared_task

from common.clock import today
from records import services
from records.drafts import services as drafts
from records.erasure import services as erasure
from records.persons import asking


@shared_task(name="records.tasks.process_batch")
def process_batch(batch_id: int) -> None:
    services.process_batch(batch_id)


@shared_task(name="records.tasks.resume_batches")
def resume_batches() -> int:
    """Go on with batches whose message was lost or whose worker died; those at work keep their lock."""
    return sum(map(services.process_batch, services.unfinished_batches()))


@shared_task(name="records.tasks.clear_drafts")
def clear_drafts() -> int:
    """Drop drafts nobody has touched for long."""
    return drafts.clear_drafts()


@shared_task(name="records.tasks.erase_due")
def erase_due() -> int:
    """Erase what was only stored and whose last day has passed; forget whom consents were asked of in vain."""
    return erasure.erase_due(on=today()) + asking.forget_lapsed(on=today())


@shared_task(name="records.tasks.look_again")
def look_again() -> int:
    """Put up again what had to stay when erasure was granted and need not any more."""
    return erasure.look_again(on=today())


@shared_task(name="records.tasks.touch_ended_records")
def touch_ended_records() -> int:
    return services.touch_ended(on=today())
