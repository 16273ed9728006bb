"""Figures of a day, and what each of them says.

A day's row holds the digest of its figures and stands under the ledger; the figures themselves can be counted again.
"""

from django.db import models
from django.db.models import F, Q

from catalog.models import in_force_constraint
from portal.site_rows import SiteRow


class FigureRule(SiteRow):
    """One kind of figure: what it counts, on what basis, and below which number it is not told (0: always told)."""

    counts = models.CharField("怎样统计", max_length=300)
    unit = models.CharField("单位", max_length=8)
    minimum = models.PositiveSmallIntegerField("少于多少不显示")

    class Meta:
        verbose_name = "统计口径"
        verbose_name_plural = "统计口径"
        constraints = [in_force_constraint("figure_rule_one_in_force", "code")]

    @property
    def says(self) -> str:
        return f"{self.counts}少于 {self.minimum} 的不显示。" if self.minimum else self.counts


class StatisticDay(models.Model):
    """A day that was counted, as it stood when it ended (or, for the day itself, when it was counted)."""

    day = models.DateField("统计截止日期", unique=True)
    counted_at = models.DateTimeField("统计时间")
    rows = models.PositiveIntegerField("数字个数")
    digest = models.CharField("数字的摘要", max_length=64)

    class Meta:
        verbose_name = "统计日"
        verbose_name_plural = "统计日"

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class Figure(models.Model):
    """One number. What is counted on too few is withheld: neither the number nor what it was taken from is stored."""

    day = models.ForeignKey(StatisticDay, on_delete=models.CASCADE, related_name="figures", db_index=False)
    series = models.CharField("统计口径", max_length=40)
    key = models.CharField("分类代号", max_length=60)
    label = models.CharField("分类", max_length=200)
    period = models.CharField("时间", max_length=7, blank=True, help_text="空、年（2026）或者月（2026-05）")
    base = models.PositiveBigIntegerField("取自多少条", null=True)
    value = models.DecimalField("数值", max_digits=14, decimal_places=1, null=True)
    minimum = models.PositiveSmallIntegerField("少于多少不显示")

    class Meta:
        verbose_name = "统计数字"
        verbose_name_plural = "统计数字"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["day", "series", "key", "period"], name="figure_once"),
            models.CheckConstraint(
                condition=Q(base__isnull=True, value__isnull=True)
                | Q(base__isnull=False, value__isnull=False) & (Q(base=0) | Q(base__gte=F("minimum"))),
                name="figure_small_is_withheld",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.key} {self.period}"
