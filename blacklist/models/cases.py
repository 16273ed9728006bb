"""Cases: one row that opens a case, and the steps that follow. Steps and decisions are written once and never change.

Where a case stands is read off its steps (`blacklist.rules.procedure`); no column says so. Migration 0005 holds the
same order of steps as triggers, for whoever writes past the services. A case taken up again begins a new round, in which
nothing of the earlier one counts: the party is told anew and may speak anew. What a party said stands encrypted.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import Agency, ApiClient, Officer
from blacklist import choices
from blacklist.models.schemes import ListScheme
from catalog.deadlines.models import DeadlineRule
from common.db import RandomUUID
from common.ids import public_id
from common.models import StoredFile
from records.models import CreditRecord, Subject


class ListCase(models.Model):
    """Whether somebody is to be listed under a scheme. What it is about is fixed once it is open; `handler` may change."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    number = models.CharField("案号", max_length=128)
    scheme = models.ForeignKey(
        ListScheme, verbose_name="名单", on_delete=models.PROTECT, related_name="cases"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="认定单位", on_delete=models.PROTECT, related_name="list_cases"
    )
    subject = models.ForeignKey(
        Subject, verbose_name="当事人", on_delete=models.PROTECT, related_name="list_cases"
    )
    record = models.ForeignKey(
        CreditRecord,
        verbose_name="所依据的信用记录",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="list_cases",
    )
    # the document that established the conduct (plan, item 2)
    document_kind = models.CharField("文书种类", max_length=100)
    document_number = models.CharField("文书号", max_length=128)
    document_date = models.DateField("文书日期")
    document_issuer = models.CharField("作出文书的单位", max_length=200)
    facts = models.TextField("事由")
    basis_clause = models.CharField("适用的情形和条款", max_length=300)
    opened_on = models.DateField("立案日期")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    opened_by = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    opened_client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(
        Officer,
        verbose_name="承办人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="list_cases",
    )
    due = models.DateField("办结期限", null=True, blank=True)
    due_rule = models.ForeignKey(DeadlineRule, null=True, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField("第几次办理", default=1, editable=False)  # kept by the database
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "名单认定案件"
        verbose_name_plural = "名单认定案件"
        permissions = [
            ("handle_case", "承办名单认定案件"),
            ("decide_case", "审议和决定名单认定案件"),
            ("view_all_cases", "查看全部单位的名单认定案件"),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="list_case_agency")]
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="list_case_number"),
            models.CheckConstraint(
                condition=Q(opened_by__isnull=False, opened_client__isnull=True)
                | Q(opened_by__isnull=True, opened_client__isnull=False),
                name="list_case_opened_by_one",
            ),
            models.CheckConstraint(
                condition=~Q(facts="") & ~Q(document_number="") & ~Q(document_kind=""),
                name="list_case_on_a_document",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseStep(models.Model):
    """One thing that happened: what, on which day, by whom, with which document, and which clock it set going.

    `due` is the last day for what must follow; `window_until` (on `served` and `resumed`) is the last day on which the
    party may speak before a decision. `party_code` is a keyed digest of the code printed on the notice.
    """

    case = models.ForeignKey(ListCase, on_delete=models.PROTECT, related_name="steps", db_index=False)
    round = models.PositiveSmallIntegerField("第几次办理")
    kind = models.CharField("步骤", max_length=16, choices=choices.StepKind.choices)
    on = models.DateField("日期")
    recorded_at = models.DateTimeField("登记时间", db_default=Now(), editable=False)
    officer = models.ForeignKey(
        Officer, verbose_name="工作人员", null=True, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField("方式", max_length=12, choices=choices.Channel.choices)
    text = models.TextField("内容", blank=True)
    secret = models.BinaryField("当事人的意见（加密）", null=True)
    number = models.CharField("文书号", max_length=128, blank=True)
    document = models.BinaryField("文书内容（加密）", null=True)
    outcome = models.CharField("结果", max_length=16, choices=choices.Outcome.choices, blank=True)
    service_kind = models.CharField(
        "送达方式", max_length=16, choices=choices.ServiceKind.choices, blank=True
    )
    wants_hearing = models.BooleanField("要求听证", default=False)
    answers = models.OneToOneField(
        "self",
        verbose_name="所答复的异议",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answer",
    )
    due = models.DateField("期限届满日", null=True, blank=True)
    due_rule = models.ForeignKey(DeadlineRule, null=True, on_delete=models.PROTECT, related_name="+")
    window_until = models.DateField("异议期至", null=True, blank=True)
    party_code = models.BinaryField(max_length=32, null=True)
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "案件步骤"
        verbose_name_plural = "案件步骤"
        ordering = ["id"]
        indexes = [models.Index(fields=["case", "id"], name="case_step_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=choices.StepKind.values), name="case_step_kind_known"
            ),
            models.UniqueConstraint(fields=["party_code"], name="case_step_party_code"),
            models.CheckConstraint(
                condition=Q(kind="answer", answers__isnull=False)
                | ~Q(kind="answer") & Q(answers__isnull=True),
                name="case_step_answers_one",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["served", "decision_served"])
                | Q(service_kind__in=choices.ServiceKind.values),
                name="case_step_service_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind="served") | Q(window_until__isnull=False), name="case_step_window"
            ),
            models.CheckConstraint(
                # the party alone acts without an officer, and only by the portal
                condition=Q(channel="portal", officer__isnull=True, client__isnull=True)
                | ~Q(channel="portal") & Q(officer__isnull=False, client__isnull=True)
                | ~Q(channel="portal") & Q(officer__isnull=True, client__isnull=False),
                name="case_step_by_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%Y-%m-%d}"


class CaseFile(models.Model):
    """A file that belongs to a step: proof of service, evidence of the party, minutes. Kept encrypted; written once."""

    step = models.ForeignKey(CaseStep, on_delete=models.PROTECT, related_name="files", db_index=False)
    stored = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    label = models.CharField("说明", max_length=60)

    class Meta:
        verbose_name = "案件材料"
        verbose_name_plural = "案件材料"
        indexes = [models.Index(fields=["step", "id"], name="case_file_step")]

    def __str__(self) -> str:
        return self.label


class ListDecision(models.Model):
    """The decision to list, with its five contents (plan, item 8); all of them or the database refuses the row."""

    case = models.ForeignKey(ListCase, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    round = models.PositiveSmallIntegerField("第几次办理")
    step = models.OneToOneField(CaseStep, on_delete=models.PROTECT, related_name="decision")
    number = models.CharField("决定文书号", max_length=128)
    decided_on = models.DateField("决定日期")
    in_underlying = models.BooleanField("载明于相应的行政决定文书", default=False)
    reason = models.TextField("事由")
    basis_text = models.TextField("依据")
    sanction_hints = ArrayField(models.TextField(), verbose_name="失信惩戒措施提示")
    measure_codes = ArrayField(
        models.CharField(max_length=60), verbose_name="所提示的措施代号", default=list, blank=True
    )
    removal_text = models.TextField("移出条件和程序")
    remedies = models.TextField("救济措施")
    effective_from = models.DateField("列入日期")
    ends_on = models.DateField("列入期限至", null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    decided_client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "列入决定"
        verbose_name_plural = "列入决定"
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="list_decision_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("effective_from")),
                name="list_decision_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class NumberSeries(models.Model):
    """The running number of one kind of document of one agency in one year; `word` is the agency's own (机关代字)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("文书", max_length=12, choices=choices.SeriesKind.choices)
    year = models.PositiveSmallIntegerField("年份")
    word = models.CharField("机关代字", max_length=60)
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        verbose_name = "文号序列"
        verbose_name_plural = "文号序列"
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "year"], name="number_series_once"),
        ]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕"
