"""`manage.py write_demo_credentials`: how to sign in to the demo, as JSON that only its owner can read."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo.accounts import credentials, write_private
from portal.demo.callbacks import register_callback


class Command(BaseCommand):
    help = "写出演示账号、动态口令密钥和接口客户端（仅文件所有者可读）。只用于演示环境。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--web", required=True, help="网站地址")
        parser.add_argument("--sandbox", required=True, help="省平台沙箱地址")
        parser.add_argument("--window", default="", help="政务服务窗口沙箱地址；给出时登记其回调地址")
        parser.add_argument("--out", required=True, type=Path, help="写到哪个文件")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("只有演示环境（CREDIT_DEMO=1）可以写出演示账号。")
        try:
            content = credentials(options["web"], options["sandbox"])
        except KeyError as missing:
            raise CommandError(f"缺少演示账号 {missing}，请先执行 load_demo。") from missing
        if window := options["window"]:
            name, secret = register_callback(window)
            content["window"] = window
            (client,) = (one for one in content["clients"] if one["name"] == name)
            client["callback_secret"] = secret
        write_private(options["out"], content)
