"""Screenings: what was asked for which matter, what was answered, and what became of it.

One `records.LookUp` row registers each screening under the ledger; `Screening` holds what feedback needs. The caller's keys
may be anything, so they stand sealed; a hit is found by the place of its key. No table is changed; rows go when
the register's time is over (`clear_screenings`).
"""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import Agency, ApiClient, Officer
from common.ids import public_id
from records.choices import BatchStatus
from records.models import Subject
from sanctions.models.applied import AppliedMeasure
from sanctions.models.matters import Matter


class Screening(models.Model):
    """One call, one page or one file: its receipt is that of the register row."""

    public_id = models.CharField("回执号", max_length=24, default=public_id)
    # by number and not by reference: the register is cleared when its time is over
    receipt = models.CharField("查询登记号", max_length=24, default="")
    keep_until = models.DateField("保存至", default=date.max)
    agency = models.ForeignKey(
        Agency, verbose_name="查询单位", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    matter = models.ForeignKey(
        Matter, verbose_name="事项", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField("时间")
    list_version = models.CharField("清单版本", max_length=40)
    application = models.CharField("受理编号", max_length=64, blank=True)
    keys = models.BinaryField("调用方的键（加密）")
    subjects = ArrayField(models.BigIntegerField(), verbose_name="查到的主体", default=list)
    unknown = models.JSONField(
        "平台没有的主体", null=True, help_text="主体键，以第几户为名；自然人为带密钥的摘要"
    )
    asked = models.PositiveIntegerField("查询户数")
    hits = models.PositiveIntegerField("比中户数")
    feedback_due = models.DateField("反馈期限")

    class Meta:
        verbose_name = "查询比对"
        verbose_name_plural = "查询比对"
        default_permissions = ()
        indexes = [
            models.Index(fields=["agency", "-id"], name="screening_agency"),
            models.Index(fields=["feedback_due", "id"], name="screening_due", condition=Q(hits__gt=0)),
        ]
        constraints = [models.UniqueConstraint(fields=["public_id"], name="screening_public_id")]

    def __str__(self) -> str:
        return self.public_id


class ScreeningFile(models.Model):
    """Many subjects handed in as a file. The row is the truth; upload and result stand encrypted in the store."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    purpose_code = models.CharField("履职目的", max_length=60)
    matter_code = models.CharField("事项", max_length=60)
    filename = models.CharField("文件名", max_length=200)
    format = models.CharField("格式", max_length=16)
    stored_as = models.CharField(max_length=32, blank=True)
    result_as = models.CharField(max_length=32, blank=True)
    status = models.CharField(
        max_length=8, choices=BatchStatus.choices, default=BatchStatus.QUEUED, db_index=True
    )
    error_detail = models.CharField(max_length=300, blank=True)
    total = models.PositiveIntegerField("行数", default=0)
    hits = models.PositiveIntegerField("比中", default=0)
    invalid = models.PositiveIntegerField("没有比对", default=0)
    screening = models.OneToOneField(
        Screening, null=True, blank=True, on_delete=models.PROTECT, related_name="file"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "批量比对文件"
        verbose_name_plural = "批量比对文件"
        default_permissions = ()

    def __str__(self) -> str:
        return self.filename


class ScreeningHit(models.Model):
    """One subject that was hit: which measures on which grounds, as answered. References are checked by statement (ADR 0010).

    `grounds` = [{"measure": id, "code": …, "record": id or null, "entry": id or null}], incentives not among them.
    """

    screening = models.ForeignKey(
        Screening, on_delete=models.PROTECT, related_name="hit_rows", db_index=False, db_constraint=False
    )
    ordinal = models.PositiveIntegerField("第几户")
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    grounds = models.JSONField("措施和依据")

    class Meta:
        verbose_name = "比中"
        verbose_name_plural = "比中"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["screening", "ordinal"], name="hit_once_per_subject")]

    def __str__(self) -> str:
        return f"{self.screening_id}/{self.ordinal}"


class MeasureFeedback(models.Model):
    """What the handling body did with one measure of one hit: applied by which document, or not and why not."""

    hit = models.ForeignKey(
        ScreeningHit, verbose_name="比中", on_delete=models.PROTECT, related_name="feedback"
    )
    measure_code = models.CharField("措施", max_length=60)
    applied = models.BooleanField("已实施")
    document_number = models.CharField("文书号", max_length=128, blank=True)
    reason = models.CharField("未实施的原因", max_length=300, blank=True)
    measure = models.ForeignKey(
        AppliedMeasure, null=True, blank=True, on_delete=models.PROTECT, related_name="feedback"
    )
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("反馈时间", db_default=Now())

    class Meta:
        verbose_name = "结果反馈"
        verbose_name_plural = "结果反馈"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["hit", "measure_code"], name="feedback_once"),
            models.CheckConstraint(
                condition=Q(applied=True, measure__isnull=False) & ~Q(document_number="")
                | Q(applied=False, measure__isnull=True) & ~Q(reason=""),
                name="feedback_says_how_or_why_not",
            ),
            models.CheckConstraint(
                condition=Q(officer__isnull=True, client__isnull=False)
                | Q(officer__isnull=False, client__isnull=True),
                name="feedback_by_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_code} {'已实施' if self.applied else '未实施'}"
