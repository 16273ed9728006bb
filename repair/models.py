"""Repair rules: under which regulation what can be repaired, from when, by whom, with what, in how many days."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from catalog.choices import SourceMark
from catalog.models import LegalBasis, PublicationRegime


class RepairRule(models.Model):
    """The repair side of one publication regime. The minimum period itself stands in the regime's tiers."""

    regime = models.OneToOneField(PublicationRegime, on_delete=models.CASCADE, related_name="repair_rule")
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=100, blank=True)
    conditions = ArrayField(models.CharField(max_length=200), verbose_name="修复条件")
    materials = ArrayField(models.CharField(max_length=200), verbose_name="申请材料")
    decided_by = models.CharField("决定单位", max_length=100)
    apply_at = models.CharField("受理渠道", max_length=200)
    accept_within_workdays = models.PositiveSmallIntegerField("受理期限（工作日）", null=True, blank=True)
    decide_within_workdays = models.PositiveSmallIntegerField("办理期限（工作日）", null=True, blank=True)
    effect = models.CharField("修复效果", max_length=300)
    irreparable = ArrayField(
        models.CharField(max_length=200), verbose_name="不可修复的情形", default=list, blank=True
    )
    mark = models.CharField("核对情况", max_length=16, choices=SourceMark.choices)

    class Meta:
        verbose_name = "信用修复规则"
        verbose_name_plural = "信用修复规则"
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=""), name="repair_rule_names_the_unit"),
        ]

    def __str__(self) -> str:
        return self.regime.name
