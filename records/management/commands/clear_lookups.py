"""`manage.py clear_lookups`: clear register rows past their last day; run as the owner of the database (DATABASE_ROLE empty)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from common.clock import today
from records.sharing.services import clear_lookups


class Command(BaseCommand):
    help = "清除保存期限已满的查询登记。须以数据库所有者身份运行（DATABASE_ROLE 留空）；未满期限的，数据库拒绝删除。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = clear_lookups(on=today())
        except ProgrammingError as refused:
            raise CommandError("当前数据库角色不能删除查询登记，请以数据库所有者身份运行。") from refused
        self.stdout.write(f"已清除保存期满的查询登记 {count} 条。")
