"""Coded values of identity."""

from django.db.models import TextChoices


class CodeKind(TextChoices):
    """The six codes of an organisation (“双公示”标准 行政相对人代码_1 至 _6); values are the ends of their field codes."""

    USCC = "uscc", "统一社会信用代码"
    REGISTRATION = "gszc", "工商注册号"
    ORGANISATION = "zzjg", "组织机构代码"
    TAX = "swdj", "税务登记号"
    INSTITUTION = "sydw", "事业单位证书号"
    SOCIAL = "shzz", "社会组织登记证号"


class ChangeKind(TextChoices):
    MERGE = "merge", "合并"
    SPLIT = "split", "拆分"


class Ground(TextChoices):
    """What a change rests on. A name is none (plan, item 4)."""

    IDENTIFIER = "identifier", "代码相同"
    DOCUMENT = "document", "文书写明两个主体"


class ChangeState(TextChoices):
    PROPOSED = "proposed", "待审核"
    REFUSED = "refused", "未同意"
    IN_EFFECT = "in_effect", "已生效"
    UNDONE = "undone", "已撤销"


class NameSource(TextChoices):
    RECORD = "record", "报送的记录"
    DECISION = "decision", "更名登记"
