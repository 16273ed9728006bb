"""Clocks of the public site."""

from celery import shared_task

from portal.statistics import services


@shared_task(name="portal.tasks.take_statistics")
def take_statistics() -> int:
    """The figures of yesterday, unless they stand already."""
    return services.take_due()
