"""One clock of the law, from one day to another."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Func, Q, Value

from catalog.choices import SourceMark, TimeUnit
from catalog.models import LegalBasis


class DeadlineRule(models.Model):
    """What the law gives for one step. The same `code` comes back as a new row when the period changes."""

    code = models.SlugField("代号", max_length=60)
    name = models.CharField("期限名称", max_length=100)
    # a period of one sector goes before the general one
    special_of = models.SlugField("代替的期限", max_length=60, blank=True)
    sector = models.CharField("适用领域（空为全部）", max_length=32, blank=True)
    amount = models.PositiveSmallIntegerField("长度")
    unit = models.CharField("单位", max_length=8, choices=TimeUnit.choices)
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=200, blank=True)
    effective_from = models.DateField("施行日期")
    effective_until = models.DateField("失效日期", null=True, blank=True)
    mark = models.CharField("核对情况", max_length=16, choices=SourceMark.choices)
    note = models.TextField("说明", blank=True)
    # set in the workbench: the next load of the reference files leaves every row of this code alone
    maintained = models.BooleanField("由工作台维护", default=False, editable=False)

    class Meta:
        verbose_name = "办理期限"
        verbose_name_plural = "办理期限"
        ordering = ["code", "-effective_from"]
        constraints = [
            models.CheckConstraint(condition=Q(unit__in=TimeUnit.values), name="deadline_unit_known"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="deadline_not_empty"),
            ExclusionConstraint(
                name="deadline_one_in_force",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (
                        Func("effective_from", "effective_until", Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def length(self) -> str:
        """In words: 3个工作日."""
        return f"{self.amount}{self.get_unit_display()}"
