"""Reports of a later state. Never changed; they go with their record."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import ApiClient, Officer
from common.db import RandomUUID
from records.models import CreditRecord


class StatusReport(models.Model):
    """The state of a commitment, contract or the like from a day on, as its provider reports it."""

    record = models.ForeignKey(
        CreditRecord, verbose_name="信用记录", on_delete=models.CASCADE, related_name="status_reports"
    )
    status = models.CharField("状态", max_length=64)
    before = models.CharField("原状态", max_length=64, blank=True)
    on = models.DateField("自哪一天起")
    document_number = models.CharField("依据文书号", max_length=128, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    officer = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(
        ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reported_at = models.DateTimeField("报送时间", db_default=Now())
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "履约状态"
        verbose_name_plural = "履约状态"
        constraints = [
            models.CheckConstraint(condition=~Q(status=""), name="status_report_says_what"),
            models.CheckConstraint(
                condition=Q(officer__isnull=False) | Q(client__isnull=False), name="status_report_by_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.status}"
