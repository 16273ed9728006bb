"""`manage.py take_statistics [--day 2026-10-31]`: count a day (again)."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.clock import today
from portal.statistics.services import take


class Command(BaseCommand):
    help = "统计某一天终了时的公开数字；重复执行得到同样的数字。不写日期为昨天。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="截止日期，例如 2026-10-31")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kept = take(day=options["day"] or today() - timedelta(days=1))
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        if options["verbosity"]:
            self.stdout.write(f"截至 {kept.day:%Y-%m-%d} 的 {kept.rows} 个数字，摘要 {kept.digest}")
