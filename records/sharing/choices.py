"""Coded values of sharing."""

from django.db.models import TextChoices


class PersonProof(TextChoices):
    """On what proof a purpose may look up natural persons (方案第13条); the number of the paper goes with each look-up."""

    NONE = "none", "不查询自然人"
    DOCUMENT = "document", "凭授权文书"
    CONSENT = "consent", "凭本人书面同意"


class Detail(TextChoices):
    """How much of a record the purpose needs (最小化, 方案第12条)."""

    SUMMARY = "summary", "只看事项、文书、决定机关和期限"
    CONTENTS = "contents", "另看记录内容（脱敏）"


class PurposeState(TextChoices):
    """Computed from dates, approval and withdrawal; never stored."""

    PENDING = "pending", "待审核"
    UPCOMING = "upcoming", "尚未生效"
    IN_FORCE = "in_force", "有效"
    EXPIRED = "expired", "已到期"
    WITHDRAWN = "withdrawn", "已撤销"


class LookUpKind(TextChoices):
    QUERY = "query", "逐户查询"
    EXPORT = "export", "批量导出"
    SELF = "self", "本人查询"
    LIST = "list", "列表下载"


class Outcome(TextChoices):
    ANSWERED = "answered", "已答复"
    REFUSED = "refused", "未予答复"


class ExportState(TextChoices):
    """Computed from who decided and when."""

    PENDING = "pending", "待审批"
    APPROVED = "approved", "可以下载"
    REFUSED = "refused", "未同意"
    TAKEN = "taken", "已下载"
    LAPSED = "lapsed", "逾期未下载"
