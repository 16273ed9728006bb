"""`manage.py load_demo --scale N`: demo accounts and at least N invented decisions, through the real intake."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agencies.models import Officer
from common.clock import today
from portal.demo.accounts import load_accounts
from portal.demo.load import load
from portal.demo.repair import load_cases
from portal.statistics.services import take
from supervision.services import refresh


class Command(BaseCommand):
    help = "装入演示账号和演示数据（企业、个人、文书均为虚构）；同一规模重复执行不再增加。只用于演示环境。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale", type=int, default=300, help="演示文件中收下的记录至少这么多条，默认 300"
        )
        parser.add_argument("--accounts-only", action="store_true", help="只装入演示账号，不装入记录")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("只有演示环境（CREDIT_DEMO=1）可以装入演示数据。")
        if options["scale"] < 1:
            raise CommandError("--scale 应为正整数。")
        if options["accounts_only"]:
            load_accounts()
            return
        batches = load(options["scale"])
        load_cases({officer.username: officer for officer in Officer.objects.all()})
        refresh(on=today())  # what the daily jobs would find, so that the demo shows it at once
        take(day=today())
        if options["verbosity"]:
            taken = sum(batch.accepted for batch in batches)
            refused = sum(batch.rejected + batch.duplicate for batch in batches)
            self.stdout.write(f"演示数据已就绪：{len(batches)} 个文件，收下 {taken} 条，退回 {refused} 条。")
