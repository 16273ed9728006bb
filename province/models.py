"""The push to the province: where it goes, which part of the ledger is on its way, and what came back.

Data flow: the ledger is the outbox. `PushTarget.position` is the last position put into a batch, a `Delivery` is the
next range of positions with its state; the events themselves are read from the ledger and their contents from the
records when they are sent. Nothing that was sent is stored, so nothing has to be erased or withdrawn here.

Rejected: a row per event (two writes a change, and a second truth beside the ledger); stored payloads (they would go
on being sent after a record has ended).
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from agencies.models import Agency, ApiClient, Officer
from province.choices import OPEN_STATES, DeliveryState, IncomingStatus

BATCH_SIZE = 500


class PushTarget(models.Model):
    """A platform that is pushed to. Address and secret come from settings, so that the database holds neither key nor
    environment; `secret_setting` names the setting."""

    code = models.SlugField("代号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=100)
    url = models.CharField(
        "地址",
        max_length=500,
        blank=True,
        help_text="空则用 PROVINCE_PUSH_URL；文件交换写 file:/// 开头的目录",
    )
    reconciliation_url = models.CharField(
        "对账地址", max_length=500, blank=True, help_text="GET，参数 date；空则用 PROVINCE_RECONCILIATION_URL"
    )
    format = models.CharField("格式", max_length=20, default="json", help_text="province.formats 中的一种")
    items = ArrayField(
        models.CharField(max_length=40),
        verbose_name="事项代码",
        default=list,
        blank=True,
        help_text="空为全部",
    )
    secret_setting = models.CharField("密钥配置项", max_length=60, default="PROVINCE_PUSH_SECRET")
    position = models.BigIntegerField("已取至留痕位置", default=0)
    batch_size = models.PositiveSmallIntegerField(
        "每批条数", default=BATCH_SIZE, validators=[MinValueValidator(1), MaxValueValidator(BATCH_SIZE)]
    )
    timeout = models.PositiveSmallIntegerField("等候答复秒数", default=30)
    pace = models.PositiveIntegerField(
        "每分钟最多条数", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    send_from = models.TimeField("每天开始时间", null=True, blank=True)
    send_until = models.TimeField("每天结束时间", null=True, blank=True)
    expedited_to = models.BigIntegerField("撤下已先行至留痕位置", default=0, editable=False)
    active = models.BooleanField("启用", default=True)
    # a business system that subscribed to changes: it gets notices of its own subscriptions and nothing else
    client = models.OneToOneField(
        ApiClient,
        verbose_name="接口客户端",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="callback",
    )
    sealed_secret = models.BinaryField("签名密钥（加密）", null=True, editable=False)

    class Meta:
        verbose_name = "推送目标"
        verbose_name_plural = "推送目标"
        ordering = ["id"]
        permissions = [("manage_targets", "维护推送目标")]
        constraints = [
            models.CheckConstraint(
                condition=Q(batch_size__gte=1, batch_size__lte=BATCH_SIZE), name="push_target_batch_size"
            ),
            models.CheckConstraint(
                condition=Q(send_from__isnull=True, send_until__isnull=True)
                | Q(send_from__isnull=False, send_until__isnull=False),
                name="push_target_window_whole",
            ),
            models.CheckConstraint(
                condition=Q(client__isnull=True, sealed_secret__isnull=True)
                | Q(client__isnull=False, sealed_secret__isnull=False, format="webhook") & ~Q(url=""),
                name="push_target_callback_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One batch: the relevant events of the ledger positions `first_position` to `last_position`."""

    target = models.ForeignKey(PushTarget, on_delete=models.PROTECT, related_name="deliveries")
    batch_id = models.UUIDField("批次编号", unique=True, default=uuid.uuid4)
    first_position = models.BigIntegerField("起始留痕位置")
    last_position = models.BigIntegerField("截止留痕位置")
    event_count = models.PositiveIntegerField("变更条数")
    oldest_at = models.DateTimeField("最早变更时间")
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.PositiveIntegerField("尝试次数", default=0)
    first_tried_at = models.DateTimeField("首次发送时间", null=True, blank=True)
    next_try = models.DateTimeField("下次重试时间", null=True, blank=True)
    last_status = models.PositiveSmallIntegerField("最近一次状态码", null=True, blank=True)
    last_error = models.CharField("最近一次失败原因", max_length=300, blank=True)
    was_parked = models.BooleanField("曾被搁置", default=False)
    expedited = models.BooleanField("先行撤下", default=False)
    retried_by = models.ForeignKey(
        Officer,
        verbose_name="要求重试的人员",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField("送达时间", null=True, blank=True)

    class Meta:
        verbose_name = "推送批次"
        verbose_name_plural = "推送批次"
        ordering = ["-id"]
        permissions = [
            ("retry_delivery", "重新推送被搁置的批次"),
            ("view_all_deliveries", "查看全部推送情况"),
        ]
        indexes = [
            models.Index(
                fields=["target", "first_position"], name="delivery_open", condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(fields=["finished_at"], name="delivery_finished", condition=Q(state="done")),
            models.Index(fields=["id"], name="delivery_parked", condition=Q(state="parked")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "first_position", "expedited"], name="delivery_range_once"
            ),
            models.UniqueConstraint(
                fields=["target"], name="delivery_one_in_flight", condition=Q(state="sending")
            ),
            models.CheckConstraint(
                condition=Q(last_position__gte=F("first_position")), name="delivery_range_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state="done", finished_at__isnull=False)
                | (~Q(state="done") & Q(finished_at__isnull=True)),
                name="delivery_done_has_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.batch_id)


class Comparison(models.Model):
    """What a target holds beside what it should hold on a day, item by item; the newest one of a day counts.

    `differences`: [{"item", "ours": count, "theirs": count, "waiting": events on their way, "rejected": turned down,
    "agencies": where the other side says so too: [{"agency": code, "ours", "theirs"}]}].
    """

    target = models.ForeignKey(PushTarget, on_delete=models.CASCADE, related_name="comparisons")
    day = models.DateField("对账日期")
    at = models.DateTimeField("对账时间", auto_now_add=True)
    settled = models.BooleanField("我方已稳定")
    items = models.PositiveIntegerField("事项数")
    objects_held = models.PositiveIntegerField("应持有对象数")
    differences = models.JSONField("差异", default=list)
    error = models.CharField("没有对成的原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "对账"
        verbose_name_plural = "对账"
        ordering = ["-id"]
        indexes = [models.Index(fields=["target", "-id"], name="comparison_target")]

    def __str__(self) -> str:
        return f"{self.target} {self.day:%Y-%m-%d}"


class DailyFigure(models.Model):
    """What the other side should hold of one kind and one agency at the end of a day, as it stood when the day was over; kept."""

    day = models.DateField("日期")
    kind = models.CharField("种类", max_length=40)
    agency = models.ForeignKey(
        Agency, verbose_name="单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    count = models.PositiveIntegerField("条数")
    digest = models.CharField("摘要", max_length=64)
    at = models.DateTimeField("统计时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "每日对账数字"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind", "agency"], name="daily_figure_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class ExpeditedEvent(models.Model):
    """An event that overtook the backlog because it ends something. Once its batch is delivered, what the backlog still
    holds of that object up to this position is left out, so that order per object is kept."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="expedited_events")
    position = models.BigIntegerField("留痕位置")
    tbl = models.SmallIntegerField("表")
    object_id = models.BigIntegerField("对象编号")

    class Meta:
        verbose_name = "先行撤下的变更"
        verbose_name_plural = "先行撤下的变更"
        indexes = [models.Index(fields=["object_id", "position"], name="expedited_object")]
        constraints = [models.UniqueConstraint(fields=["delivery", "position"], name="expedited_once")]


class DeliveryRejection(models.Model):
    """An event the receiver turned down. It is not sent again; correcting the record writes a new event, and once that
    one is accepted the rejection counts as resolved."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="rejections")
    position = models.BigIntegerField("留痕位置")
    object_id = models.BigIntegerField("记录编号")
    item_code = models.CharField("事项代码", max_length=40, blank=True)
    provider = models.ForeignKey(
        Agency, verbose_name="报送单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    code = models.CharField("错误代码", max_length=40, blank=True)
    reason = models.CharField("退回原因", max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField("解决时间", null=True, blank=True)

    class Meta:
        verbose_name = "省平台退回"
        verbose_name_plural = "省平台退回"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["provider", "-id"], name="delivery_rejection_provider"),
            models.Index(
                fields=["object_id"], name="delivery_rejection_open", condition=Q(resolved_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "position"], name="delivery_rejection_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_code} {self.object_id}"


class Incoming(models.Model):
    """A message from the province or the national site and what came of it. Contents are kept, encrypted, only while a person
    has to decide; what was taken stands in its own room."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    message_id = models.CharField("消息编号", max_length=100)
    kind = models.CharField("种类", max_length=40)
    digest = models.BinaryField("内容摘要", max_length=32)
    status = models.CharField("结果", max_length=8, choices=IncomingStatus.choices)
    code = models.CharField("错误代码", max_length=40, blank=True)
    detail = models.CharField("退回原因", max_length=500, blank=True)
    reference = models.CharField("形成的对象", max_length=100, blank=True)
    sealed = models.BinaryField("加密内容", null=True)
    received_at = models.DateTimeField("收到时间", auto_now_add=True)

    class Meta:
        verbose_name = "下发的信息"
        verbose_name_plural = "下发的信息"
        ordering = ["-id"]
        indexes = [models.Index(fields=["-id"], name="incoming_held", condition=Q(status="held"))]
        constraints = [
            models.UniqueConstraint(fields=["client", "message_id"], name="incoming_once"),
            models.CheckConstraint(
                condition=~Q(status="rejected", code=""), name="incoming_refusal_has_code"
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class FeedLine(models.Model):
    """One event of the feed, ready to be sent (`province.lines`). Derived: it may be emptied at any time and is filled again."""

    position = models.BigIntegerField("留痕位置", primary_key=True)
    tbl = models.SmallIntegerField("表")
    object_id = models.BigIntegerField("对象编号")
    kind = models.CharField("种类", max_length=40, null=True)
    ends = models.DateField("共享的最后一天", null=True)
    fragment = models.TextField("现成内容", null=True)

    class Meta:
        verbose_name = "变更清单的一行"
        verbose_name_plural = "变更清单"
        default_permissions = ()
        indexes = [models.Index(fields=["object_id"], name="feed_line_object")]

    def __str__(self) -> str:
        return str(self.position)


class ObjectDigest(models.Model):
    """What one shared record adds to the figures of reconciliation. The database drops the row when the record changes.

    `leaf` is the digest itself, or sealed where the record holds sealed values: who knows the rest could guess an identity
    number from a bare digest.
    """

    object_id = models.BigIntegerField("记录编号", primary_key=True)
    kind = models.CharField("种类", max_length=40)
    provider_id = models.BigIntegerField("报送单位")
    received_on = models.DateField("收到日期")
    ends = models.DateField("共享的最后一天")
    leaf = models.BinaryField("摘要")

    class Meta:
        verbose_name = "对象摘要"
        verbose_name_plural = "对象摘要"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.object_id)


class FeedProgress(models.Model):
    """How far the feed's lines go, and for which tables and version of contents they were made. One row."""

    position = models.BigIntegerField("已写至留痕位置", default=0)
    made_for = models.CharField("内容版本", max_length=200, default="")

    class Meta:
        verbose_name = verbose_name_plural = "变更清单进度"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.position)
