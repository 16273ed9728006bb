"""Tables that every room shares: the working-day calendar."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class CalendarSource(models.TextChoices):
    LIBRARY = "library", "软件自带日历"
    OFFICER = "officer", "工作人员录入"


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a public holiday, or a weekend made a working day (调休).

    Ordinary days are stored only by an officer who takes back a library row: rows an officer entered or changed are
    never touched by the library's seed.
    """

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("是否工作日")
    note = models.CharField("说明", max_length=100, blank=True)
    source = models.CharField(
        "来源", max_length=16, choices=CalendarSource.choices, default=CalendarSource.OFFICER
    )

    class Meta:
        verbose_name = "工作日历"
        verbose_name_plural = "工作日历"
        ordering: ClassVar = ["date"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="common_calendarday_is_exception",
                condition=Q(is_workday=True, date__iso_week_day__gte=6)
                | Q(is_workday=False, date__iso_week_day__lte=5)
                | Q(source="officer"),
                violation_error_message="只需录入与平常不同的日期：放假的工作日，或者上班的周末",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {'上班' if self.is_workday else '放假'}"
