"""Decisions that two rows are one body (or one row two), and the names a body was known by.

The pointer itself, `Subject.merged_into`, stands with the subject; a trigger lets it be set only under a decision in
effect and cleared only once that is undone, whoever writes (migration 0008).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Officer
from common.ids import public_id
from records.identity import choices
from records.identity.choices import ChangeState
from records.models import Subject


class IdentityChange(models.Model):
    """A merge or a split: proposed, decided by somebody else, perhaps undone. What was decided is never rewritten.

    `kept` is the subject that stays: of a merge the head, of a split the row the records are taken from. `other` is the
    one absorbed, or the one that gets the records (known once the split is in effect; until then `target` names it).
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    kind = models.CharField("种类", max_length=8, choices=choices.ChangeKind.choices)
    kept = models.ForeignKey(Subject, verbose_name="保留的主体", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(
        Subject, verbose_name="另一主体", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    target = models.JSONField("拆出的主体", default=dict, blank=True)
    record_ids = ArrayField(models.BigIntegerField(), verbose_name="拆出的记录", default=list, blank=True)
    ground = models.CharField("理由种类", max_length=16, choices=choices.Ground.choices)
    shared_code = models.CharField("相同的代码", max_length=120, blank=True)
    document_kind = models.CharField("文书种类", max_length=100, blank=True)
    document_number = models.CharField("文书号", max_length=128, blank=True)
    document_issuer = models.CharField("文书出具机关", max_length=200, blank=True)
    document_date = models.DateField("文书日期", null=True, blank=True)
    reason = models.CharField("原因", max_length=300)
    basis = models.CharField("依据", max_length=300)
    proposed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("提出时间", db_default=Now())
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    granted = models.BooleanField("同意", null=True)
    decision_note = models.CharField("审核意见", max_length=300, blank=True)
    undone_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undo_reason = models.CharField("撤销原因", max_length=300, blank=True)
    undo_basis = models.CharField("撤销依据", max_length=300, blank=True)

    class Meta:
        verbose_name = "主体识别变更"
        verbose_name_plural = "主体识别变更"
        permissions = [
            ("propose_identity", "提出主体合并、拆分"),
            ("decide_identity", "审核主体合并、拆分，登记更名"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="identity_two_officers",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, granted__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, granted__isnull=False),
                name="identity_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(ground="identifier") & ~Q(shared_code="")
                | Q(ground="document", document_date__isnull=False)
                & ~Q(document_kind="")
                & ~Q(document_number="")
                & ~Q(document_issuer=""),
                name="identity_never_on_name_alone",
            ),
            models.CheckConstraint(
                condition=Q(kind="merge", other__isnull=False, record_ids=[]) & ~Q(other=F("kept"))
                | Q(kind="split") & ~Q(record_ids=[]),
                name="identity_of_two_bodies",
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(basis=""), name="identity_says_why"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True)
                | Q(granted=True) & Q(undone_by__isnull=False) & ~Q(undo_reason="") & ~Q(undo_basis=""),
                name="identity_undone_says_why",
            ),
            models.UniqueConstraint(
                fields=["other"],
                name="identity_merged_once",
                condition=Q(kind="merge", granted=True, undone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.public_id}"

    @property
    def state(self) -> ChangeState:
        if self.decided_at is None:
            return ChangeState.PROPOSED
        if not self.granted:
            return ChangeState.REFUSED
        return ChangeState.IN_EFFECT if self.undone_at is None else ChangeState.UNDONE


class SubjectName(models.Model):
    """Another name of an organisation or self-employed business, with the days it is known from.

    Names of natural persons never stand here. `first_on` and `last_on` are decision dates of the documents that use the
    name; `used_until` its last day by a registration, once an officer has entered the change.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="names", db_index=False)
    name = models.CharField("名称", max_length=200)
    normal_name = models.CharField("检索名称", max_length=200)
    grams = ArrayField(models.CharField(max_length=4), verbose_name="检索词", default=list)
    source = models.CharField("来源", max_length=8, choices=choices.NameSource.choices)
    item_code = models.CharField("事项代码", max_length=40, blank=True)
    first_on = models.DateField("最早见于", null=True, blank=True)
    last_on = models.DateField("最近见于", null=True, blank=True)
    used_until = models.DateField("使用至", null=True, blank=True)
    document = models.CharField("更名依据", max_length=300, blank=True)

    class Meta:
        verbose_name = "主体曾用名"
        verbose_name_plural = "主体曾用名"
        indexes = [GinIndex(fields=["grams"], name="subjectname_grams")]
        constraints = [
            models.UniqueConstraint(fields=["subject", "normal_name"], name="subjectname_once"),
        ]

    def __str__(self) -> str:
        return self.name
