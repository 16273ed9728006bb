"""The measure list (失信惩戒措施清单、《鹤岗市奖惩措施清单》): class → measure → content rows, in dated editions."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q

from catalog.choices import SourceMark, SubjectKind
from catalog.models import Dated, LegalBasis, in_force_span
from sanctions import choices


class MeasureEdition(Dated):
    """One edition of a measure list; a newer superior list prevails (plan, item 9)."""

    code = models.SlugField("代号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=200)
    level = models.CharField("层级", max_length=16, choices=choices.MeasureLevel.choices)
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT)
    effective_from = models.DateField("施行日期")
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "措施清单版本"
        verbose_name_plural = "措施清单版本"
        ordering = ["-effective_from"]
        constraints = [
            ExclusionConstraint(
                name="measure_edition_one_in_force",
                expressions=[("level", RangeOperators.EQUAL), (in_force_span(), RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return self.name


class Measure(models.Model):
    """One content row: what, against whom, on which clause, by whom, for how long, for which conduct."""

    edition = models.ForeignKey(MeasureEdition, on_delete=models.PROTECT, related_name="measures")
    code = models.SlugField("代号", max_length=60)
    measure_class = models.CharField("类别", max_length=1, choices=choices.MeasureClass.choices)
    name = models.CharField("措施", max_length=100)
    content = models.TextField("内容")
    target = models.CharField("对象", max_length=300)
    subject_kinds = ArrayField(
        models.CharField(max_length=16, choices=SubjectKind.choices), verbose_name="主体类别", default=list
    )
    conduct = models.CharField("对应的失信行为", max_length=300)
    scheme_codes = ArrayField(
        models.CharField(max_length=40), verbose_name="对应的名单", default=list, blank=True
    )
    basis = models.ForeignKey(
        LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="measures"
    )
    basis_clause = models.CharField("依据条款", max_length=100)
    executing_body = models.CharField("实施主体", max_length=200)
    min_months = models.PositiveSmallIntegerField("最短期限（月）", null=True, blank=True)
    max_months = models.PositiveSmallIntegerField("最长期限（月）", null=True, blank=True)
    period_text = models.CharField("期限", max_length=100)
    mark = models.CharField("核对情况", max_length=16, choices=SourceMark.choices)

    class Meta:
        verbose_name = "奖惩措施"
        verbose_name_plural = "奖惩措施"
        ordering = ["edition", "measure_class", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="measure_once_per_edition"),
            models.CheckConstraint(
                condition=Q(measure_class__in=choices.MeasureClass.values), name="measure_class_known"
            ),
            models.CheckConstraint(
                condition=Q(min_months__isnull=True)
                | Q(max_months__isnull=True)
                | Q(min_months__lte=models.F("max_months")),
                name="measure_months_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name
