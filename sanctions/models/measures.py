"""The measure list (失信惩戒措施清单、《鹤岗市奖惩措施清单》): class → measure → content rows, in dated editions.

What a row may be used for is data: `scheme_codes` and `item_codes` (with `conduct_terms`) tie it to lists and records,
`executors` says who is competent, months and `severity` how long and how hard. A row whose code also stands in a newer
edition of a higher level is superseded (`sanctions.selectors.standing`, SQL `sanctions_standing`).
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q

from agencies.models import Officer
from catalog.choices import Severity, SourceMark, SubjectKind
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
    measure_count = models.PositiveSmallIntegerField(
        "应有措施数", default=0, help_text="与实有不符的清单不完整，不得据以答复"
    )

    class Meta:
        verbose_name = "措施清单版本"
        verbose_name_plural = "措施清单版本"
        ordering = ["-effective_from"]
        permissions = [("manage_measures", "管理奖惩措施清单")]
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
    item_codes = ArrayField(
        models.CharField(max_length=40), verbose_name="对应的目录事项", default=list, blank=True
    )
    conduct_terms = ArrayField(
        models.CharField(max_length=60), verbose_name="行为类型用语", default=list, blank=True,
        help_text="目录事项不止一种行为时，记录的行为类型须含其中之一；空为该事项的全部记录",
    )  # fmt: skip
    penalty_types = ArrayField(
        models.CharField(max_length=40), verbose_name="处罚类别", default=list, blank=True,
        help_text="行政处罚记录须有其中一种处罚；空为不限",
    )  # fmt: skip
    by_decision = models.BooleanField(
        "须另作决定", default=False, help_text="须由实施主体作出决定才对当事人生效，比对时只显示已经决定的"
    )
    reaches_head = models.BooleanField(
        "及于负责人", default=False,
        help_text="法律写明对象包括单位的法定代表人、主要负责人的，可以依据单位的事实对其本人实施",
    )  # fmt: skip
    severity = models.PositiveSmallIntegerField("力度", choices=Severity.choices, default=Severity.HEAVY)
    basis = models.ForeignKey(
        LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="measures"
    )
    basis_clause = models.CharField("依据条款", max_length=100)
    executing_body = models.CharField("实施主体", max_length=200)
    executors = ArrayField(
        models.CharField(max_length=32), verbose_name="实施主体范围", default=list, blank=True,
        help_text="监管领域；@court 为人民法院，* 为县级以上行政机关；空为公共管理机构以外的组织",
    )  # fmt: skip
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
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="measure_severity_known"),
            models.CheckConstraint(
                # nobody the administration could order executes class C (plan, item 10)
                condition=~Q(measure_class="C") | Q(executors=[]),
                name="measure_class_c_has_no_executor",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def can_be_ordered(self) -> bool:
        return self.measure_class != choices.MeasureClass.C


class MeasureDraft(models.Model):
    """An edition being prepared: one document beside the list, not a row in it (see ADR 0009 for why)."""

    level = models.CharField("层级", max_length=16, choices=choices.MeasureLevel.choices)
    name = models.CharField("名称", max_length=200)
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT)
    effective_from = models.DateField("施行日期")
    mark = models.CharField("核对情况", max_length=16, choices=SourceMark.choices)
    note = models.TextField("说明", blank=True)
    measures = models.JSONField("措施", default=list, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField("最近修改", auto_now=True)
    changed_by = models.ForeignKey(
        Officer, verbose_name="修改人", on_delete=models.PROTECT, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = "措施清单草稿"
        verbose_name_plural = "措施清单草稿"
        ordering = ["-changed_at", "-id"]

    def __str__(self) -> str:
        return self.name


class ListState(models.Model):
    """One row: the version of everything an answer rests on, raised by triggers of the tables themselves.

    `answers` is the shape of answers this database is made for; a worker that was started from another release compares
    it with its own and declines.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=1)
    answers = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="list_state_is_one_row")]
