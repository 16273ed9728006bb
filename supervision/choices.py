"""Coded values of the supervision room."""

from django.db.models import TextChoices


class ClueKind(TextChoices):
    """What raised a clue. The words suspect and ask; they never state a fault."""

    LATE_REPORT = "late_report", "迟报"
    NUMBER_GAP = "number_gap", "疑似漏报（文号不连续）"
    FEEDBACK_LATE = "feedback_late", "比中后逾期未反馈"
    LIFT_LATE = "lift_late", "依据终止后逾期未解除措施"
    LATE_WITHDRAWAL = "late_withdrawal", "文书被撤销、变更后未按期撤回或者更正"
    LIST_OVERDUE = "list_overdue", "名单认定超期"
    LATE_CASE = "late_case", "信用修复、异议超期未办"
    LATE_ERASURE = "late_erasure", "删除个人信息的请求逾期未决定"
    LIST_MISSING = "list_missing", "外部认定的名单逾期没有来数"
    LIST_EMPTY = "list_empty", "外部认定的名单来数为空"


class ClueState(TextChoices):
    OPEN = "open", "待说明"
    EXPLAINED = "explained", "已说明，待办结"
    CLOSED = "closed", "已办结"


class GapReason(TextChoices):
    """Why numbers may lawfully be missing from a series."""

    VOID = "void", "文号作废或未使用"
    NO_PENALTY = "no_penalty", "不予处罚或不予许可"
    SUMMARY = "summary", "适用简易程序，不纳入归集"
    MINOR = "minor", "轻微或首次轻微并主动消除，不纳入归集"
    SECRET = "secret", "涉及国家秘密、商业秘密，依法不公开"
    NUMBERING = "numbering", "与其他文书共用编号，或编号规则特殊"
    MISTYPED = "mistyped", "报送时文号录入有误，已另行更正"
    OTHER = "other", "其他"


class Timing(TextChoices):
    """Whether a record came within its period."""

    ON_TIME = "on_time", "按期"
    LATE = "late", "迟报"
    UNCERTAIN = "uncertain", "待工作日历确定"
