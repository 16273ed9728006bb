"""Coded values of the province room."""

from django.db.models import TextChoices


class DeliveryState(TextChoices):
    """Where a batch stands. At most one batch of a target is SENDING; a new one is made only when none is open."""

    QUEUED = "queued", "待发送"
    SENDING = "sending", "正在发送"
    WAITING = "waiting", "等待重试"
    DONE = "done", "已送达"
    PARKED = "parked", "已搁置，待人工处理"


OPEN_STATES = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.WAITING)


class Action(TextChoices):
    """What a receiver does with an event."""

    UPSERT = "upsert", "新增或更新"
    WITHDRAW = "withdraw", "撤下"


class ResultStatus(TextChoices):
    """What a receiver answers for an event."""

    ACCEPTED = "accepted", "收下"
    DUPLICATE = "duplicate", "此前已收下"
    REJECTED = "rejected", "退回"


class IncomingStatus(TextChoices):
    """What came of a message from above."""

    ACCEPTED = "accepted", "已收下"
    HELD = "held", "等待决定"
    REJECTED = "rejected", "已退回"
