"""Coded values of the catalog room."""

from django.db.models import IntegerChoices, TextChoices


class BasisLevel(TextChoices):
    """Rank of a legal basis (plan, items 1, 2, 7 and 9 tell which rank suffices for what)."""

    LAW = "law", "法律"
    ADMINISTRATIVE_REGULATION = "administrative_regulation", "行政法规"
    CENTRAL_POLICY = "central_policy", "党中央、国务院政策文件"
    PROVINCIAL_REGULATION = "provincial_regulation", "地方性法规"
    DEPARTMENT_RULE = "department_rule", "部门规章"
    OTHER = "other", "其他规范性文件"


class SourceMark(TextChoices):
    """How far a fact in this row was checked against the text itself."""

    VERIFIED = "verified", "已核对原文"
    EXCERPT = "excerpt", "据摘录，待核对全文"
    UNVERIFIED = "unverified", "来源待核"


class EditionLevel(TextChoices):
    """Layers of the catalog. There is no city layer: a city may not add items (plan, item 1)."""

    NATIONAL = "national", "全国基础目录"
    PROVINCIAL = "provincial", "省目录"
    PROVINCIAL_SUPPLEMENT = "provincial_supplement", "省补充目录"


class Nature(TextChoices):
    BASIC = "basic", "基础信息"
    DISHONEST = "dishonest", "失信信息"
    HONEST = "honest", "守信信息"
    OTHER = "other", "其他信息"


class Sharing(TextChoices):
    UNCONDITIONAL = "unconditional", "无条件共享"
    CONDITIONAL = "conditional", "有条件共享"
    NONE = "none", "不予共享"


class Publicity(TextChoices):
    PUBLIC = "public", "公开公示"
    AUTHORISED = "authorised", "授权查询"
    GOVERNMENT = "government", "政务共享"


class SubjectKind(TextChoices):
    """The three classes of credit subject (信用主体); values are the words of the 双公示 standard."""

    ORGANISATION = "organisation", "法人及非法人组织"
    PERSON = "person", "自然人"
    SELF_EMPLOYED = "self_employed", "个体工商户"


class FieldType(TextChoices):
    TEXT = "text", "文本"
    CODE = "code", "单选代码"
    CODES = "codes", "多选代码"
    DATE = "date", "日期"
    DECIMAL = "decimal", "数值"
    USCC = "uscc", "统一社会信用代码"
    ID_DOCUMENT = "id_document", "证件号码"


class Required(TextChoices):
    YES = "yes", "必填"
    NO = "no", "选填"
    CONDITIONAL = "conditional", "按条件必填"


class FieldRole(TextChoices):
    """What the platform itself uses a field for; fields without a role are only kept, checked and shown."""

    NONE = "", "无"
    SUBJECT_NAME = "subject_name", "主体名称"
    SUBJECT_KIND = "subject_kind", "主体类别"
    SUBJECT_USCC = "subject_uscc", "主体统一社会信用代码"
    SUBJECT_REGISTRATION = "subject_registration", "工商注册号"
    SUBJECT_CODE = "subject_code", "主体其他代码"
    SUBJECT_DOCUMENT_KIND = "subject_document_kind", "自然人证件类型"
    SUBJECT_DOCUMENT = "subject_document", "自然人证件号码"
    REPRESENTATIVE = "representative", "法定代表人"
    REPRESENTATIVE_DOCUMENT_KIND = "representative_document_kind", "法定代表人证件类型"
    REPRESENTATIVE_DOCUMENT = "representative_document", "法定代表人证件号码"
    DOCUMENT_NUMBER = "document_number", "文书号"
    DOCUMENT_NAME = "document_name", "文书名称"
    DECISION_DATE = "decision_date", "决定日期"
    VALID_FROM = "valid_from", "有效期自"
    VALID_UNTIL = "valid_until", "有效期至"
    PUBLISH_UNTIL = "publish_until", "公示截止期"
    PENALTY_TYPES = "penalty_types", "处罚类别"
    CONDUCT = "conduct", "行为类型"
    CONTENT = "content", "主要内容"
    STATUS = "status", "当前状态"
    AUTHORITY_NAME = "authority_name", "决定机关"
    AUTHORITY_USCC = "authority_uscc", "决定机关代码"
    SOURCE_NAME = "source_name", "数据来源单位"
    SOURCE_USCC = "source_uscc", "数据来源单位代码"


class Exposure(TextChoices):
    """What the public sees of a field when its record is published."""

    SHOWN = "shown", "公开"
    MASKED_NAME = "masked_name", "隐去名字"
    HIDDEN = "hidden", "不公开"
    SECRET = "secret", "不公开且加密保存"


class PeriodKind(TextChoices):
    """Which family of publication rules an item follows."""

    PENALTY = "penalty", "行政处罚公示期"
    VALIDITY = "validity", "按有效期公示"
    FIXED = "fixed", "固定期限"
    NEVER = "never", "不向社会公示"


class Route(TextChoices):
    """The six routes of item 3 of the plan."""

    COUNTY = "county", "县（区）、乡（镇）单位报上级主管部门或市平台"
    CITY = "city", "市级单位报市平台"
    PROVINCIAL_SYSTEM = "provincial_system", "经省填报系统推送，市平台接收副本"
    COURT = "court", "市中级人民法院报市平台"
    UTILITY = "utility", "公用企事业单位按约定报市平台"
    UPWARD = "upward", "市平台报省平台"


class Severity(IntegerChoices):
    """Bands in which a measure and the conduct it answers are laid side by side (过惩相当, plan, item 10)."""

    LIGHT = 1, "较轻"
    MEDIUM = 2, "一般"
    HEAVY = 3, "较重"


class TimeUnit(TextChoices):
    """What a period is counted in."""

    WORKDAYS = "workdays", "个工作日"
    DAYS = "days", "日"
    MONTHS = "months", "个月"


class PeriodStart(TextChoices):
    """From which day a regime counts its periods."""

    DECISION = "decision", "决定作出之日"
    DETERMINATION = "determination", "文书认定（生效）之日"
    PUBLICATION = "publication", "开始公示之日"
