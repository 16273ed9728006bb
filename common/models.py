"""Tables that every room shares: the working-day calendar, and the files people hand in."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from common.db import RandomUUID
from common.ids import public_id
from common.privacy import decrypt


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


class StoredFile(models.Model):
    """A file kept encrypted below PRIVATE_ROOT under its public id (see `common.files`). Its name is personal data.

    `sha256` is of the plain content; with the row under the ledger it proves years later what was handed in.
    """

    NAME_CONTEXT: ClassVar = "common.file.name"

    public_id = models.CharField(max_length=24, default=public_id, editable=False)
    secret_name = models.BinaryField("加密文件名", null=True)
    media_type = models.CharField("媒体类型", max_length=100)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("内容摘要", max_length=64)
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)
    created_at = models.DateTimeField("收到时间", db_default=Now(), editable=False)
    erased_at = models.DateTimeField("清除时间", null=True, blank=True)

    class Meta:
        verbose_name = "存储的文件"
        verbose_name_plural = "存储的文件"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["public_id"], name="storedfile_public_id"),
            models.CheckConstraint(
                # Erasing clears the name together with the content.
                condition=Q(erased_at__isnull=True, secret_name__isnull=False)
                | Q(erased_at__isnull=False, secret_name__isnull=True),
                name="storedfile_named_until_erased",
            ),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="storedfile_digest"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def name(self) -> str:
        """The name the file came with; nothing once it is erased."""
        return decrypt(self.secret_name, context=self.NAME_CONTEXT) if self.secret_name else "（已清除）"
