"""Comparisons with a department's own publication, and the differences they found. No person's data: rows without a code of
an organisation are known by the number of the document alone."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import Agency, Officer
from common.ids import public_id
from records.agreement import choices


class Comparison(models.Model):
    """One list, compared once."""

    public_id = models.CharField("编号", max_length=24, unique=True, default=public_id)
    agency = models.ForeignKey(Agency, verbose_name="认定单位", on_delete=models.PROTECT, related_name="+")
    item_code = models.CharField("事项代码", max_length=40)
    as_of = models.DateField("公示情况截至")
    complete = models.BooleanField("清单完整")
    filename = models.CharField("文件名", max_length=255, blank=True)
    sha256 = models.CharField("内容摘要", max_length=64)
    stated = models.PositiveIntegerField("对方公示条数")
    held = models.PositiveIntegerField("本平台公示条数")
    compared_by = models.ForeignKey(
        Officer, verbose_name="比对人", on_delete=models.PROTECT, related_name="+"
    )
    compared_at = models.DateTimeField("比对时间", db_default=Now())

    class Meta:
        verbose_name = "公示一致性比对"
        verbose_name_plural = "公示一致性比对"
        permissions = [("compare_publication", "比对认定单位的公示，处理差异")]
        indexes = [models.Index(fields=["agency", "-id"], name="comparison_agency")]

    def __str__(self) -> str:
        return f"{self.agency} {self.as_of}"


class PublicationDifference(models.Model):
    """One difference, and what came of it."""

    comparison = models.ForeignKey(
        Comparison, on_delete=models.CASCADE, related_name="differences", db_index=False
    )
    kind = models.CharField("差异", max_length=16, choices=choices.DifferenceKind.choices)
    number = models.CharField("文书号", max_length=128)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    record = models.ForeignKey(
        "records.CreditRecord",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    field = models.CharField("项目", max_length=100, blank=True)
    theirs = models.CharField("认定单位", max_length=500, blank=True)
    ours = models.CharField("本平台", max_length=500, blank=True)
    verdict = models.CharField("处理", max_length=16, choices=choices.Verdict.choices, blank=True)
    explanation = models.CharField("说明", max_length=500, blank=True)
    explained_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    explained_at = models.DateTimeField("处理时间", null=True, blank=True)

    class Meta:
        verbose_name = "公示差异"
        verbose_name_plural = "公示差异"
        indexes = [models.Index(fields=["comparison", "id"], name="difference_comparison")]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="")
                | ~Q(explanation="") & Q(explained_by__isnull=False, explained_at__isnull=False),
                name="difference_verdict_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.number
