"""Coded values of the serious-dishonesty list."""

from django.db.models import TextChoices

from records.choices import end_reason_label as record_end_reason


class SchemeField(TextChoices):
    """The four kinds of conduct for which a list may exist at all (plan, item 6). There is no fifth."""

    HEALTH_AND_LIFE = "health_and_life", "严重危害人民群众身体健康和生命安全"
    MARKET_ORDER = "market_order", "严重破坏市场公平竞争秩序和社会正常秩序"
    REFUSED_OBLIGATION = "refused_obligation", "拒不履行法定义务严重影响司法机关和行政机关公信力"
    NATIONAL_DEFENCE = "national_defence", "拒不履行国防义务"


class SchemeLevel(TextChoices):
    """Lists are national or provincial; a city may set none (plan, item 7)."""

    NATIONAL = "national", "全国"
    PROVINCIAL = "provincial", "本省"


class AuthorityLevel(TextChoices):
    """The lowest level of a department that may decide: county at least (plan, item 8)."""

    COUNTY = "county", "县（区）级以上"
    CITY = "city", "市级以上"
    PROVINCE = "province", "省级"


class StepKind(TextChoices):
    """What can happen in a case. A case is the row that opened it and these steps, one after another, for ever."""

    NOTICE = "notice", "事先告知"
    SERVED = "served", "送达告知书"
    STATEMENT = "statement", "当事人陈述、申辩"
    OBJECTION = "objection", "当事人提出异议"
    VERIFIED = "verified", "核实情况"
    ANSWER = "answer", "答复异议"
    HEARING = "hearing", "听证"
    REVIEW = "review", "集体审议"
    DECIDED = "decided", "作出列入决定"
    DECISION_SERVED = "decision_served", "送达决定书"
    SUSPENDED = "suspended", "中止"
    RESUMED = "resumed", "恢复"
    CLOSED = "closed", "不予列入，结案"
    REOPENED = "reopened", "重新办理"


class ServiceKind(TextChoices):
    """How a document reached the party (送达方式); it decides from which day the clocks run."""

    DIRECT = "direct", "直接送达"
    MAIL = "mail", "邮寄送达"
    ELECTRONIC = "electronic", "电子送达"
    PUBLIC_NOTICE = "public_notice", "公告送达"


class Channel(TextChoices):
    WORKBENCH = "workbench", "工作台"
    API = "api", "接口"
    PORTAL = "portal", "门户网站"
    WINDOW = "window", "服务窗口"
    ENTERED = "entered", "工作人员代为登记"


class Outcome(TextChoices):
    """What came of a step that has a result."""

    NONE = "", "无"
    UPHELD = "upheld", "异议成立"
    PARTLY = "partly", "异议部分成立"
    REJECTED = "rejected", "异议不成立"
    HELD = "held", "已举行听证"
    WITHDRAWN = "withdrawn", "当事人放弃听证"
    LIST = "list", "同意列入"
    NOT_LIST = "not_list", "不予列入"
    COURT = "court", "人民法院裁定中止"
    RECONSIDERATION = "reconsideration", "行政复议期间中止"
    OTHER = "other", "其他法定情形"


class Phase(TextChoices):
    """Where a case stands: derived from its steps, never stored."""

    TO_NOTIFY = "to_notify", "待告知"
    TO_SERVE = "to_serve", "待送达"
    WINDOW = "window", "异议期内"
    TO_ANSWER = "to_answer", "待答复异议"
    TO_HEAR = "to_hear", "待听证"
    TO_REVIEW = "to_review", "待集体审议"
    TO_DECIDE = "to_decide", "待作决定"
    LISTED = "listed", "已列入"
    SUSPENDED = "suspended", "中止"
    CLOSED = "closed", "已结案，未列入"


class Origin(TextChoices):
    DECIDED = "decided", "本平台办理认定"
    IMPORTED = "imported", "上级或者其他系统认定"


class ChangeKind(TextChoices):
    """What happened to an entry."""

    LISTED = "listed", "列入"
    MODIFIED = "modified", "变更"
    SUSPENDED = "suspended", "暂停执行"
    RESUMED = "resumed", "恢复执行"
    ENDED = "ended", "移出"


class EndReason(TextChoices):
    """Why somebody comes off the list before the last day."""

    REPAIR = "repair", "信用修复"
    REVOCATION = "revocation", "撤销列入决定"
    COURT = "court", "司法裁判、行政复议决定"
    CORRECTION = "correction", "更正"
    EXPIRY = "expiry", "期限届满"


def end_reason_label(reason: str) -> str:
    """The words for an end reason of an entry, or of a record; what is words already stays as it is."""
    return str(EndReason(reason).label) if reason in EndReason.values else record_end_reason(reason)


class SeriesKind(TextChoices):
    """Which document a number belongs to; each agency numbers each kind by itself, from 1 each year."""

    CASE = "case", "立案"
    NOTICE = "notice", "列入事先告知书"
    ANSWER = "answer", "异议答复书"
    DECISION = "decision", "列入决定书"
    CLOSURE = "closure", "不予列入通知书"


class Source(TextChoices):
    """Where an attempt to set up a list came from."""

    FORM = "form", "工作台"
    API = "api", "接口"


class Polarity(TextChoices):
    """Which way a list points. The two never share a table."""

    DISHONESTY = "dishonesty", "严重失信主体名单"
    HONOUR = "honour", "诚实守信名单"


class DeliveryStatus(TextChoices):
    """Where a delivery of a list stands."""

    QUEUED = "queued", "等待核验"
    READING = "reading", "正在核验"
    HELD = "held", "等待人工核对"
    APPROVED = "approved", "已批准，正在应用"
    APPLIED = "applied", "已应用"
    REFUSED = "refused", "核对后未采用"
    EMPTY = "empty", "空名单，未采用"
    FAILED = "failed", "文件无法处理"
    OVERTAKEN = "overtaken", "已有更新的来数，不再处理"
