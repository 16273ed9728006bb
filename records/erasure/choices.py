"""Coded values of erasures."""

from django.db.models import TextChoices


class Ground(TextChoices):
    """个人信息保护法第四十七条第一款, one by one."""

    PURPOSE = "purpose", "处理目的已实现、无法实现或者不再必要"
    RETENTION = "retention", "保存期限已届满"
    WITHDRAWN = "withdrawn", "本人撤回同意"
    UNLAWFUL = "unlawful", "违反法律、行政法规或者约定处理"
    OTHER_LAW = "other_law", "法律、行政法规规定的其他情形"


class AskedBy(TextChoices):
    PERSON = "person", "本人在窗口提出"
    AUTHORITY = "authority", "社会信用主管部门主动提出"
    FOLLOW_UP = "follow_up", "依法处理的期限已过，再次提出"


class Holding(TextChoices):
    """Where something about a person is kept. The database erases each by a function of its own: `erase_<holding>`."""

    RECORD = "record", "信用记录（含历史版本、更正和标注）"
    CONSENT = "consent", "同意登记（含同意书扫描件）"
    SUBJECT = "subject", "主体登记（姓名、证件）"
    LIST_ENTRY = "list_entry", "名单列入"
    HONOUR = "honour", "诚信名单列入"
    LIST_CASE = "list_case", "名单认定案卷"
    REPAIR_CASE = "repair_case", "修复、异议案卷"
    MEASURE = "measure", "实施的措施（文书号、事由、解除说明、结果反馈）"
    CLUE = "clue", "责任线索（文书号、说明、办结意见）"
    REJECTION = "rejection", "省平台退回原因"


class Kept(TextChoices):
    """What the retention rules distinguish."""

    RECORD_BY_LAW = "record_by_law", "依法律规定归集的信用记录"
    RECORD_BY_CONSENT = "record_by_consent", "依本人同意归集的信用记录"
    CONSENT = "consent", "同意登记（证明处理合法）"
    CASE = "case", "办理案卷"


class Fate(TextChoices):
    ERASE = "erase", "立即删除"
    STORE = "store", "停止处理，只保存"
    STAY = "stay", "不删除，仍依法处理"


class ErasureState(TextChoices):
    """Computed; never stored."""

    ASKED = "asked", "待决定"
    REFUSED = "refused", "不予删除"
    PARTLY = "partly", "已停止处理，部分待期满删除"
    DONE = "done", "已删除"
