"""What the public site keeps: which credit reports were issued, so that anybody who holds one can have it checked.

Not under the ledger: a reader may make these rows without an account, and every row of the ledger outdates every cached page.
The check code is a keyed digest over the row instead, so that a row altered in the database fits no report.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from records.models import Subject


class IssuedReport(models.Model):
    """A report as it was issued: number, whose, and digests of what it said. Neither the report nor what it said is kept."""

    number = models.CharField("报告编号", max_length=24, unique=True)
    key = models.CharField("识别键", max_length=140)
    subject = models.ForeignKey(
        Subject, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    day = models.DateField("出具日期")
    issued_at = models.DateTimeField("出具时间", default=timezone.now)
    said = ArrayField(models.CharField(max_length=16), verbose_name="每一条的摘要", default=list)
    digest = models.BinaryField("内容摘要", max_length=32)

    class Meta:
        verbose_name = "信用信息报告"
        verbose_name_plural = "信用信息报告"
        constraints = [models.UniqueConstraint(fields=["key", "day", "digest"], name="report_once_a_day")]

    def __str__(self) -> str:
        return self.number


# Last: these models refer to those above by name.
from portal.news import models as news_models  # noqa: E402, F401
from portal.statistics import models as statistic_models  # noqa: E402, F401
