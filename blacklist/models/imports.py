"""Lists decided elsewhere: their sources as data, what was delivered, and which row of a source is which entry.

A delivery is the whole list as the source holds it. `DeliveredRow` is where it waits, row by row, to be compared; it is
emptied once the delivery is applied or refused. `ImportedRow` is the memory of the source's list as it was last applied.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Agency, ApiClient, Officer
from blacklist import choices
from catalog.choices import SourceMark
from common.ids import public_id


class ImportSource(models.Model):
    """A list somebody else decides: who hands it in, how often, and from which share of change on a person must look."""

    code = models.SlugField("代号", max_length=40, unique=True)
    name = models.CharField("来源名称", max_length=100)
    polarity = models.CharField("类别", max_length=12, choices=choices.Polarity.choices)
    scheme_code = models.SlugField("名单代号", max_length=40)
    provider = models.ForeignKey(
        Agency, verbose_name="提供单位", on_delete=models.PROTECT, related_name="import_sources"
    )
    rhythm_days = models.PositiveSmallIntegerField("来数周期（天）")
    hold_percent = models.PositiveSmallIntegerField("须人工核对的变化幅度（%）")
    hold_floor = models.PositiveIntegerField(
        "不超过多少行的变化不须核对", default=0, help_text="名单很小时，一两行就是很大的幅度"
    )
    basis_text = models.TextField("文件未载明时的列入依据", blank=True)
    headers = models.JSONField("表头的其他写法", default=dict, blank=True, help_text="栏目代号对应的表头写法")
    expected_from = models.DateField(
        "约定的开始来数日期", null=True, blank=True, help_text="没有约定的，首次采用以后才开始计算周期"
    )
    active = models.BooleanField("启用", default=True)
    mark = models.CharField("核对情况", max_length=16, choices=SourceMark.choices)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "名单来源"
        verbose_name_plural = "名单来源"
        ordering = ["code"]
        permissions = [
            ("deliver_list", "报送外部认定的名单"),
            ("decide_delivery", "核对和批准名单来数"),
            ("view_all_deliveries", "查看全部名单来数"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(polarity__in=choices.Polarity.values), name="import_source_polarity_known"
            ),
            models.CheckConstraint(
                condition=Q(hold_percent__gte=1, hold_percent__lte=50, rhythm_days__gte=1),
                name="import_source_holds",
                violation_error_message="变化幅度应在1%至50%之间，来数周期至少1天",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListDelivery(models.Model):
    """One delivery of a whole list. The row is the truth: a worker that dies leaves `next_row`, another goes on."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    source = models.ForeignKey(
        ImportSource, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField("文件名", max_length=255)
    format = models.CharField(max_length=12)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("内容摘要", max_length=64)
    stored_as = models.CharField(max_length=24, blank=True)
    columns = models.JSONField("表头", default=list)
    status = models.CharField(
        "状态", max_length=10, choices=choices.DeliveryStatus.choices, default=choices.DeliveryStatus.QUEUED
    )
    next_row = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveIntegerField("行数", default=0)
    rejected = models.PositiveIntegerField("退回", default=0)
    # what applying it would do (then did) to the list
    standing = models.PositiveIntegerField("原有条目", default=0)
    added = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    removed = models.PositiveIntegerField("移出", default=0)
    same = models.PositiveIntegerField("不变", default=0)
    kept_off = models.PositiveIntegerField("已在本平台移出，不再列入", default=0)
    hold_reason = models.CharField("须核对的原因", max_length=300, blank=True)
    decided_by = models.ForeignKey(
        Officer, verbose_name="核对人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("核对时间", null=True)
    decision_reason = models.CharField("核对意见", max_length=300, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField("收到时间", db_default=Now(), editable=False)
    finished_at = models.DateTimeField("办结时间", null=True)

    # What changes with every chunk and says nothing about the outcome stays out of the ledger.
    UNTRACKED: ClassVar = ("next_row", "attempts", "stored_as")

    class Meta:
        verbose_name = "名单来数"
        verbose_name_plural = "名单来数"
        default_permissions = ()
        indexes = [models.Index(fields=["source", "-id"], name="list_delivery_source")]
        constraints = [
            models.CheckConstraint(
                condition=Q(officer__isnull=False, client__isnull=True)
                | Q(officer__isnull=True, client__isnull=False),
                name="list_delivery_by_one",
            ),
            models.CheckConstraint(
                # an empty list is never a list, and what was held is applied only after a person looked
                condition=~Q(status="applied")
                | Q(total__gt=F("rejected")) & (Q(hold_reason="") | Q(decided_by__isnull=False)),
                name="list_delivery_applied_lawfully",
            ),
            models.CheckConstraint(
                condition=Q(officer__isnull=True) | ~Q(decided_by=F("officer")),
                name="list_delivery_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision_reason=""),
                name="list_delivery_decision_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class DeliveredRow(models.Model):
    """A row that waits to be compared. `subject_line` is the new subject as it would be stored, a person's sealed."""

    delivery = models.ForeignKey(ListDelivery, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    fingerprint = models.BinaryField()
    digest = models.BinaryField()
    subject_key = models.CharField(max_length=140)
    subject_line = models.TextField()
    authority_id = models.BigIntegerField(null=True)
    authority_name = models.CharField(max_length=200)
    decision_number = models.CharField(max_length=128)
    decided_on = models.DateField()
    reason = models.TextField()
    basis_text = models.TextField()
    sanction_hints = models.TextField()
    removal_text = models.TextField()
    remedies = models.TextField()
    data = models.JSONField(default=dict)
    secret = models.BinaryField(null=True)
    effective_from = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        verbose_name = "来数的行"
        verbose_name_plural = "来数的行"
        default_permissions = ()
        indexes = [models.Index(fields=["delivery", "fingerprint"], name="delivered_row_print")]

    def __str__(self) -> str:
        return f"{self.delivery_id}:{self.pk}"


class RefusedRow(models.Model):
    """A row of a delivery that was not taken, sealed; `fingerprint` where it still says which entry it is about."""

    delivery = models.ForeignKey(
        ListDelivery, on_delete=models.CASCADE, db_index=False, related_name="refused_rows"
    )
    line = models.PositiveIntegerField("行号")
    fingerprint = models.BinaryField(null=True)
    cells = models.BinaryField("加密内容")
    problems = models.JSONField("原因")

    class Meta:
        verbose_name = "退回的行"
        verbose_name_plural = "退回的行"
        default_permissions = ()
        indexes = [models.Index(fields=["delivery", "line"], name="refused_row_line")]

    def __str__(self) -> str:
        return f"{self.delivery_id}:{self.line}"


class ImportedRow(models.Model):
    """One row of a source's list as last applied, and the entry it became (of the table its polarity names)."""

    source = models.ForeignKey(ImportSource, on_delete=models.PROTECT, db_index=False)
    fingerprint = models.BinaryField()
    digest = models.BinaryField()
    entry_id = models.BigIntegerField()

    class Meta:
        verbose_name = "来源名单的行"
        verbose_name_plural = "来源名单的行"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["source", "fingerprint"], name="imported_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.entry_id}"
