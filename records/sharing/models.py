"""Duty purposes, the register of look-ups, and exports that two people stand behind.

The register is append-only for the application: its database role may neither update nor delete, and a trigger refuses
whoever else tries before the row's own last day. It never holds an identifier, only a keyed digest of it.
"""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Agency, ApiClient, Officer
from catalog.choices import SubjectKind
from catalog.models import Dated, LegalBasis
from common.db import RandomUUID
from common.ids import public_id
from records.sharing import choices, rules


class SharingRule(Dated):
    """Dated limits of sharing: how long the register is kept, how long a purpose and an approved export may last."""

    code = models.SlugField("代号", max_length=40, unique=True)
    lookup_keep_months = models.PositiveSmallIntegerField("查询登记保存月数")
    purpose_max_months = models.PositiveSmallIntegerField("履职目的最长有效月数")
    export_days = models.PositiveSmallIntegerField("批准导出后可下载天数")
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=100, blank=True)
    effective_from = models.DateField("施行日期")
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "共享查询规则"
        verbose_name_plural = "共享查询规则"

    def __str__(self) -> str:
        return self.code


class DutyPurpose(models.Model):
    """A duty for which an agency may look up what is not public. Once approved its scope cannot change (trigger)."""

    code = models.SlugField("代号", max_length=60, unique=True)
    name = models.CharField("目的名称", max_length=100)
    agency = models.ForeignKey(Agency, verbose_name="单位", on_delete=models.PROTECT, related_name="purposes")
    basis = models.ForeignKey(LegalBasis, verbose_name="职责依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=100)
    items = ArrayField(models.CharField(max_length=40), verbose_name="可查事项")
    subject_kinds = ArrayField(
        models.CharField(max_length=16, choices=SubjectKind.choices), verbose_name="主体类别"
    )
    person_proof = models.CharField("自然人查询凭据", max_length=16, choices=choices.PersonProof.choices)
    detail = models.CharField("内容范围", max_length=16, choices=choices.Detail.choices)
    valid_from = models.DateField("有效期自")
    valid_until = models.DateField("有效期至")
    registered_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField("登记时间", db_default=Now())
    approved_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField("审核时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    withdrawn_why = models.CharField("撤销原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "履职目的"
        verbose_name_plural = "履职目的"
        permissions = [
            ("register_purpose", "登记本单位的履职目的"),
            ("approve_purpose", "审核履职目的"),
            ("look_up", "按履职目的查询非公开信息"),
            ("view_lookups", "查看查询登记"),
            ("approve_export", "审批批量导出"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=F("registered_by")), name="purpose_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="purpose_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="purpose_approval_whole",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_why=""),
                name="purpose_withdrawal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(items__len__gt=0) & Q(subject_kinds__len__gt=0), name="purpose_has_scope"
            ),
            models.CheckConstraint(
                condition=Q(subject_kinds__contains=["person"]) & ~Q(person_proof="none")
                | ~Q(subject_kinds__contains=["person"]) & Q(person_proof="none"),
                name="purpose_persons_on_proof",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def state(self, on: date) -> choices.PurposeState:
        return rules.purpose_state(
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            approved=self.approved_at is not None,
            withdrawn=self.withdrawn_at is not None,
            on=on,
        )


class LookUp(models.Model):
    """One look-up, answered or refused: who, for whom, for what, what came of it."""

    receipt = models.CharField("登记号", max_length=24, default=public_id)
    at = models.DateTimeField("时间", db_default=Now())
    kind = models.CharField("方式", max_length=8, choices=choices.LookUpKind.choices)
    agency = models.ForeignKey(
        Agency, verbose_name="查询单位", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    officer = models.ForeignKey(
        Officer, verbose_name="查询人", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(
        ApiClient,
        verbose_name="接口客户端",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    purpose = models.ForeignKey(
        DutyPurpose, verbose_name="履职目的", null=True, on_delete=models.PROTECT, related_name="lookups"
    )
    asked = models.BinaryField(
        "查询对象的摘要", max_length=32, null=True, help_text="带密钥的摘要，不存代码和号码"
    )
    subject = models.ForeignKey(
        "records.Subject", verbose_name="主体", null=True, on_delete=models.PROTECT, related_name="+"
    )
    item_codes = ArrayField(models.CharField(max_length=40), verbose_name="事项", default=list)
    record_count = models.PositiveIntegerField("记录数", default=0)
    document_number = models.CharField("授权文书或者同意书编号", max_length=128, blank=True)
    outcome = models.CharField("结果", max_length=8, choices=choices.Outcome.choices)
    refusal_code = models.CharField("未予答复的原因代码", max_length=40, blank=True)
    keep_until = models.DateField("保存至")
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "查询登记"
        verbose_name_plural = "查询登记"
        indexes = [
            models.Index(fields=["agency", "-id"], name="lookup_agency"),
            # whoever asks at the window who looked them up is found by digest alone
            models.Index(fields=["asked", "-id"], name="lookup_asked", condition=Q(asked__isnull=False)),
        ]
        constraints = [
            # written with every look-up, so no index that nobody asks by (`unique=True` would make two)
            models.UniqueConstraint(fields=["receipt"], name="lookup_receipt"),
            models.CheckConstraint(
                condition=Q(officer__isnull=True, client__isnull=False)
                | Q(officer__isnull=False, client__isnull=True),
                name="lookup_by_one",
            ),
            models.CheckConstraint(
                condition=Q(outcome="answered", refusal_code="")
                & (Q(purpose__isnull=False) | Q(kind__in=["self", "list"]))
                | Q(outcome="refused", record_count=0, subject__isnull=True) & ~Q(refusal_code=""),
                name="lookup_outcome_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.receipt


class ExportRequest(models.Model):
    """A bulk export: asked for by one officer, decided by another, taken once. Persons are never in it."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    purpose = models.ForeignKey(DutyPurpose, on_delete=models.PROTECT, related_name="exports")
    reason = models.CharField("用途", max_length=200)
    requested_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField("申请时间", db_default=Now())
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    granted = models.BooleanField("同意", null=True)
    usable_until = models.DateField("可下载至", null=True, blank=True)
    lookup = models.OneToOneField(
        LookUp, null=True, blank=True, on_delete=models.PROTECT, related_name="export"
    )

    class Meta:
        verbose_name = "批量导出申请"
        verbose_name_plural = "批量导出申请"
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("requested_by")), name="export_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, granted__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, granted__isnull=False, decided_at__isnull=False),
                name="export_decision_whole",
            ),
            models.CheckConstraint(
                condition=Q(lookup__isnull=True) | Q(granted=True), name="export_taken_when_granted"
            ),
            models.CheckConstraint(
                condition=~Q(granted=True) | Q(usable_until__isnull=False), name="export_grant_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    def state(self, on: date) -> choices.ExportState:
        if self.granted is None:
            return choices.ExportState.PENDING
        if not self.granted:
            return choices.ExportState.REFUSED
        if self.lookup_id is not None:
            return choices.ExportState.TAKEN
        lapsed = self.usable_until is None or on > self.usable_until
        return choices.ExportState.LAPSED if lapsed else choices.ExportState.APPROVED
