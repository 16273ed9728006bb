"""Credit subjects, what was recorded about them, and how it came in.

A record carries four states, each with an end of its own: collected (the row exists), shared (`shared_until`), published
(`published_until`), used (`used_until`); null means never. Whether a state holds is computed from these dates on read.
Names and documents of natural persons are never in a plain column: `secret` holds them as SM4-GCM, `key` is a keyed
digest. `salt` makes the ledger's row digests commitments; it never leaves the database.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex, HashIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Now

from agencies.models import Agency, ApiClient, Officer
from catalog.choices import SubjectKind
from catalog.models import CatalogItem, PublicationRegime, PublicationTier
from common.db import RandomUUID
from common.ids import public_id
from records import choices


def new_public_id() -> str:
    """A name for addresses that cannot be guessed or counted."""
    return public_id()


class Subject(models.Model):
    """A credit subject (信用主体). `key` identifies it: `uscc:…`, `reg:…` or, for persons, `person:<keyed digest>`."""

    public_id = models.CharField(max_length=24, default=new_public_id)
    key = models.CharField("识别键", max_length=140)
    kind = models.CharField("主体类别", max_length=16, choices=SubjectKind.choices)
    name = models.CharField("名称", max_length=200, blank=True, help_text="自然人为空")
    shown_name = models.CharField("对外名称", max_length=200, help_text="自然人为脱敏姓名")
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    codes = models.JSONField("其他代码", default=dict, blank=True)
    region = models.CharField("行政区划代码", max_length=6, blank=True)
    normal_name = models.CharField("检索名称", max_length=200, blank=True)
    grams = ArrayField(models.CharField(max_length=4), verbose_name="检索词", default=list)
    pinyin = models.CharField("排序键", max_length=400, blank=True)
    secret = models.BinaryField("加密内容", null=True)
    # all the database knows of a person's age: enough to refuse the publication of a minor
    birth_year = models.PositiveSmallIntegerField("出生年份", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name="已并入",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="absorbed",
        db_index=False,
        help_text="只由主体识别变更设定和清除（records.identity）",
    )
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "信用主体"
        verbose_name_plural = "信用主体"
        indexes = [
            # the search for names: ranges of them in order (the index of their bigrams is made by migration 0010)
            models.Index(
                Collate("normal_name", "C"), F("id"), name="subject_name", condition=~Q(normal_name="")
            ),
            models.Index(fields=["uscc"], name="subject_uscc", condition=~Q(uscc="")),
            models.Index(
                fields=["merged_into"], name="subject_merged", condition=Q(merged_into__isnull=False)
            ),
            # most subjects have no further code and stay out of it
            GinIndex(
                fields=["codes"], name="subject_codes", opclasses=["jsonb_path_ops"], condition=~Q(codes={})
            ),
        ]
        constraints = [
            # as constraints, because `unique=True` on a text column brings a second index for LIKE
            models.UniqueConstraint(fields=["public_id"], name="subject_public_id"),
            models.UniqueConstraint(fields=["key"], name="subject_key"),
            models.CheckConstraint(condition=Q(kind__in=SubjectKind.values), name="subject_kind_known"),
            models.CheckConstraint(
                # A person's name may stand in no plain column, and a person is not found by name.
                condition=~Q(kind="person")
                | Q(name="", normal_name="", uscc="", grams=[], secret__isnull=False),
                name="subject_person_is_encrypted",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name


class IntakeBatch(models.Model):
    """One file handed in. The row is the truth: a worker that dies leaves `next_row`, and another goes on from there."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    item = models.ForeignKey(CatalogItem, on_delete=models.PROTECT)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    officer = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT)
    client = models.ForeignKey(ApiClient, null=True, blank=True, on_delete=models.PROTECT)
    channel = models.CharField(max_length=8, choices=choices.Channel.choices)
    filename = models.CharField("文件名", max_length=255)
    format = models.CharField("格式", max_length=16)
    size = models.BigIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200, blank=True)
    declared_procedure = models.CharField(
        "申明的适用程序", max_length=16, blank=True, choices=choices.Procedure.choices
    )
    columns = models.JSONField("表头", default=list)
    status = models.CharField(
        max_length=8, choices=choices.BatchStatus.choices, default=choices.BatchStatus.QUEUED
    )
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.TextField(blank=True)
    next_row = models.PositiveIntegerField("已处理至行", default=0)
    attempts = models.PositiveSmallIntegerField("未见进展的处理次数", default=0)
    total = models.PositiveIntegerField("总行数", default=0)
    expected = models.PositiveIntegerField("预计行数", default=0)
    accepted = models.PositiveIntegerField("收下", default=0)
    rejected = models.PositiveIntegerField("退回", default=0)
    duplicate = models.PositiveIntegerField("重复", default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "报送批次"
        verbose_name_plural = "报送批次"
        indexes = [
            models.Index(fields=["agency", "-id"], name="batch_agency"),
            models.Index(fields=["created_at"], name="batch_created"),
            models.Index(
                fields=["status"], name="batch_unfinished", condition=Q(status__in=["queued", "running"])
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="done")
                | Q(total=models.F("accepted") + models.F("rejected") + models.F("duplicate")),
                name="batch_adds_up",
            )
        ]

    def __str__(self) -> str:
        return self.filename


class RejectedRow(models.Model):
    """A row that was not taken. `cells` holds its cells and the sentences about them, encrypted, because both may quote
    a person's data; `problems` their codes, fields and clauses. Opened by `records.intake.rejections`."""

    batch = models.ForeignKey(
        IntakeBatch, on_delete=models.CASCADE, related_name="rejections", db_index=False
    )
    line = models.PositiveIntegerField("行号")
    cells = models.BinaryField("原始内容")
    problems = models.JSONField("原因")
    is_duplicate = models.BooleanField("重复", default=False)

    class Meta:
        verbose_name = "退回的行"
        verbose_name_plural = "退回的行"
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="rejected_row_once")]


class CreditRecord(models.Model):
    """What was recorded about a subject under one catalog item, resting on one document.

    Every index is paid for by every row handed in, so foreign keys have none of their own: those that are asked for
    lead one of the indexes below. Its references are kept by statement triggers of this table (migrations 0002 and
    0015), which look each value up once and lock it as a foreign key would, instead of six look-ups per row.
    """

    item = models.ForeignKey(
        CatalogItem,
        verbose_name="目录事项",
        on_delete=models.PROTECT,
        db_index=False,
        db_constraint=False,
    )
    item_code = models.CharField("事项代码", max_length=40)
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="records", db_index=False, db_constraint=False
    )
    provider = models.ForeignKey(
        Agency,
        verbose_name="报送单位",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    batch = models.ForeignKey(
        IntakeBatch,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="records",
        db_index=False,
        db_constraint=False,
    )
    channel = models.CharField("报送方式", max_length=8, choices=choices.Channel.choices)
    fingerprint = models.BinaryField("去重键", max_length=16)
    # the document it rests on (plan, item 2)
    document_kind = models.CharField("文书种类", max_length=100)
    document_number = models.CharField("文书号", max_length=128)
    decision_date = models.DateField("决定日期")
    effective_date = models.DateField("文书生效日期")
    authority_name = models.CharField("决定机关", max_length=200)
    authority_uscc = models.CharField("决定机关代码", max_length=18, blank=True)
    procedure = models.CharField(
        "适用程序", max_length=16, choices=choices.Procedure.choices, default="ordinary"
    )
    minor = models.CharField(
        "轻微情形", max_length=16, choices=choices.MinorCircumstance.choices, default="none"
    )
    # contents: values by field code; what is secret stands in `secret` alone
    data = models.JSONField("内容")
    secret = models.BinaryField("加密内容", null=True)
    # the four states
    regime = models.ForeignKey(
        PublicationRegime,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,
        db_constraint=False,
    )
    tier = models.ForeignKey(
        PublicationTier, null=True, blank=True, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    minimum_until = models.DateField("最短公示期至", null=True, blank=True)
    shared_until = models.DateField("共享至", null=True, blank=True)
    published_until = models.DateField("公示至", null=True, blank=True)
    used_until = models.DateField("使用至", null=True, blank=True)
    ended_on = models.DateField("提前终止日期", null=True, blank=True)
    end_reason = models.CharField("提前终止原因", max_length=40, blank=True)
    # two messages: that the end was told (kept by the database where a date is changed), that what is told changed elsewhere
    ended_noted = models.BooleanField("到期已记入留痕", default=False)
    noted_at = models.DateTimeField("变化已记入留痕", null=True, editable=False)
    # kept by the database (migration 0004): which version this is, since when, and whether its document is contested
    version = models.PositiveIntegerField("版本", db_default=1, editable=False)
    changed_at = models.DateTimeField("最近变更时间", null=True, editable=False)
    contested = models.CharField(
        "复议诉讼",
        max_length=24,
        blank=True,
        db_default="",
        choices=choices.Contested.choices,
        editable=False,
    )
    # while a court's order or a rule says so: neither published nor used, but shared; both days included
    suspended_from = models.DateField("暂停公示和使用自", null=True, blank=True)
    suspended_until = models.DateField("暂停公示和使用至", null=True, blank=True)
    disputed_since = models.DateField("异议标注日期", null=True, blank=True)
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)
    received_at = models.DateTimeField("报送时间", db_default=Now())

    class Meta:
        verbose_name = "信用记录"
        verbose_name_plural = "信用记录"
        permissions = [("view_all_records", "查看全部单位的信用记录")]
        indexes = [
            models.Index(fields=["item_code", "-decision_date", "-id"], name="record_item_date"),
            models.Index(fields=["subject", "-decision_date", "-id"], name="record_subject"),
            # Lists of officers, newest decision first. Without the id many keys are equal and share an entry, which
            # makes them cheap to write; the rows of one day are sorted on the way.
            # with the id, so that counting and the newest first are answered without the records themselves
            models.Index(fields=["provider", "decision_date", "id"], name="record_provider"),
            models.Index(fields=["decision_date"], name="record_date"),
            HashIndex(fields=["document_number"], name="record_number"),
            # asked for only when a batch is to be deleted; the rows of one lie side by side
            BrinIndex(fields=["batch"], name="record_batch", autosummarize=True),
            # whether a fact that comes in again has ended for good; holds ended records only
            models.Index(fields=["fingerprint"], name="record_ended", condition=Q(ended_on__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], name="record_once", condition=Q(ended_on__isnull=True)
            ),
            models.CheckConstraint(condition=Q(procedure="ordinary"), name="record_never_summary_procedure"),
            models.CheckConstraint(condition=Q(minor="none"), name="record_never_minor_corrected"),
            models.CheckConstraint(
                condition=~Q(document_number="") & ~Q(document_kind=""), name="record_has_document"
            ),
            models.CheckConstraint(
                condition=Q(published_until__isnull=True)
                | Q(shared_until__isnull=False, shared_until__gte=models.F("published_until")),
                name="record_published_is_shared",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | ~Q(end_reason=""), name="record_end_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(used_until__isnull=True)
                | Q(shared_until__isnull=False, shared_until__gte=models.F("used_until")),
                name="record_used_is_shared",
            ),
            models.CheckConstraint(
                condition=Q(effective_date__gte=models.F("decision_date")),
                name="record_effective_once_decided",
            ),
            models.CheckConstraint(
                condition=Q(suspended_until__isnull=True)
                | Q(suspended_from__isnull=False, suspended_until__gte=models.F("suspended_from")),
                name="record_suspension_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.document_number


# Last: these models refer to those above by name.
from records.agreement import models as agreement_models  # noqa: E402, F401
from records.drafts import models as draft_models  # noqa: E402, F401
from records.erasure import models as erasure_models  # noqa: E402, F401
from records.evidence import models as evidence_models  # noqa: E402, F401
from records.fulfilment import models as fulfilment_models  # noqa: E402, F401
from records.identity import models as identity_models  # noqa: E402, F401
from records.persons import models as person_models  # noqa: E402, F401
from records.sharing import models as sharing_models  # noqa: E402, F401
