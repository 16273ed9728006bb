"""The clock of the platform, hurried: what it starts every few seconds it starts every second."""

from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler


class Hurried(PersistentScheduler):
    """Names, order and messages as they are; only nobody waits for them."""

    def merge_inplace(self, schedule: dict[str, Any]) -> None:
        for entry in schedule.values():
            if isinstance(entry["schedule"], float):
                entry["schedule"] = min(entry["schedule"], timedelta(seconds=1).total_seconds())
        super().merge_inplace(schedule)
