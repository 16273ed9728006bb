"""What supervision keeps: clues that ask a unit for an explanation, the gaps seen now, and explanations of gaps.

Timeliness, compliance and gaps are derived from records and batches on read or by a job that may run late or twice; the
only facts of this room are that a clue was raised, what was explained, and who closed it. `NumberGap` is a derived table
that the job rewrites, so it stands outside the ledger.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import Agency, Officer
from records.models import CreditRecord
from supervision import choices


class Clue(models.Model):
    """Something passed its deadline (G14). `object_key` names the object: one clue per object and kind, for ever."""

    kind = models.CharField("类别", max_length=16, choices=choices.ClueKind.choices)
    agency = models.ForeignKey(
        Agency, verbose_name="单位", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    object_key = models.CharField("对象", max_length=300)
    label = models.CharField("文书号或号段", max_length=300)
    record = models.ForeignKey(
        CreditRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    batch_id = models.BigIntegerField("报送批次", null=True, blank=True)
    item_code = models.CharField("事项代码", max_length=40, blank=True)
    due = models.DateField("期限届满日")
    late_by = models.PositiveIntegerField("迟报工作日数", default=0)
    basis = models.CharField("依据", max_length=300)
    raised_at = models.DateTimeField("形成时间", db_default=Now())
    state = models.CharField(
        "状态", max_length=16, choices=choices.ClueState.choices, default=choices.ClueState.OPEN
    )
    explanation = models.CharField("说明", max_length=500, blank=True)
    explained_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    explained_at = models.DateTimeField("说明时间", null=True, blank=True)
    outcome = models.CharField("办结意见", max_length=500, blank=True)
    closed_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = "责任线索"
        verbose_name_plural = "责任线索"
        permissions = [
            ("view_all_clues", "查看全部单位的责任线索和质量数据"),
            ("explain_clue", "对本单位的线索作出说明"),
            ("close_clue", "办结线索"),
        ]
        indexes = [
            models.Index(fields=["due", "id"], name="clue_due"),
            models.Index(fields=["agency", "due", "id"], name="clue_agency_due"),
            models.Index(fields=["state", "due", "id"], name="clue_state_due"),
            models.Index(fields=["due", "id"], name="clue_pending", condition=~Q(state="closed")),
            models.Index(fields=["batch_id"], name="clue_batch", condition=Q(batch_id__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_key"], name="clue_once_per_object"),
            models.CheckConstraint(
                condition=~Q(state="explained") | ~Q(explanation="") & Q(explained_at__isnull=False),
                name="clue_explained_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(outcome="") & Q(closed_at__isnull=False),
                name="clue_closed_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"


class NumberGap(models.Model):
    """Numbers between received ones that have not come in and are not explained, as of the last run of the job."""

    agency = models.ForeignKey(Agency, verbose_name="单位", on_delete=models.CASCADE, db_index=False)
    item_code = models.CharField("事项代码", max_length=40)
    prefix = models.CharField("机关代字", max_length=100)
    year = models.PositiveSmallIntegerField("年份")
    first = models.PositiveIntegerField("起号")
    last = models.PositiveIntegerField("止号")
    received = models.PositiveIntegerField("该序列已收到件数")
    next_decided = models.DateField("下一号的决定日期")
    due = models.DateField("应报期限", help_text="以下一号的决定日期推算")

    class Meta:
        verbose_name = "文号缺口"
        verbose_name_plural = "文号缺口"
        indexes = [
            models.Index(fields=["due", "id"], name="gap_due"),
            models.Index(fields=["agency", "due", "id"], name="gap_agency_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["prefix", "year", "first"], name="gap_once"),
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="gap_in_order"),
        ]

    def __str__(self) -> str:
        end = "" if self.first == self.last else f"至{self.last}"
        return f"{self.prefix}〔{self.year}〕{self.first}{end}号"

    @property
    def size(self) -> int:
        """How many numbers are missing."""
        return self.last - self.first + 1


class GapExplanation(models.Model):
    """An officer's word on missing numbers; the job leaves these numbers alone from then on. Never changed."""

    agency = models.ForeignKey(Agency, verbose_name="单位", on_delete=models.PROTECT, db_index=False)
    prefix = models.CharField("机关代字", max_length=100)
    year = models.PositiveSmallIntegerField("年份")
    first = models.PositiveIntegerField("起号")
    last = models.PositiveIntegerField("止号")
    reason = models.CharField("原因", max_length=16, choices=choices.GapReason.choices)
    note = models.CharField("说明", max_length=400, blank=True)
    officer = models.ForeignKey(
        Officer, verbose_name="说明人", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField("说明时间", db_default=Now())

    class Meta:
        verbose_name = "文号缺口说明"
        verbose_name_plural = "文号缺口说明"
        indexes = [models.Index(fields=["prefix", "year"], name="gap_explained")]
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="gap_explained_in_order"),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(note=""), name="gap_other_reason_is_said"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕{self.first}–{self.last} {self.get_reason_display()}"
