"""The day in Hegang. Rules take a date as an argument; only the edges of the system ask for today."""

from datetime import date

from django.utils import timezone


def today() -> date:
    """The current calendar day in the project's time zone (Asia/Shanghai)."""
    return timezone.localdate()
