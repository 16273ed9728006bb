"""`manage.py rotate_data_keys`: seal everything anew with the current data key; run as the owner of the database."""

import sys
import time
from argparse import ArgumentParser
from collections import Counter
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.locks import advisory_lock
from common.resealing import sealed_columns, sealed_files
from ledger import resealing

_PAUSE: Final = 10.0  # seconds between two words about the same column


class Command(BaseCommand):
    help = (
        "用当前数据密钥重新加密全部密文和文件。须以数据库所有者身份运行（DATABASE_ROLE 留空）；可在服务运行时执行，"
        "中断后再次运行即从断点继续。还有用旧密钥加密的内容时返回 1。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--report", action="store_true", help="只报告各密钥加密的数量，不改动")
        parser.add_argument("--batch", type=int, default=resealing.BATCH, metavar="行数", help="每批行数")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["report"]:
            if foreign := resealing.not_owned():
                raise CommandError(
                    f"当前数据库角色不是{'、'.join(foreign)}的所有者，请以数据库所有者身份运行。"
                )
            with advisory_lock("keys.rotate", wait=False) as obtained:
                if not obtained:
                    raise CommandError("另一次更换密钥正在进行。")
                try:
                    self._reseal(options["batch"])
                except KeyboardInterrupt:
                    self.stdout.write("已停止。做完的保留，再次运行即从断点继续。")
                    sys.exit(130)
        self._report()

    def _reseal(self, size: int) -> None:
        for column in sealed_columns():
            done, said = resealing.Done(), time.monotonic()
            for done in resealing.reseal_column(column, size):
                if time.monotonic() - said >= _PAUSE:
                    self._say(column.name, done)
                    said = time.monotonic()
            self._say(column.name, done)
        for files in sealed_files():
            self._say(files.name, resealing.reseal_files(files))

    def _say(self, name: str, done: resealing.Done) -> None:
        if done.resealed or done.unreadable or done.postponed:
            words = f"{name}：已重新加密 {done.resealed}"
            words += f"，打不开 {done.unreadable}" if done.unreadable else ""
            self.stdout.write(words + ("，表正忙，请稍后再次运行" if done.postponed else ""))
            self.stdout.flush()

    def _report(self) -> None:
        total: Counter[str] = Counter()
        for name, keys in resealing.left().items():
            total += keys
            for key, count in sorted(keys.items()):
                if key != settings.DATA_KEY_CURRENT:
                    self.stdout.write(f"仍用 {key or '（不是密文）'}：{name} {count}")
        current = settings.DATA_KEY_CURRENT
        self.stdout.write(f"当前密钥 {current}：{total[current]}")
        for key in settings.DATA_KEYS:
            if key != current and not total[key]:
                self.stdout.write(
                    f"密钥 {key} 已没有内容使用。全部进程改用 {current} 重启之后再报告一次仍是如此，即可移除；仍需恢复的旧备份除外。"
                )
        if sum(total.values()) > total[current]:
            sys.exit(1)
