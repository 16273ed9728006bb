"""Schemes: the fields in which a serious-dishonesty list (严重失信主体名单) exists, as dated reference data."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q

from blacklist import choices
from catalog.models import Dated, LegalBasis, in_force_span


class ListScheme(Dated):
    """One list and its legal frame. The database refuses a fifth field, a city level and too low a basis (G8)."""

    code = models.SlugField("代号", max_length=40)
    name = models.CharField("名单名称", max_length=100)
    field = models.CharField("设列领域", max_length=32, choices=choices.SchemeField.choices)
    level = models.CharField("层级", max_length=16, choices=choices.SchemeLevel.choices)
    basis = models.ForeignKey(
        LegalBasis, verbose_name="认定标准依据", on_delete=models.PROTECT, related_name="schemes"
    )
    basis_clause = models.CharField("依据条款", max_length=200, blank=True)
    procedure_text = models.CharField("管理办法", max_length=200, blank=True)
    authority = models.CharField("认定单位", max_length=100)
    authority_min_level = models.CharField("认定单位最低层级", max_length=16, default="county")
    grounds = models.TextField("认定情形")
    listing_months = models.PositiveSmallIntegerField("列入期限（月）", null=True, blank=True)
    listing_text = models.CharField("列入期限说明", max_length=200)
    earliest_removal_months = models.PositiveSmallIntegerField("最早移出（月）", null=True, blank=True)
    removal_text = models.TextField("移出条件")
    shown_fields = ArrayField(models.CharField(max_length=60), verbose_name="公开内容", default=list)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "名单设列"
        verbose_name_plural = "名单设列"
        ordering = ["field", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(field__in=choices.SchemeField.values), name="scheme_one_of_four_fields"
            ),
            models.CheckConstraint(
                condition=Q(level__in=choices.SchemeLevel.values), name="scheme_never_city"
            ),
            ExclusionConstraint(
                name="scheme_one_in_force",
                expressions=[("code", RangeOperators.EQUAL), (in_force_span(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.name
