"""Schemes: the fields in which a list exists, as dated data kept by the credit authority, and refused attempts to add one."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import Agency, ApiClient, Officer
from blacklist import choices
from catalog.models import Dated, LegalBasis, in_force_span


class ListScheme(Dated):
    """One list and its legal frame. The database refuses a fifth field, a city level and too low a basis (G8).

    `authority` is the text people read; `authority_agencies`, `authority_kinds` and `authority_sectors` say who may
    decide (see `blacklist.rules.schemes.competent`).
    """

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
    authority_min_level = models.CharField(
        "认定单位最低层级",
        max_length=16,
        choices=choices.AuthorityLevel.choices,
        default=choices.AuthorityLevel.COUNTY,
    )
    authority_agencies = ArrayField(
        models.CharField(max_length=40), verbose_name="认定单位代号", default=list, blank=True
    )
    authority_kinds = ArrayField(
        models.CharField(max_length=16), verbose_name="认定单位性质", default=list, blank=True
    )
    authority_sectors = ArrayField(
        models.CharField(max_length=32), verbose_name="认定单位监管领域", default=list, blank=True
    )
    grounds = models.TextField("认定情形")
    listing_months = models.PositiveSmallIntegerField("列入期限（月）", null=True, blank=True)
    longest_months = models.PositiveSmallIntegerField(
        "最长列入期限（月）", null=True, blank=True, help_text="法定可以延长的填写；不填即为列入期限"
    )
    listing_text = models.CharField("列入期限说明", max_length=200)
    earliest_removal_months = models.PositiveSmallIntegerField("最早移出（月）", null=True, blank=True)
    removal_text = models.TextField("移出条件")
    # none laid down: whoever ends an entry says the reason in words
    end_reasons = ArrayField(
        models.CharField(max_length=40), verbose_name="移出原因", default=list, blank=True
    )
    hearing = models.BooleanField("当事人可以要求听证", default=False)
    shown_fields = ArrayField(models.CharField(max_length=60), verbose_name="公开内容", default=list)
    persons_public_clause = models.CharField(
        "公开自然人的依据条款", max_length=200, blank=True, help_text="不填即不向社会公开自然人"
    )
    note = models.TextField("说明", blank=True)
    # entered or changed in the workbench: the next load of the reference files leaves every row of this code alone
    maintained = models.BooleanField("由工作台维护", default=False, editable=False)

    class Meta:
        verbose_name = "名单设列"
        verbose_name_plural = "名单设列"
        ordering = ["field", "code"]
        permissions = [("manage_schemes", "管理名单设列")]
        constraints = [
            models.CheckConstraint(
                condition=Q(field__in=choices.SchemeField.values), name="scheme_one_of_four_fields"
            ),
            models.CheckConstraint(
                condition=Q(level__in=choices.SchemeLevel.values), name="scheme_never_city"
            ),
            models.CheckConstraint(
                condition=Q(authority_min_level__in=choices.AuthorityLevel.values),
                name="scheme_county_at_least",
            ),
            ExclusionConstraint(
                name="scheme_one_in_force",
                expressions=[("code", RangeOperators.EQUAL), (in_force_span(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SchemeAttempt(models.Model):
    """An attempt to set up or change a list that was refused; the credit authority sees who tried what, and why not."""

    at = models.DateTimeField("时间", db_default=Now())
    source = models.CharField("方式", max_length=8, choices=choices.Source.choices)
    agency = models.ForeignKey(
        Agency, verbose_name="单位", null=True, on_delete=models.PROTECT, related_name="+"
    )
    officer = models.ForeignKey(
        Officer, verbose_name="工作人员", null=True, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        ApiClient, verbose_name="接口客户端", null=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField("拟设名单", max_length=100)
    field = models.CharField("拟设领域", max_length=60)
    level = models.CharField("拟设层级", max_length=16)
    basis = models.ForeignKey(
        LegalBasis, verbose_name="拟用依据", null=True, on_delete=models.PROTECT, related_name="+"
    )
    authority = models.CharField("拟定认定单位", max_length=100)
    codes = ArrayField(models.CharField(max_length=40), verbose_name="未予通过的原因代码")
    detail = models.TextField("未予通过的原因")

    class Meta:
        verbose_name = "未通过的设列"
        verbose_name_plural = "未通过的设列"
        permissions = [("view_scheme_attempts", "查看未通过的设列")]
        constraints = [
            models.CheckConstraint(condition=Q(codes__len__gt=0), name="scheme_attempt_says_why"),
        ]

    def __str__(self) -> str:
        return self.name
