"""Earlier versions of records, why a version was made, and proceedings about the documents that records rest on.

A record's row is always its newest state; nothing here is written when a record first comes in. All three tables go with
their record (`on delete cascade` in the database), so that lawful erasure of a record leaves no copy of a person behind.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import ApiClient, Officer
from common.db import RandomUUID
from records.evidence import choices
from records.models import CreditRecord


class RecordVersion(models.Model):
    """A record as it stood before a change, written by the database whoever changed it and how (migration 0004).

    `body` is the whole row, so that columns added later need nothing here; what is secret stays sealed in it. Held from
    `held_from` (included) until `held_until` (not included).
    """

    record = models.ForeignKey(
        CreditRecord,
        on_delete=models.DO_NOTHING,
        related_name="versions",
        db_index=False,
        db_constraint=False,
    )
    number = models.PositiveIntegerField("版本")
    subject_id = models.BigIntegerField("主体")
    held_from = models.DateTimeField("起")
    held_until = models.DateTimeField("止")
    body = models.JSONField("当时的内容")
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "信用记录的历史版本"
        verbose_name_plural = "信用记录的历史版本"
        indexes = [models.Index(fields=["subject_id", "held_from"], name="version_subject")]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="version_once"),
            models.CheckConstraint(condition=Q(held_until__gte=F("held_from")), name="version_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}/{self.number}"


class Proceeding(models.Model):
    """A document under review (行政复议), litigation (行政诉讼) or correction of the authority's own motion.

    While it is open the record is marked. Its outcome decides what becomes of the record: `ends_on` is the first day on
    which the record no longer holds because of it, `due` the last day for drawing the consequence.
    """

    record = models.ForeignKey(
        CreditRecord,
        on_delete=models.DO_NOTHING,
        related_name="proceedings",
        db_index=False,
        db_constraint=False,
    )
    kind = models.CharField("程序", max_length=16, choices=choices.ProceedingKind.choices)
    organ = models.CharField("复议机关、法院或者纠正机关", max_length=200)
    case_number = models.CharField("案号", max_length=128)
    since = models.DateField("受理日期")
    basis = models.CharField("依据", max_length=200)
    marked_at = models.DateTimeField("登记时间", db_default=Now())
    marked_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    marked_client = models.ForeignKey(
        ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    outcome = models.CharField("结果", max_length=16, blank=True, choices=choices.Outcome.choices)
    outcome_document = models.CharField("结果文书号", max_length=128, blank=True)
    decided_on = models.DateField("结果文书日期", null=True, blank=True)
    outcome_at = models.DateTimeField("结果登记时间", null=True, blank=True)
    outcome_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    outcome_client = models.ForeignKey(
        ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due = models.DateField("撤回或者更正期限", null=True, blank=True)
    due_basis = models.CharField("期限依据", max_length=300, blank=True)
    ends_on = models.DateField("记录因此终止的日期", null=True, blank=True)

    class Meta:
        verbose_name = "复议、诉讼和纠正"
        verbose_name_plural = "复议、诉讼和纠正"
        permissions = [("mark_proceeding", "登记复议、诉讼及其结果")]
        indexes = [models.Index(fields=["due", "id"], name="proceeding_due", condition=Q(due__isnull=False))]
        constraints = [
            models.UniqueConstraint(fields=["record", "kind", "case_number"], name="proceeding_once"),
            models.CheckConstraint(
                condition=Q(kind__in=choices.ProceedingKind.values)
                & ~Q(organ="")
                & ~Q(case_number="")
                & ~Q(basis=""),
                name="proceeding_says_where",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_document="", decided_on__isnull=True, outcome_at__isnull=True)
                | Q(outcome__in=choices.Outcome.values, decided_on__gte=F("since"), outcome_at__isnull=False)
                & (~Q(outcome_document="") | Q(outcome="cancelled")),
                name="proceeding_outcome_whole",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=sorted(choices.DEMANDING), due__isnull=False, ends_on__isnull=False)
                & ~Q(due_basis="")
                | ~Q(outcome__in=sorted(choices.DEMANDING)) & Q(due__isnull=True, ends_on__isnull=True),
                name="proceeding_has_consequence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case_number}"


class RecordChange(models.Model):
    """Why a version was made: the ground, the words of who made it, and the document it rests on. Never changed."""

    record = models.ForeignKey(
        CreditRecord, on_delete=models.DO_NOTHING, related_name="changes", db_index=False, db_constraint=False
    )
    version = models.PositiveIntegerField("形成的版本")
    kind = models.CharField("类别", max_length=16, choices=choices.ChangeKind.choices)
    ground = models.CharField("理由类别", max_length=40, blank=True)
    explanation = models.CharField("理由", max_length=500)
    document_number = models.CharField("依据文书号", max_length=128, blank=True)
    document_date = models.DateField("依据文书日期", null=True, blank=True)
    fields = ArrayField(models.CharField(max_length=40), verbose_name="改动的字段", default=list)
    proceeding = models.ForeignKey(
        Proceeding, null=True, blank=True, on_delete=models.DO_NOTHING, related_name="changes", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    officer = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(
        ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField("时间", db_default=Now())
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "更正、撤回和标注"
        verbose_name_plural = "更正、撤回和标注"
        permissions = [("correct_record", "更正、撤回本单位报送的信息")]
        constraints = [
            models.UniqueConstraint(fields=["record", "version"], name="change_once_per_version"),
            models.CheckConstraint(condition=~Q(explanation=""), name="change_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}/{self.version} {self.get_kind_display()}"
