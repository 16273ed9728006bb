"""Repair rules, and the cases in which somebody asks: repair, objection, its review, masking during reorganisation.

One table of cases for all four, because they share everything an applicant and an officer see of them: acceptance number,
query code, materials, clocks, hand-over, decision with reasons. What differs (clock, materials, effect) is a matter of the
rules. Names, numbers and free text of applicants are sealed in `secret`; the query code is kept as a keyed digest.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Agency, ApiClient, Officer
from blacklist.models import ListEntry, ListScheme
from catalog.choices import SubjectKind
from catalog.models import Dated, LegalBasis, PublicationRegime, in_force_span
from common.db import RandomUUID
from common.models import StoredFile
from records.models import CreditRecord, Subject
from repair import choices

_OPEN = Q(state__in=[state.value for state in choices.OPEN])
_ONE_AT_A_TIME = ["repair", "review", "reorganisation"]
_DECIDED = Q(state__in=[state.value for state in choices.DECIDED])


class RepairRule(Dated):
    """The repair side of one publication regime, catalog item or list scheme; with none of them, of everything else.

    The minimum of a penalty stands in the tiers of its regime, that of other things in `min_months`. The row in force on
    the day of the application governs; a change in the workbench is a new row.
    """

    code = models.SlugField("代号", max_length=40)
    name = models.CharField("适用于", max_length=200)
    regime = models.ForeignKey(
        PublicationRegime, null=True, blank=True, on_delete=models.CASCADE, related_name="repair_rules"
    )
    item_code = models.CharField("目录事项代码", max_length=40, blank=True)
    for_lists = models.BooleanField("事项为名单，没有另行规定的名单适用", default=False)
    scheme = models.ForeignKey(
        ListScheme, null=True, blank=True, on_delete=models.CASCADE, related_name="repair_rules"
    )
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=100, blank=True)
    conditions = ArrayField(models.CharField(max_length=200), verbose_name="修复条件")
    materials = ArrayField(models.CharField(max_length=200), verbose_name="申请材料")
    decided_by = models.CharField("决定单位", max_length=100)
    apply_at = models.CharField("受理渠道", max_length=200)
    effect = models.CharField("修复效果", max_length=300)
    min_months = models.PositiveSmallIntegerField("最短期限（月）", null=True, blank=True)
    irreparable_all = models.BooleanField("整类不可修复", default=False)
    irreparable_types = ArrayField(
        models.CharField(max_length=40), verbose_name="不可修复的处罚类别", default=list, blank=True
    )
    time_bound_types = ArrayField(
        models.CharField(max_length=40), verbose_name="附带期限的处罚类别", default=list, blank=True
    )
    irreparable = ArrayField(
        models.CharField(max_length=200), verbose_name="不可修复的情形", default=list, blank=True
    )
    bar_months = models.PositiveSmallIntegerField("承诺不实后不适用承诺修复（月）", null=True, blank=True)
    maintained = models.BooleanField("由工作台维护", default=False, editable=False)

    class Meta:
        verbose_name = "信用修复规则"
        verbose_name_plural = "信用修复规则"
        permissions = [("manage_repair_rules", "维护信用修复规则")]
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=""), name="repair_rule_names_the_unit"),
            ExclusionConstraint(
                name="repair_rule_one_in_force",
                expressions=[("code", RangeOperators.EQUAL), (in_force_span(), RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="repair_rule_one_for_lists",
                expressions=[(in_force_span(), RangeOperators.OVERLAPS)],
                condition=Q(for_lists=True),
            ),
            models.CheckConstraint(
                condition=Q(for_lists=False) | ~Q(item_code=""), name="repair_rule_for_lists_names_item"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Case(models.Model):
    """One application or objection, from its acceptance number to its decision. Its end cannot be changed (trigger)."""

    number = models.CharField("受理编号", max_length=24, unique=True)
    code_digest = models.BinaryField("查询码的摘要", max_length=32)
    kind = models.CharField("类别", max_length=16, choices=choices.Kind.choices)
    state = models.CharField(
        "状态", max_length=16, choices=choices.State.choices, default=choices.State.FILED
    )
    version = models.PositiveIntegerField("版本", default=1)
    record = models.ForeignKey(
        CreditRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    entry = models.ForeignKey(
        ListEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    subject = models.ForeignKey(
        Subject, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    agency = models.ForeignKey(
        Agency, verbose_name="办理单位", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    handed_over_why = models.CharField("转交的依据", max_length=300, blank=True)
    channel = models.CharField("渠道", max_length=16, choices=choices.Channel.choices)
    external_number = models.CharField("转办编号", max_length=64, blank=True)
    client = models.ForeignKey(
        ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    entered_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    previous = models.ForeignKey(
        "self", verbose_name="前次申请", null=True, blank=True, on_delete=models.PROTECT, related_name="later"
    )
    grounds = models.CharField("异议理由", max_length=16, choices=choices.Ground.choices, blank=True)
    source = models.CharField("差错来源", max_length=16, choices=choices.Source.choices, blank=True)
    secret = models.BinaryField("申请人信息和陈述")
    minimum_until = models.DateField("最短期限至", null=True, blank=True)
    filed_on = models.DateField("申请日期")
    filed_at = models.DateTimeField("申请时间", db_default=Now())
    due = models.DateField("办理期限", default=choices.NO_CLOCK, help_text="没有期限在走时为最后一天")
    decide_by = models.DateField("决定期限", null=True, blank=True)
    missing = ArrayField(models.CharField(max_length=200), verbose_name="需要补正", default=list, blank=True)
    returned_on = models.DateField("告知补正日期", null=True, blank=True)
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    extended_why = models.CharField("延长的理由", max_length=300, blank=True)
    decided_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_on = models.DateField("决定日期", null=True, blank=True)
    reasons = models.TextField("决定的理由", blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    remedy = models.CharField("更正方式", max_length=16, choices=choices.Remedy.choices, blank=True)
    masked_until = models.DateField("临时屏蔽至", null=True, blank=True)
    completed_on = models.DateField("重整计划执行完毕日期", null=True, blank=True)
    acknowledged_at = models.DateTimeField("主管部门知悉时间", null=True, blank=True)
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "修复和异议"
        verbose_name_plural = "修复和异议"
        permissions = [
            ("handle_case", "办理本单位的修复和异议"),
            ("decide_case", "决定本单位的修复和异议"),
            ("enter_case", "在服务窗口代为录入"),
            ("view_all_cases", "查看全部单位的修复和异议"),
            ("route_case", "指定办理单位"),
        ]
        indexes = [
            models.Index(fields=["agency", "due", "id"], name="case_inbox", condition=_OPEN),
            models.Index(fields=["due", "id"], name="case_due", condition=_OPEN),
            models.Index(fields=["agency", "-id"], name="case_agency"),
            models.Index(fields=["record"], name="case_record", condition=Q(record__isnull=False)),
            models.Index(fields=["entry"], name="case_entry", condition=Q(entry__isnull=False)),
            models.Index(fields=["subject"], name="case_subject"),
            models.Index(
                fields=["closed_on", "id"], name="case_closed", condition=Q(closed_on__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "kind"],
                condition=_OPEN & Q(record__isnull=False, kind__in=_ONE_AT_A_TIME),
                name="case_one_open",
            ),
            models.UniqueConstraint(
                fields=["entry", "kind"],
                condition=_OPEN & Q(entry__isnull=False, kind__in=_ONE_AT_A_TIME),
                name="case_one_open_of_entry",
            ),
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(record__isnull=False, kind="repair", state="granted"),
                name="case_repaired_once",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(entry__isnull=False, kind="repair", state="granted"),
                name="case_entry_repaired_once",
            ),
            models.CheckConstraint(
                condition=Q(record__isnull=False, entry__isnull=True, subject__isnull=False)
                | Q(record__isnull=True, entry__isnull=False, subject__isnull=False)
                | Q(record__isnull=True, entry__isnull=True, kind="objection", grounds="omitted")
                | Q(record__isnull=True, entry__isnull=True, kind="review", previous__isnull=False),
                name="case_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["client", "external_number"],
                condition=~Q(external_number=""),
                name="case_external_once",
            ),
            models.CheckConstraint(
                condition=~_DECIDED
                | Q(decided_by__isnull=False, decided_on__isnull=False, accepted_on__isnull=False)
                & ~Q(reasons=""),
                name="case_decision_whole",
            ),
            models.CheckConstraint(
                condition=_OPEN & Q(closed_on__isnull=True) | ~_OPEN & Q(closed_on__isnull=False),
                name="case_closed_or_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reasons=""), name="case_declined_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(missing__len__gt=0, returned_on__isnull=False),
                name="case_returned_says_what",
            ),
            models.CheckConstraint(
                condition=Q(kind="objection") & ~Q(grounds="") & ~Q(source="") | ~Q(kind="objection"),
                name="case_objection_has_ground",
            ),
            models.CheckConstraint(
                condition=Q(channel="national") & Q(client__isnull=False)
                | Q(channel="window") & Q(entered_by__isnull=False)
                | Q(channel="portal"),
                name="case_channel_names_whom",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=choices.Kind.values, state__in=choices.State.values),
                name="case_values_known",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in choices.OPEN


class Omission(models.Model):
    """What somebody misses (遗漏): information that should have been handed in and never was. Once the objection is found
    right, `record` is what was handed in meanwhile, through the gates of every hand-in; an objection makes no record.

    `key` as of `Subject.key`; the subject itself may be unknown to the platform and is not made known by an objection.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="omission")
    party = models.CharField("主体类别", max_length=16, choices=SubjectKind.choices)
    key = models.CharField("识别键", max_length=140)
    shown_name = models.CharField("名称", max_length=200, help_text="自然人为脱敏姓名")
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    item_code = models.CharField("事项代码", max_length=40)
    item_name = models.CharField("事项", max_length=200)
    document_number = models.CharField("文书号", max_length=128, blank=True)
    issuer_name = models.CharField("作出单位", max_length=200)
    issued_on = models.DateField("作出日期", null=True, blank=True)
    record = models.ForeignKey(
        CreditRecord, verbose_name="已报送的记录", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "遗漏的信息"
        verbose_name_plural = "遗漏的信息"
        indexes = [models.Index(fields=["key", "item_code"], name="omission_key")]

    def __str__(self) -> str:
        return f"{self.item_name} {self.document_number}".strip()


class ObjectionRule(Dated):
    """What an objection on one ground brings: whose error it names, and whether publication pauses once it is taken up."""

    ground = models.CharField("异议理由", max_length=16, choices=choices.Ground.choices)
    source = models.CharField("差错来源", max_length=16, choices=choices.Source.choices)
    masks = models.BooleanField("受理后暂停公示和使用", default=False)
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=100, blank=True)
    maintained = models.BooleanField("由工作台维护", default=False, editable=False)

    class Meta:
        verbose_name = "异议规则"
        verbose_name_plural = "异议规则"
        constraints = [
            ExclusionConstraint(
                name="objection_rule_one_in_force",
                expressions=[("ground", RangeOperators.EQUAL), (in_force_span(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.get_ground_display()


class Material(models.Model):
    """One paper of a case: a stored file, an on-line confirmation with its text, or what the unit found by itself."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="materials")
    kind = models.CharField("材料", max_length=16, choices=choices.MaterialKind.choices)
    origin = models.CharField("来源", max_length=16, choices=choices.Origin.choices)
    file = models.OneToOneField(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="material"
    )
    note = models.TextField("说明", blank=True)
    added_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        verbose_name = "申请材料"
        verbose_name_plural = "申请材料"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin="uploaded", file__isnull=False)
                | Q(origin="confirmed", file__isnull=True, kind="commitment") & ~Q(note="")
                | Q(origin="fetched", added_by__isnull=False) & ~Q(note=""),
                name="material_is_something",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class MaterialReading(models.Model):
    """Who opened a paper of a case, when and for what, and who was refused: append-only. Papers hold personal data."""

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="readings")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField("用途", max_length=16, choices=choices.Purpose.choices, blank=True)
    refused = models.BooleanField("未获准", default=False)
    at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        verbose_name = "材料查阅"
        verbose_name_plural = "材料查阅"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(refused=True) | ~Q(purpose=""), name="reading_has_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.material_id} {self.get_purpose_display()}"


class CaseStep(models.Model):
    """What happened in a case, once and for all: append-only. The public sees it on the progress page, without names."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField("事项", max_length=20, choices=choices.Step.choices)
    at = models.DateTimeField("时间", db_default=Now())
    officer = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "办理经过"
        verbose_name_plural = "办理经过"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_step_display()


class FalseCommitment(models.Model):
    """A commitment found untrue. Until its last day its subject is not repaired on a commitment; the term is the rule's."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="false_commitment")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    found_on = models.DateField("认定日期")
    until = models.DateField("至")
    facts = models.TextField("认定的事实")
    basis = models.CharField("依据", max_length=300)
    found_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = "信用修复承诺不实"
        verbose_name_plural = "信用修复承诺不实"
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("found_on")), name="false_commitment_ends"),
        ]

    def __str__(self) -> str:
        return self.case.number


from repair.required import RequiredMaterial  # noqa: E402, F401
