"""Entries: who stands on a list from when to when. In force is computed from the dates on read; a row is never deleted.

An entry that was decided here rests on a decision, and the database lets none in without the whole procedure (migration
0005). An imported one carries the decision data of the body that decided elsewhere. What is fixed at the start stays;
only the end may come earlier, a suspension may come and go, and each such change stands in `EntryChange` for good.
"""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Agency, Officer
from blacklist import choices
from blacklist.models.cases import ListDecision
from blacklist.models.schemes import ListScheme
from blacklist.rules import entries as rules
from common.db import RandomUUID
from common.ids import public_id
from records.models import Subject


class ListEntry(models.Model):
    """One subject on one list. `ends_on` is the last day (null = open); `ended_on` the first day after an early end."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    scheme = models.ForeignKey(
        ListScheme, verbose_name="名单", on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    subject = models.ForeignKey(
        Subject, verbose_name="主体", on_delete=models.PROTECT, related_name="list_entries"
    )
    authority = models.ForeignKey(
        Agency,
        verbose_name="认定单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="list_entries",
        help_text="外地单位认定的为空",
    )
    authority_name = models.CharField("认定单位名称", max_length=200)
    origin = models.CharField("来源", max_length=8, choices=choices.Origin.choices)
    decision = models.OneToOneField(
        ListDecision, null=True, blank=True, on_delete=models.PROTECT, related_name="entry"
    )
    # the decision as it is shown; for a decided entry copied from it
    decision_number = models.CharField("决定文书号", max_length=128)
    decided_on = models.DateField("决定日期")
    reason = models.TextField("事由")
    basis_text = models.TextField("依据")
    sanction_hints = models.TextField("失信惩戒措施提示", blank=True)
    removal_text = models.TextField("移出条件和程序", blank=True)
    remedies = models.TextField("救济措施", blank=True)
    data = models.JSONField("其他公开内容", default=dict, blank=True)
    secret = models.BinaryField("加密内容", null=True)
    source = models.CharField("来源标识", max_length=200, blank=True, help_text="外部名单的来源和编号")
    # the dates
    effective_from = models.DateField("列入日期")
    ends_on = models.DateField("列入期限至", null=True, blank=True)
    suspended_from = models.DateField("暂停执行自", null=True, blank=True)
    suspended_until = models.DateField("暂停执行至", null=True, blank=True)
    disputed_since = models.DateField("异议标注日期", null=True, blank=True)
    ended_on = models.DateField("提前移出日期", null=True, blank=True)
    end_reason = models.CharField("移出原因", max_length=40, blank=True)
    ended_noted = models.BooleanField("到期已记入留痕", default=False)
    # only a message: moved when what is told of the entry has changed elsewhere (sanctions, migration 0015)
    noted_at = models.DateTimeField("变化已记入留痕", null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "名单条目"
        verbose_name_plural = "名单条目"
        permissions = [
            ("change_entry", "变更、中止、移出名单条目"),
            ("view_all_entries", "查看全部名单条目及历史"),
        ]
        default_permissions = ()
        indexes = [
            models.Index(fields=["scheme", "-effective_from", "-id"], name="list_entry_scheme"),
            models.Index(fields=["-effective_from", "-id"], name="list_entry_recent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin="decided", decision__isnull=False, authority__isnull=False)
                | Q(origin="imported", decision__isnull=True) & ~Q(source=""),
                name="list_entry_origin",
            ),
            models.CheckConstraint(
                condition=~Q(authority_name="") & ~Q(decision_number="") & ~Q(reason="") & ~Q(basis_text=""),
                name="list_entry_has_decision_data",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("effective_from")),
                name="list_entry_dates",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | ~Q(end_reason=""), name="list_entry_end_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(suspended_until__isnull=True)
                | Q(suspended_from__isnull=False, suspended_until__gte=F("suspended_from")),
                name="list_entry_suspension",
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(origin="imported", ended_on__isnull=True),
                name="list_entry_import_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.decision_number}"

    def span(self) -> rules.Span:
        return rules.Span(
            self.effective_from, self.ends_on, self.ended_on, self.suspended_from, self.suspended_until
        )

    def in_force(self, at: date) -> bool:
        return rules.in_force(self.span(), at)


class Change(models.Model):
    """What happened to an entry of either list, and on which paper. Written once; both lists keep their own."""

    kind = models.CharField("事项", max_length=12, choices=choices.ChangeKind.choices)
    on = models.DateField("日期")
    recorded_at = models.DateTimeField("登记时间", db_default=Now(), editable=False)
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=500)
    basis = models.CharField("依据", max_length=300)
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%Y-%m-%d}"


class EntryChange(Change):
    """Of the dishonesty list: the answer to "what did the list say on that day"."""

    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="changes")

    class Meta(Change.Meta):
        verbose_name = "名单条目变更"
        verbose_name_plural = "名单条目变更"
