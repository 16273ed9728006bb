"""Requests to erase, what was decided about each holding, and the dated rules of retention.

The identity of the person stands sealed in the request and is gone once erasure is granted; lines name rows by number
alone. Neither a decision nor the fate of a holding can be changed afterwards (trigger).
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Agency, Officer
from catalog.models import Dated, LegalBasis, in_force_constraint
from common.db import RandomUUID
from records.erasure import choices
from records.erasure.choices import ErasureState, Fate
from records.models import Subject


class RetentionRule(Dated):
    """How long something about a person is still stored after its handling is over."""

    code = models.SlugField("代号", max_length=40, unique=True)
    kept = models.CharField("保存对象", max_length=24, choices=choices.Kept.choices)
    keep_months = models.PositiveSmallIntegerField("处理结束后保存月数", help_text="0：立即删除")
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=100, blank=True)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "个人信息保存期限"
        verbose_name_plural = "个人信息保存期限"
        ordering = ["kept", "-effective_from"]
        constraints = [in_force_constraint("retention_one_in_force", "kept")]

    def __str__(self) -> str:
        return self.code

    @property
    def cited(self) -> str:
        return f"{self.basis}{self.basis_clause}"


class Erasure(models.Model):
    """One request to erase, and the decision on it."""

    number = models.CharField("受理编号", max_length=20, unique=True)
    code_digest = models.BinaryField("查询码的摘要", max_length=32)
    # the person: `key` as of subjects; both are overwritten when erasure is granted
    key = models.CharField("识别键", max_length=140)
    secret = models.BinaryField("姓名、证件和说明（加密）", null=True)
    subject = models.ForeignKey(
        Subject, verbose_name="主体", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ground = models.CharField("情形", max_length=16, choices=choices.Ground.choices)
    asked_by = models.CharField("提出", max_length=16, choices=choices.AskedBy.choices)
    agency = models.ForeignKey(Agency, verbose_name="受理单位", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, verbose_name="受理人", on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField("提出日期")
    due = models.DateField("决定期限")
    decided_by = models.ForeignKey(
        Officer, verbose_name="决定人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField("决定日期", null=True, blank=True)
    granted = models.BooleanField("同意删除", null=True)
    reason = models.CharField("决定理由", max_length=300, blank=True, help_text="不写姓名、证件号码")
    basis = models.CharField("决定依据", max_length=200, blank=True)
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)
    asked_at = models.DateTimeField("登记时间", db_default=Now())

    class Meta:
        verbose_name = "删除个人信息"
        verbose_name_plural = "删除个人信息"
        permissions = [("decide_erasure", "决定删除个人信息")]
        indexes = [models.Index(fields=["due", "id"], name="erasure_open", condition=Q(granted__isnull=True))]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("officer")),
                name="erasure_two_officers",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_on__isnull=True, granted__isnull=True)
                | Q(decided_by__isnull=False, decided_on__isnull=False, granted__isnull=False)
                & ~Q(reason="")
                & ~Q(basis=""),
                name="erasure_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(granted=True) | Q(secret__isnull=True, key=""),
                name="erasure_forgets_the_person",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def state(self) -> ErasureState:
        """By its lines; prefetch them where many are shown."""
        if self.granted is None:
            return ErasureState.ASKED
        if not self.granted:
            return ErasureState.REFUSED
        waiting = [line for line in self.lines.all() if line.fate == Fate.STORE and line.erased_at is None]
        return ErasureState.PARTLY if waiting else ErasureState.DONE


class ErasureLine(models.Model):
    """The fate of one holding. `erased_at` is written by the database's own erasing function alone."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="lines", db_index=False)
    holding = models.CharField("保存处", max_length=16, choices=choices.Holding.choices)
    object_id = models.BigIntegerField("编号")
    fate = models.CharField("处理", max_length=8, choices=Fate.choices)
    until = models.DateField("保存至", null=True, blank=True)
    why = models.CharField("理由", max_length=400)
    erased_at = models.DateTimeField("删除时间", null=True, blank=True)

    class Meta:
        verbose_name = "删除清单"
        verbose_name_plural = "删除清单"
        indexes = [
            models.Index(fields=["holding", "object_id"], name="erasure_object", condition=~Q(fate="stay")),
            models.Index(fields=["until", "id"], name="erasure_waiting", condition=Q(erased_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["erasure", "holding", "object_id"], name="erasure_line_once"),
            models.CheckConstraint(
                condition=Q(holding__in=choices.Holding.values, fate__in=Fate.values) & ~Q(why=""),
                name="erasure_line_whole",
            ),
            models.CheckConstraint(
                condition=Q(fate="store", until__isnull=False) | ~Q(fate="store") & Q(until__isnull=True),
                name="erasure_stored_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holding} {self.object_id}"
