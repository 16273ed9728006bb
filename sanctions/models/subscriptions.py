"""Subscriptions: a system that screened subjects for a running matter is told to look again when something changed.

A subscription rests on one registered look-up and keeps its purpose and matter; it ends on its last day by itself, earlier when
the matter is closed, and is void while purpose, matter or client are (`sanctions.selectors.subscriptions_live`). `Watch` keeps what was
last seen of each subject as a digest; a `SubscriptionNotice` is the change itself, under the ledger, whence the exchange delivers it.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Agency, ApiClient, Officer
from common.db import RandomUUID
from common.ids import public_id
from records.sharing.models import DutyPurpose
from sanctions.models.matters import Matter
from sanctions.models.screening import Screening


class Subscription(models.Model):
    """Fixed once written; only the closing comes later."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    screening = models.ForeignKey(
        Screening, verbose_name="查询比对", on_delete=models.PROTECT, related_name="subscriptions"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="订阅单位", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(
        ApiClient, verbose_name="接口客户端", on_delete=models.PROTECT, related_name="+"
    )
    matter = models.ForeignKey(Matter, verbose_name="事项", on_delete=models.PROTECT, related_name="+")
    purpose = models.ForeignKey(
        DutyPurpose, verbose_name="履职目的", on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("最后一天")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField("提前结束", null=True, blank=True)
    closed_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "变更订阅"
        verbose_name_plural = "变更订阅"
        default_permissions = ()
        indexes = [models.Index(fields=["agency", "-id"], name="subscription_agency")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="subscription_dates"),
            models.UniqueConstraint(
                fields=["screening"], name="subscription_once", condition=Q(closed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Watch(models.Model):
    """One subject of a subscription, by the place of its key in the question. `state` is a digest of what was last seen."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="watches", db_index=False
    )
    ordinal = models.PositiveIntegerField("第几户")
    subject_key = models.CharField("主体键", max_length=150)
    state = models.CharField(max_length=32, default="")
    changed_at = models.DateTimeField("最近变更", null=True)

    class Meta:
        verbose_name = "订阅的主体"
        verbose_name_plural = "订阅的主体"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["subscription", "ordinal"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.subscription_id}/{self.ordinal}"


class SubscriptionNotice(models.Model):
    """Something that the matter may use began or ended for a subject: look again."""

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="notices")
    at = models.DateTimeField("发现时间", db_default=Now())
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "变更通知"
        verbose_name_plural = "变更通知"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.watch_id} {self.at}"
