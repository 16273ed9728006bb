"""What may be recorded: legal bases, editions, items, fields, providers, publication regimes. All dated data.

An item row belongs to one edition and is in force while `effective_from <= day <= effective_until` (null = open). The
same `code` comes back in a later edition as a new row; a record keeps the row in force on its decision date. Forms,
column checks and API validation are built from FieldDefinition rows: a new item needs no release.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Func, Q, Value
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from agencies.models import Agency, Officer
from catalog import choices


def in_force_constraint(name: str, *same: str) -> ExclusionConstraint:
    """No two rows that agree in `same` are in force on one day."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((field, RangeOperators.EQUAL) for field in same),
            (in_force_span(), RangeOperators.OVERLAPS),
        ],
    )


def in_force_span() -> Func:
    """SQL daterange from effective_from to effective_until, both ends included."""
    return Func("effective_from", "effective_until", Value("[]"), function="daterange")


class Dated(models.Model):
    """A rule in force from one day to another, with whether its source was checked."""

    effective_from = models.DateField("生效日期")
    effective_until = models.DateField("失效日期", null=True, blank=True)
    mark = models.CharField("核对情况", max_length=16, choices=choices.SourceMark.choices)

    class Meta:
        abstract = True


class LegalBasis(models.Model):
    """A law, regulation or policy that something here stands on."""

    code = models.SlugField("代号", max_length=60, unique=True)
    name = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=100, blank=True)
    level = models.CharField("效力层级", max_length=32, choices=choices.BasisLevel.choices)
    effective_from = models.DateField("施行日期", null=True, blank=True)
    effective_until = models.DateField("失效日期", null=True, blank=True)
    mark = models.CharField("核对情况", max_length=16, choices=choices.SourceMark.choices)
    note = models.TextField("说明", blank=True)
    # entered or changed in the workbench: the next load of the reference files leaves it alone
    maintained = models.BooleanField("由工作台维护", default=False)

    class Meta:
        verbose_name = "法规政策依据"
        verbose_name_plural = "法规政策依据"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=choices.BasisLevel.values), name="basis_level_known"
            ),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True)
                | Q(effective_from__isnull=True)
                | Q(effective_until__gte=models.F("effective_from")),
                name="basis_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"《{self.name}》" + (f"（{self.number}）" if self.number else "")


class CatalogEdition(Dated):
    """One edition of the catalog. The level has no city value and the database refuses any other (G1)."""

    code = models.SlugField("代号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=200)
    level = models.CharField("层级", max_length=32, choices=choices.EditionLevel.choices)
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT)
    effective_from = models.DateField("施行日期")
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "目录版本"
        verbose_name_plural = "目录版本"
        ordering = ["-effective_from", "id"]
        permissions = [("manage_catalog", "管理公共信用信息目录")]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=choices.EditionLevel.values), name="edition_level_never_city"
            ),
            ExclusionConstraint(
                name="edition_one_in_force_per_level",
                expressions=[("level", RangeOperators.EQUAL), (in_force_span(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EditionDraft(models.Model):
    """An edition being prepared: one document that stands beside the catalog, not a row in it.

    `items` is what `catalog.content` dumps. Publishing turns it into rows; until then no selector, gate or constraint of
    the catalog can meet it. `version` lets a second officer see that the first has changed it meanwhile.
    """

    level = models.CharField("层级", max_length=32, choices=choices.EditionLevel.choices)
    name = models.CharField("名称", max_length=200)
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT)
    effective_from = models.DateField("施行日期")
    mark = models.CharField("核对情况", max_length=16, choices=choices.SourceMark.choices)
    note = models.TextField("说明", blank=True)
    items = models.JSONField("事项", default=list, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField("最近修改", auto_now=True)
    changed_by = models.ForeignKey(Officer, verbose_name="修改人", on_delete=models.PROTECT, editable=False)

    class Meta:
        verbose_name = "目录版本草稿"
        verbose_name_plural = "目录版本草稿"
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=choices.EditionLevel.values), name="draft_level_never_city"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DocumentKind(Dated):
    """A kind of document and whether dishonest conduct may be determined on it (plan, item 2), from one day to another.

    The day asked about is that of the document's decision. A change is a new row of the same name after the old one ended.
    """

    code = models.SlugField("代号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=100)
    lawful = models.BooleanField("可作为失信认定依据")
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_text = models.CharField("依据条款和内容", max_length=200)
    # entered or ended in the workbench: the next load of the reference files leaves it alone
    maintained = models.BooleanField("由工作台维护", default=False, editable=False)

    class Meta:
        verbose_name = "文书种类"
        verbose_name_plural = "文书种类"
        ordering = ["id"]
        constraints = [
            in_force_constraint("document_kind_one_in_force", "name"),
            models.CheckConstraint(condition=~models.Q(basis_text=""), name="document_kind_says_why"),
        ]

    def __str__(self) -> str:
        return self.name


class CatalogItem(Dated):
    """One item with its eight attributes (黑政办规〔2021〕31号 一（二）) and what the platform needs to apply them."""

    edition = models.ForeignKey(
        CatalogEdition, verbose_name="目录版本", on_delete=models.PROTECT, related_name="items"
    )
    code = models.SlugField("事项代码", max_length=40)
    name = models.CharField("事项名称", max_length=100)
    category = models.CharField("目录类别", max_length=60)
    order = models.PositiveSmallIntegerField("排序", default=0)
    # the eight attributes
    conduct = models.TextField("信息对应的具体行为")
    provider = models.CharField("提供单位", max_length=200)
    data_source = models.CharField("数据来源", max_length=100)
    nature = models.CharField("性质分类", max_length=16, choices=choices.Nature.choices)
    sharing = models.CharField("共享属性", max_length=16, choices=choices.Sharing.choices)
    publicity = models.CharField("公开属性", max_length=16, choices=choices.Publicity.choices)
    period_rule = models.CharField("公示期限", max_length=200)
    update_cycle = models.CharField("更新周期", max_length=20)
    # basis
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="items")
    basis_clause = models.CharField("依据条款", max_length=100, blank=True)
    # how the platform applies them
    subject_kinds = ArrayField(
        models.CharField(max_length=16, choices=choices.SubjectKind.choices), verbose_name="主体类别"
    )
    period_kind = models.CharField("公示期限类型", max_length=16, choices=choices.PeriodKind.choices)
    period_months = models.PositiveSmallIntegerField("固定公示月数", null=True, blank=True)
    asks_procedure = models.BooleanField("区分适用程序", default=False)
    document_kind = models.ForeignKey(
        DocumentKind, verbose_name="默认文书种类", null=True, blank=True, on_delete=models.PROTECT
    )
    report_within_workdays = models.PositiveSmallIntegerField(
        "报送期限（工作日）", help_text="没有期限的填 0"
    )
    # natural persons: collected, and published, only on a clause of their own (plan, items 4 and 13)
    person_basis = models.ForeignKey(
        LegalBasis,
        verbose_name="自然人归集依据",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    person_basis_clause = models.CharField("自然人归集依据条款", max_length=100, blank=True)
    person_publication_basis = models.ForeignKey(
        LegalBasis,
        verbose_name="自然人公开依据",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    person_publication_clause = models.CharField("自然人公开依据条款", max_length=100, blank=True)
    # what its columns, codes and dates are held to; empty: the item's own basis
    form_basis = models.CharField("报送内容的数据标准", max_length=100, blank=True)
    # numbered documents, whose gaps are asked about, and the units' figures (应公示，尽公示: plan, item 5)
    double_publicity = models.BooleanField("按“双公示”监测", default=False)
    only_route = models.CharField("限定的渠道", max_length=32, choices=choices.Route.choices, blank=True)

    class Meta:
        verbose_name = "目录事项"
        verbose_name_plural = "目录事项"
        ordering = ["order", "code", "-effective_from"]
        permissions = [("submit_item", "报送该事项")]
        constraints = [
            ExclusionConstraint(
                name="item_one_in_force_per_code",
                expressions=[("code", RangeOperators.EQUAL), (in_force_span(), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=~Q(publicity="public", period_kind="never"), name="item_public_has_a_period"
            ),
            models.CheckConstraint(
                condition=~Q(period_kind="fixed", period_months__isnull=True),
                name="item_fixed_period_has_months",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FieldDefinition(models.Model):
    """One column of an item. `conditions` is a list of rules, see `catalog.conditions`."""

    item = models.ForeignKey(CatalogItem, on_delete=models.CASCADE, related_name="fields")
    code = models.CharField("字段代码", max_length=40)
    label = models.CharField("字段名称", max_length=100)
    order = models.PositiveSmallIntegerField("排序")
    type = models.CharField("类型", max_length=16, choices=choices.FieldType.choices)
    max_length = models.PositiveIntegerField("最大长度", null=True, blank=True)
    digits = models.PositiveSmallIntegerField("总位数", null=True, blank=True)
    decimals = models.PositiveSmallIntegerField("小数位数", null=True, blank=True)
    required = models.CharField("必填", max_length=16, choices=choices.Required.choices)
    values = ArrayField(models.CharField(max_length=100), verbose_name="取值", default=list, blank=True)
    value_labels = models.JSONField("取值说明", default=dict, blank=True)
    conditions = models.JSONField("条件", default=list, blank=True)
    role = models.CharField("用途", max_length=40, choices=choices.FieldRole.choices, blank=True)
    exposure = models.CharField("公开方式", max_length=16, choices=choices.Exposure.choices)
    rule_text = models.CharField("填写要求", max_length=300, blank=True)
    example = models.CharField("示例", max_length=300, blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)

    class Meta:
        verbose_name = "字段"
        verbose_name_plural = "字段"
        ordering = ["item", "order"]
        constraints = [
            models.UniqueConstraint(fields=["item", "code"], name="field_code_once_per_item"),
            models.UniqueConstraint(fields=["item", "label"], name="field_label_once_per_item"),
            models.UniqueConstraint(
                fields=["item", "role"],
                condition=~Q(role__in=["", "subject_code"]),
                name="field_role_once_per_item",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ProviderRoute(models.Model):
    """Which agency may hand in which item, and by which of the six routes (plan, item 3). Keyed by item code: a new
    edition of an item does not silently take the right away; dates do."""

    item_code = models.SlugField("事项代码", max_length=40, db_index=True)
    agency = models.ForeignKey(Agency, verbose_name="单位", on_delete=models.PROTECT, related_name="routes")
    route = models.CharField("渠道", max_length=32, choices=choices.Route.choices)
    effective_from = models.DateField("生效日期")
    effective_until = models.DateField("失效日期", null=True, blank=True)
    agreement = models.CharField("约定文号", max_length=100, blank=True)

    class Meta:
        verbose_name = "报送渠道"
        verbose_name_plural = "报送渠道"
        constraints = [
            ExclusionConstraint(
                name="route_one_in_force",
                expressions=[
                    ("item_code", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    (in_force_span(), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(route="utility", agreement=""), name="route_utility_needs_agreement"
            ),
        ]


class PublicationRegime(models.Model):
    """A regulation on publication periods, by decision date and, where it says so, by sector (more specific wins)."""

    code = models.SlugField("代号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=200)
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT)
    effective_from = models.DateField("适用的决定日期自")
    effective_until = models.DateField("适用的决定日期至", null=True, blank=True)
    sector = models.CharField("适用领域（空为全部）", max_length=32, blank=True)
    start_from = models.CharField(
        "起算日", max_length=16, choices=choices.PeriodStart.choices, default=choices.PeriodStart.DECISION
    )
    start_text = models.CharField("公示期起算", max_length=100)
    mark = models.CharField("核对情况", max_length=16, choices=choices.SourceMark.choices)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "公示期限规定"
        verbose_name_plural = "公示期限规定"
        ordering = ["-effective_from", "code"]
        constraints = [
            ExclusionConstraint(
                name="regime_one_in_force_per_scope",
                expressions=[("sector", RangeOperators.EQUAL), (in_force_span(), RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return self.name


class PublicationTier(models.Model):
    """Period of a set of penalty types under a regime; several types in one decision: the longest governs."""

    regime = models.ForeignKey(PublicationRegime, on_delete=models.CASCADE, related_name="tiers")
    name = models.CharField("档次", max_length=40)
    rank = models.PositiveSmallIntegerField("轻重次序")
    penalty_types = ArrayField(models.CharField(max_length=40), verbose_name="处罚类别")
    sectors = ArrayField(
        models.CharField(max_length=32), verbose_name="领域（空为全部）", default=list, blank=True
    )
    shown = models.BooleanField("向社会公示")
    min_months = models.PositiveSmallIntegerField("最短公示月数")
    max_months = models.PositiveSmallIntegerField("最长公示月数")
    # beside which the measures on it are weighed (plan, item 10)
    severity = models.PositiveSmallIntegerField("行为轻重", choices=choices.Severity.choices)
    basis_clause = models.CharField("依据条款", max_length=200)
    mark = models.CharField("核对情况", max_length=16, choices=choices.SourceMark.choices)

    class Meta:
        verbose_name = "公示期限档次"
        verbose_name_plural = "公示期限档次"
        ordering = ["regime", "rank"]
        constraints = [
            models.CheckConstraint(
                condition=Q(min_months__lte=models.F("max_months")), name="tier_months_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.regime.name} · {self.name}"


class CatalogItemUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(CatalogItem, on_delete=models.CASCADE)


class CatalogItemGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(CatalogItem, on_delete=models.CASCADE)


# Last: the models of deadlines refer to those above by name.
from catalog.deadlines import models as deadline_models  # noqa: E402, F401
