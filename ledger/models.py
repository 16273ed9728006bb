"""The ledger's tables as Django sees them, for reading.

Data flow: statement triggers on every tracked table write `Pending` and, once per action, `Context`; the sealer moves
committed `Pending` rows into `Event` under consecutive positions and closes each lot with a `Block`. The tables, their
triggers and their grants are plain SQL beside the migration (types, guards and triggers that Django has no words for),
hence `managed = False`. Nothing but the triggers and `services.seal` writes here; the database refuses the rest.

Rejected: writing events from Python (bulk COPY, `update()` and raw SQL would pass unseen); a commit horizon over
transaction ids (it loses the order of an object); one seal table beside the events (quadratic).
"""

from django.db import models

from ledger.choices import Operation


class Context(models.Model):
    """Who did what on which basis: one row per action and transaction. Empty `action` = change outside any service."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("时间")
    actor = models.BigIntegerField("操作人员", null=True)  # no foreign key: officers live in a room above
    action = models.TextField("事项")
    basis = models.TextField("依据")
    request_id = models.UUIDField("请求编号", null=True)
    db_user = models.TextField("数据库用户")
    db_role = models.TextField("数据库角色")

    class Meta:
        managed = False
        db_table = "ledger_context"
        verbose_name = verbose_name_plural = "操作说明"

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"


class Entry(models.Model):
    """What `Pending` and `Event` share: one change of one object."""

    context = models.ForeignKey(
        Context, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    object_id = models.BigIntegerField("对象编号")
    tbl = models.SmallIntegerField("表号")
    op = models.CharField("操作", max_length=1, choices=Operation.choices)
    digest = models.BinaryField("摘要")

    class Meta:
        abstract = True


class Pending(Entry):
    """The inbox: written by triggers, emptied by the sealer."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        managed = False
        db_table = "ledger_pending"
        verbose_name = verbose_name_plural = "待封存记录"

    def __str__(self) -> str:
        return f"{self.op} {self.tbl}/{self.object_id}"


class Event(Entry):
    """A sealed change. `position` runs from 1 without gaps and is the event's id towards other systems."""

    position = models.BigIntegerField("序号", primary_key=True)
    pending_id = models.BigIntegerField("收件号")

    class Meta:
        managed = False
        db_table = "ledger_event"
        verbose_name = verbose_name_plural = "账本记录"

    def __str__(self) -> str:
        return f"{self.position} {self.op} {self.tbl}/{self.object_id}"


class Block(models.Model):
    """A lot of consecutive events under one hash, which covers the hash of the block before it."""

    no = models.BigIntegerField("区块号", primary_key=True)
    first_position = models.BigIntegerField("起始序号")
    last_position = models.BigIntegerField("截止序号")
    sealed_at = models.DateTimeField("封存时间")
    alg = models.SmallIntegerField("算法")
    prev_hash = models.BinaryField("上一区块哈希")
    root = models.BinaryField("默克尔根")
    hash = models.BinaryField("区块哈希")

    class Meta:
        managed = False
        db_table = "ledger_block"
        verbose_name = verbose_name_plural = "账本区块"

    def __str__(self) -> str:
        return f"区块 {self.no}"
