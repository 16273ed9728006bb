"""`manage.py load_reference`: bring the reference data of every room in; safe to run at every start.

Stands here because the portal is the one room that may call all the others.
"""

from typing import Any

from django.core.management.base import BaseCommand

from agencies.reference import load_agencies, load_areas
from agencies.roles import load_roles
from blacklist.reference import load_honours, load_schemes, load_sources
from catalog.deadlines.reference import load_deadlines
from catalog.reference import load_catalog
from common.reference import load_calendar_days
from ledger.services import acting
from portal.reference import load_site_rows
from records.erasure.reference import load_retention_rules
from records.persons.reference import load_consent_rules
from records.sharing.reference import load_sharing_rules
from repair.reference import load_repair_rules
from sanctions.reference import load_measures

BASIS = "鹤信用发〔2022〕1号 第1条、第3条、第7条、第9条、第14条"


class Command(BaseCommand):
    help = "装入单位、目录、公示期限、名单、措施和修复规则等基准数据；重复执行不产生变化。"

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(actor=None, action="reference.load", basis=BASIS):
            days = load_calendar_days()
            counts = {
                "角色": load_roles(),
                "单位": load_agencies(),
                "区划代码": load_areas(),
                **load_catalog(),
                "办理期限": load_deadlines(),
                "共享查询规则": load_sharing_rules(),
                "自然人同意规则": load_consent_rules(),
                "个人信息保存期限": load_retention_rules(),
                "名单": load_schemes(),
                "诚信名单": load_honours(),
                "名单来源": load_sources(),
                **load_measures(),
                "修复规则": load_repair_rules(),
                **load_site_rows(),
            }
        if options["verbosity"]:
            parts = "，".join(f"{name} {number}" for name, number in counts.items())
            self.stdout.write(f"基准数据已就绪：{parts}；日历变动 {days}")
