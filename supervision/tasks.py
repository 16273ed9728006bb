"""The daily look at deadlines. Everything it finds stands in the database, so a missed day is made up by the next."""

from celery import shared_task

from common.clock import today
from supervision import services


@shared_task(name="supervision.tasks.refresh_clues")
def refresh_clues() -> int:
    """Raise what is missing; returns how many clues were raised."""
    found = services.refresh(on=today())
    return found.late + found.gaps + services.raise_list_clues(on=today())
