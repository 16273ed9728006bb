"""`manage.py load_reference`: bring the reference data of every room in; safe to run at every start."""

from typing import Any

from django.core.management.base import BaseCommand

from agencies.reference import load_agencies
from catalog.reference import load_catalog
from common.reference import load_calendar_days
from ledger.services import acting


class Command(BaseCommand):
    help = "装入单位、目录、公示期限、名单、措施和修复规则等基准数据；重复执行不产生变化。"

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(actor=None, action="reference.load", basis="鹤信用发〔2022〕1号 第1条、第7条、第9条"):
            load_calendar_days()
            agencies = load_agencies()
            counts = load_catalog()
        if options["verbosity"]:
            self.stdout.write(
                f"已装入 {agencies} 个单位；" + "，".join(f"{k} {v}" for k, v in counts.items())
            )
