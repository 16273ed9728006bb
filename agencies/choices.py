"""Coded values of the agencies room."""

from django.db.models import TextChoices


class Level(TextChoices):
    """Administrative level; decides the route of a hand-in (plan, item 3)."""

    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县（区）级"
    TOWNSHIP = "township", "乡（镇）级"


class Kind(TextChoices):
    """What sort of body an agency is."""

    ADMINISTRATION = "administration", "行政机关"
    COURT = "court", "人民法院"
    PROCURATORATE = "procuratorate", "人民检察院"
    PARTY = "party", "党群机关"
    INSTITUTION = "institution", "事业单位"
    UTILITY = "utility", "公用企事业单位"
    VERTICAL = "vertical", "市直及中省直单位"


class Role(TextChoices):
    """Roles of officers; each is one Django group with the model permissions of `agencies.roles`."""

    SUBMITTER = "submitter", "录入"
    REVIEWER = "reviewer", "审核"
    AUTHORITY = "authority", "信用主管部门"
    AUDITOR = "auditor", "审计"
    ADMINISTRATOR = "administrator", "系统管理"


class Scope(TextChoices):
    """OAuth2 scopes of machine clients."""

    RECORDS_SUBMIT = "records:submit", "报送信用信息"
    SCREENING_QUERY = "screening:query", "查询比对与结果反馈"
    LISTS_DECIDE = "lists:decide", "办理名单认定案件"
    REPAIR_SUBMIT = "repair:submit", "转来信用修复申请和异议"
    PROVINCE_PULL = "province:pull", "省平台拉取变更"
    PROVINCE_SEND = "province:send", "省平台下发信息"
