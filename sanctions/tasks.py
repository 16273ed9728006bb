"""Background work of the sanctions room. Messages only wake; what is to be done stands in the database."""

from celery import shared_task

from common.clock import today
from sanctions import services
from sanctions.screening import files


@shared_task(name="sanctions.tasks.screen_file")
def screen_file(pk: int) -> None:
    files.process_file(pk)


@shared_task(name="sanctions.tasks.resume_screening_files")
def resume_screening_files() -> int:
    """Go on with files whose message was lost, whose worker died, or for which the list could not answer."""
    return sum(map(files.process_file, files.waiting_files()))


@shared_task(name="sanctions.tasks.note_changes")
def note_changes() -> int:
    """Notice what began or ended for subjects that somebody subscribed to."""
    return services.note_changes()


@shared_task(name="sanctions.tasks.touch_ended_measures")
def touch_ended_measures() -> int:
    return services.touch_ended(on=today())
