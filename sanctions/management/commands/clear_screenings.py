"""`manage.py clear_screenings`: delete screenings whose time is over. Run monthly as the owner of the database."""

from typing import Any

from django.core.management.base import BaseCommand

from common.clock import today
from sanctions.services import clear_screenings


class Command(BaseCommand):
    help = "清除保存期满的查询比对回执、比中和反馈；未满期限的，数据库拒绝删除。"

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = clear_screenings(on=today())
        if options["verbosity"]:
            self.stdout.write(f"已清除 {deleted} 次查询比对")
