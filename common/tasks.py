"""Tidying work of the shared base."""

from celery import shared_task

from common.files import sweeping


@shared_task
def discard_orphan_files() -> int:
    """Remove stored files that no row names: never committed, done with, or erased."""
    return sweeping.discard_orphans()
