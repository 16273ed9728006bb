"""Coded values of the records room."""

from typing import Final

from django.db.models import TextChoices


class Procedure(TextChoices):
    """适用程序. Only the ordinary procedure can be stored; the other value exists so that it can be refused (G2)."""

    ORDINARY = "ordinary", "普通程序"
    SUMMARY = "summary", "简易程序"


class MinorCircumstance(TextChoices):
    """轻微情形. Only NONE can be stored (G2)."""

    NONE = "none", "无"
    MINOR_CORRECTED = "minor_corrected", "轻微并主动消除"
    FIRST_MINOR = "first_minor", "首次轻微并主动消除"


class Channel(TextChoices):
    FORM = "form", "在线填报"
    FILE = "file", "文件报送"
    API = "api", "接口报送"


class BatchStatus(TextChoices):
    QUEUED = "queued", "排队等待"
    RUNNING = "running", "正在核验"
    DONE = "done", "已完成"
    FAILED = "failed", "未能处理"


class EndReason(TextChoices):
    """Why a record ended before its time."""

    REVOKED = "revoked", "所依据的文书被撤销"
    CHANGED = "changed", "所依据的文书被变更，未在期限内更正"
    UNLAWFUL = "unlawful", "所依据的文书被确认违法"
    VOID = "void", "所依据的文书被确认无效"
    ENTERED_WRONGLY = "entered_wrongly", "报送有误，报送单位撤回"
    WRONG_SUBJECT = "wrong_subject", "主体有误，报送单位撤回"
    NOT_COLLECTABLE = "not_collectable", "依法不应归集，报送单位撤回"
    REPAIRED = "repaired", "信用修复"
    CONSENT_WITHDRAWN = "consent_withdrawn", "本人撤回同意"
    ERASED = "erased", "个人信息停止处理或者删除"


# Over for good: such an end is not taken back, and the same fact is not taken in again.
FINAL_ENDS: Final = frozenset(
    {EndReason.REVOKED, EndReason.UNLAWFUL, EndReason.VOID, EndReason.NOT_COLLECTABLE}
)
# What an agency may say when it withdraws what it handed in itself.
WITHDRAWALS: Final = (EndReason.ENTERED_WRONGLY, EndReason.WRONG_SUBJECT, EndReason.NOT_COLLECTABLE)


class Contested(TextChoices):
    """By what the document of a record is being looked at; the database derives it from the open proceedings."""

    NO = "", "无"
    REVIEW = "review", "行政复议中"
    LITIGATION = "litigation", "行政诉讼中"
    BOTH = "litigation,review", "行政复议、行政诉讼中"


def end_reason_label(reason: str) -> str:
    """The words for an end reason; other rooms' reasons that are words already stay as they are."""
    return str(EndReason(reason).label) if reason in EndReason.values else reason
