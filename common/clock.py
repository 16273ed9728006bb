"""The day in Hegang. Rules take a date as an argument; only the edges of the system ask for today."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """This moment in the project's time zone (Asia/Shanghai), whatever zone a thread may have chosen."""
    return datetime.now(timezone.get_default_timezone())


def today() -> date:
    """The current calendar day in the project's time zone."""
    return now().date()
