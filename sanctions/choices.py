"""Coded values of the sanctions room."""

from django.db.models import TextChoices


class MeasureClass(TextChoices):
    """The three classes of the national base list. Class C can be informed, never ordered (plan, item 10)."""

    A = "A", "依法依规减损权益或增加义务的措施"
    B = "B", "根据履职需要实施的管理措施"
    C = "C", "公共管理机构以外的组织自主实施的措施"
    INCENTIVE = "I", "守信激励措施"


class MeasureLevel(TextChoices):
    NATIONAL = "national", "全国失信惩戒措施基础清单"
    PROVINCIAL = "provincial", "省补充清单"
    CITY = "city", "鹤岗市奖惩措施清单"


class MatterKind(TextChoices):
    """What sort of occasion makes a body look somebody up (嵌入应用, plan, item 11)."""

    SERVICE = "service", "政务服务事项"
    PROCUREMENT = "procurement", "政府采购"
    TENDER = "tender", "招标投标"
    LAND = "land", "国有土地出让"
    SUBSIDY = "subsidy", "财政性资金和项目支持"
    HONOUR = "honour", "评先评优"
    APPOINTMENT = "appointment", "录用和任职"
    SUPERVISION = "supervision", "日常监管"
