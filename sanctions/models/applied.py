"""Measures that were applied to somebody: on which ground, by whom, from when to when.

A row never says that it is in force. It is while its own dates run, nobody lifted it and its ground (record or list entry)
is in force (`sanctions.selectors.in_force`, SQL `sanctions_applied_in_force`): what ends a ground ends its measures on the
same day, without anybody being told. Gate G10 stands in migration 0004 for whoever writes past the service.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Agency, ApiClient, Officer
from blacklist.models import ListEntry
from common.db import RandomUUID
from common.ids import public_id
from records.models import CreditRecord, Subject
from sanctions.models.matters import Matter
from sanctions.models.measures import Measure


class AppliedMeasure(models.Model):
    """One measure on one subject, or on the head of `company` on the company's ground. Fixed once written; only the lifting comes
    later."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    subject = models.ForeignKey(
        Subject, verbose_name="当事人", on_delete=models.PROTECT, related_name="measures"
    )
    measure = models.ForeignKey(
        Measure, verbose_name="措施", on_delete=models.PROTECT, related_name="applied"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="实施单位", on_delete=models.PROTECT, related_name="applied_measures"
    )
    matter = models.ForeignKey(
        Matter, verbose_name="办理事项", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    record = models.ForeignKey(
        CreditRecord, verbose_name="所依据的信用记录", null=True, blank=True, on_delete=models.PROTECT,
        related_name="measures",
    )  # fmt: skip
    entry = models.ForeignKey(
        ListEntry, verbose_name="所依据的名单条目", null=True, blank=True, on_delete=models.PROTECT,
        related_name="measures",
    )  # fmt: skip
    company = models.ForeignKey(
        Subject, verbose_name="事实所属的单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="对单位的法定代表人、主要负责人实施的，依据是这个单位的事实",
    )  # fmt: skip
    ordered = models.BooleanField("实施", default=True, help_text="C 类为告知，不是实施")
    informed_body = models.CharField("告知的组织", max_length=200, blank=True)
    document_number = models.CharField("文书号", max_length=128)
    reason = models.TextField("事由和裁量说明")
    decided_on = models.DateField("决定日期")
    starts_on = models.DateField("实施日期")
    ends_on = models.DateField("期限至", null=True, blank=True)
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    lifted_on = models.DateField("解除日期", null=True, blank=True)
    lift_document = models.CharField("解除文书号或者办理编号", max_length=128, blank=True)
    lift_note = models.CharField("解除说明", max_length=300, blank=True)
    lifted_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lifted_client = models.ForeignKey(
        ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # A message, not a state: when its ground or the calendar last changed what it means (migration 0013), so that the ledger tells.
    noted_at = models.DateTimeField("变化已记入留痕", null=True, editable=False)
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "实施的措施"
        verbose_name_plural = "实施的措施"
        permissions = [
            ("apply_measure", "实施和解除奖惩措施"),
            ("view_all_measures", "查看全部单位实施的措施"),
            ("screen", "查询比对"),
        ]
        default_permissions = ()
        indexes = [models.Index(fields=["agency", "-id"], name="applied_agency")]
        constraints = [
            models.CheckConstraint(
                condition=Q(record__isnull=False, entry__isnull=True)
                | Q(record__isnull=True, entry__isnull=False),
                name="applied_on_one_ground",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="applied_dates"
            ),
            models.CheckConstraint(
                condition=~Q(document_number="") & ~Q(reason=""), name="applied_has_document"
            ),
            models.CheckConstraint(
                condition=Q(ordered=True, informed_body="") | Q(ordered=False) & ~Q(informed_body=""),
                name="applied_ordered_or_informed",
            ),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=True) | ~Q(lift_document=""), name="applied_lift_has_document"
            ),
            models.UniqueConstraint(
                fields=["agency", "measure", "record", "subject"], name="applied_once_per_record",
                condition=Q(record__isnull=False, lifted_on__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["agency", "measure", "entry", "subject"], name="applied_once_per_entry",
                condition=Q(entry__isnull=False, lifted_on__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.document_number
