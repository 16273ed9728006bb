"""The honour list (诚实守信名单): the counterpart of the dishonesty list, in tables of its own.

Nobody can be taken for dishonest by an honour, whatever a query forgets: that is why the two share the engine that takes
lists in (`blacklist.imports`), not the table. An honour is granted by a body under a clause, has an end, and may be lost.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Agency
from blacklist.models.entries import Change
from blacklist.rules import entries as rules
from catalog.models import Dated, LegalBasis, in_force_span
from common.db import RandomUUID
from common.ids import public_id
from records.models import Subject


class HonourScheme(Dated):
    """One honour and the frame it stands in, as dated data."""

    code = models.SlugField("代号", max_length=40)
    name = models.CharField("名单名称", max_length=100)
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=200, blank=True)
    procedure_text = models.CharField("评定办法", max_length=200, blank=True)
    authority = models.CharField("评定单位", max_length=100)
    grounds = models.TextField("评定条件")
    listing_months = models.PositiveSmallIntegerField("有效期（月）", null=True, blank=True)
    longest_months = models.PositiveSmallIntegerField("最长有效期（月）", null=True, blank=True)
    listing_text = models.CharField("有效期说明", max_length=200)
    removal_text = models.TextField("退出情形")
    end_reasons = ArrayField(
        models.CharField(max_length=40), verbose_name="退出原因", default=list, blank=True
    )
    shown_fields = ArrayField(
        models.CharField(max_length=60), verbose_name="公开内容", default=list, blank=True
    )
    persons_public_clause = models.CharField(
        "公开自然人的依据条款", max_length=200, blank=True, help_text="不填即不向社会公开自然人"
    )
    note = models.TextField("说明", blank=True)
    # entered or changed in the workbench: the next load of the reference files leaves every row of this code alone
    maintained = models.BooleanField("由工作台维护", default=False, editable=False)

    class Meta:
        verbose_name = "诚信名单设立"
        verbose_name_plural = "诚信名单设立"
        ordering = ["code"]
        constraints = [
            ExclusionConstraint(
                name="honour_scheme_one_in_force",
                expressions=[("code", RangeOperators.EQUAL), (in_force_span(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HonourEntry(models.Model):
    """One subject with one honour. Dates as for a list entry: `ends_on` last day, `ended_on` first day without it."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    scheme = models.ForeignKey(
        HonourScheme, verbose_name="名单", on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    subject = models.ForeignKey(
        Subject, verbose_name="主体", on_delete=models.PROTECT, related_name="honours"
    )
    authority = models.ForeignKey(
        Agency, verbose_name="评定单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    authority_name = models.CharField("评定单位名称", max_length=200)
    decision_number = models.CharField("文号", max_length=128)
    decided_on = models.DateField("评定日期")
    reason = models.TextField("评定结果")
    basis_text = models.TextField("依据")
    data = models.JSONField("其他公开内容", default=dict, blank=True)
    secret = models.BinaryField("加密内容", null=True)
    source = models.CharField("来源标识", max_length=200)
    effective_from = models.DateField("起算日期")
    ends_on = models.DateField("有效期至", null=True, blank=True)
    ended_on = models.DateField("提前退出日期", null=True, blank=True)
    end_reason = models.CharField("退出原因", max_length=40, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "诚信名单条目"
        verbose_name_plural = "诚信名单条目"
        default_permissions = ()
        indexes = [
            models.Index(fields=["scheme", "-effective_from", "-id"], name="honour_entry_scheme"),
            models.Index(fields=["-effective_from", "-id"], name="honour_entry_recent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(authority_name="") & ~Q(decision_number="") & ~Q(reason="") & ~Q(basis_text=""),
                name="honour_entry_has_decision_data",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("effective_from")),
                name="honour_entry_dates",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | ~Q(end_reason=""), name="honour_entry_end_has_reason"
            ),
            models.UniqueConstraint(
                fields=["source"], condition=Q(ended_on__isnull=True), name="honour_entry_import_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.decision_number}"

    def span(self) -> rules.Span:
        return rules.Span(self.effective_from, self.ends_on, self.ended_on)


class HonourChange(Change):
    """Of the honour list."""

    entry = models.ForeignKey(HonourEntry, on_delete=models.PROTECT, related_name="changes")

    class Meta(Change.Meta):
        verbose_name = "诚信名单条目变更"
        verbose_name_plural = "诚信名单条目变更"
