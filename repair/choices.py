"""Coded values of credit repair and objections."""

from datetime import date
from typing import Final

from django.db.models import TextChoices


class Kind(TextChoices):
    """What somebody asks for. One kind of case for all of them: one number, one inbox, one set of clocks."""

    REPAIR = "repair", "信用修复"
    OBJECTION = "objection", "异议"
    REVIEW = "review", "异议复核"
    REORGANISATION = "reorganisation", "重整期间临时屏蔽"


class State(TextChoices):
    FILED = "filed", "待受理"
    RETURNED = "returned", "待补正"
    ACCEPTED = "accepted", "办理中"
    GRANTED = "granted", "已同意"
    REFUSED = "refused", "不予同意"
    DECLINED = "declined", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"


# The due day of a case for which no period runs: the applicant is to act, or all is done. Not null, so that lists page by it.
NO_CLOCK: Final = date.max
OPEN: Final = (State.FILED, State.RETURNED, State.ACCEPTED)
DECIDED: Final = (State.GRANTED, State.REFUSED)


class Channel(TextChoices):
    """Where it came in (plan, item 14: website, window, phone)."""

    PORTAL = "portal", "网站"
    WINDOW = "window", "服务窗口"
    NATIONAL = "national", "信用中国转办"


class Ground(TextChoices):
    """What is wrong, of an objection."""

    WRONG = "wrong", "内容错误"
    OMITTED = "omitted", "内容遗漏"
    OVERDUE = "overdue", "超过公示期限仍在公示"
    NOT_REMOVED = "not_removed", "应当移出而没有移出"
    NOT_PUBLIC = "not_public", "不应当公示"
    DUPLICATE = "duplicate", "重复公示"
    DIFFERS = "differs", "与认定机关的信息不一致"


class Source(TextChoices):
    """Whose error an objection is about; each has a clock of its own."""

    PLATFORM = "platform", "平台"
    PROVIDER = "provider", "提供单位"


class Remedy(TextChoices):
    """How an upheld objection is put right."""

    ENDED = "ended", "停止公示、共享和使用"
    CORRECTED = "corrected", "更正内容"
    SUPPLIED = "supplied", "补充报送"


# What an upheld ground asks for: some records should not be there, others say something wrong.
ENDING_GROUNDS: Final = frozenset({Ground.OVERDUE, Ground.NOT_REMOVED, Ground.NOT_PUBLIC, Ground.DUPLICATE})


class MaterialKind(TextChoices):
    COMMITMENT = "commitment", "信用修复承诺书"
    IDENTITY = "identity", "身份证明或者授权委托书"
    FULFILMENT = "fulfilment", "履行义务、纠正失信行为的证明"
    EVIDENCE = "evidence", "异议的证据"
    COURT_ORDER = "court_order", "人民法院批准重整计划或者认可和解协议的裁定书"


class Origin(TextChoices):
    """How a material came into the file."""

    UPLOADED = "uploaded", "申请人提交"
    CONFIRMED = "confirmed", "在线确认"
    FETCHED = "fetched", "办理单位自行查得"


class Purpose(TextChoices):
    """What somebody opens a paper of a case for. While a case is open, whoever handles it needs no other."""

    HANDLING = "handling", "办理本件"
    REVIEW = "review", "异议复核、行政复议或者行政诉讼"
    COMMITMENT = "commitment", "核查信用修复承诺是否属实"
    SUPERVISION = "supervision", "监督检查办理情况"


class Step(TextChoices):
    """What happened in a case, in the order of the law."""

    FILED = "filed", "提出申请"
    RETURNED = "returned", "一次性告知补正"
    SUPPLEMENTED = "supplemented", "补正材料"
    ACCEPTED = "accepted", "受理"
    DECLINED = "declined", "不予受理"
    HANDED_OVER = "handed_over", "转交办理"
    FETCHED = "fetched", "自行查得证明材料"
    EXTENDED = "extended", "延长办理期限"
    GRANTED = "granted", "作出同意的决定"
    REFUSED = "refused", "作出不予同意的决定"
    WITHDRAWN = "withdrawn", "申请人撤回"
    ACKNOWLEDGED = "acknowledged", "社会信用主管部门知悉"
    FALSE_COMMITMENT = "false_commitment", "认定承诺不实"
    COMPLETED = "completed", "重整计划执行完毕"


class Standing(TextChoices):
    """Today's answer about a record or list entry."""

    NONE = "none", "不需要修复"
    OVER = "over", "已经停止公示、共享和使用"
    IRREPARABLE = "irreparable", "依法不可修复"
    AUTOMATIC = "automatic", "到期自动停止公示"
    BARRED = "barred", "因承诺不实暂不适用承诺修复"
    LATER = "later", "最短公示期届满后可以申请"
    NOW = "now", "可以申请修复"
