"""What the public site keeps: which credit reports were issued, so that anybody who holds one can have it checked, and the terms of
use of what may be taken along.

Reports are not under the ledger: a reader may make these rows without an account, and every row of the ledger outdates every
cached page. The check code is a keyed digest over the row instead, so that a row altered in the database fits no report.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from catalog.models import in_force_constraint
from portal.site_rows import SiteRow
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


class OpenTerm(SiteRow):
    """One term of use of the open data: what law already says about whoever takes published credit information along."""

    name = models.CharField("标题", max_length=40)
    text = models.CharField("内容", max_length=500)
    # a term may rest on several documents: `basis` is the first of them, the page shows these words
    basis_clause = models.CharField("依据的文件和条款", max_length=200, help_text="照这里的写法显示")

    class Meta:
        verbose_name = "开放数据使用条款"
        verbose_name_plural = "开放数据使用条款"
        constraints = [in_force_constraint("open_term_one_in_force", "code")]

    @property
    def says(self) -> str:
        return self.text

    @property
    def cites(self) -> str:
        return self.basis_clause


# Last: these models refer to those above by name.
from portal.news import models as news_models  # noqa: E402, F401
from portal.statistics import models as statistic_models  # noqa: E402, F401
