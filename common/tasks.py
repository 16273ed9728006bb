"""Tidying work of the shared base."""

from celery import shared_task

from common.files import keeping


@shared_task
def discard_orphan_files() -> int:
    """Remove files whose row was never committed or is erased."""
    return keeping.discard_orphans()
