"""`manage.py create_administrator --agency CODE --username NAME --full-name 姓名`: the first account of an installation.

Everybody else is entered by an administrator in the workbench. The password is asked for (or read from
CREDIT_ADMINISTRATOR_PASSWORD); the one-time-code secret is written out once.
"""

import getpass
import os
from typing import Any

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.choices import Role
from agencies.models import Agency
from agencies.services import create_officer


class Command(BaseCommand):
    help = "为一个单位开通系统管理员账号，写出动态口令密钥（只显示一次）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", required=True, help="单位代号，例如 hg-yingshang")
        parser.add_argument("--username", required=True, help="账号")
        parser.add_argument("--full-name", required=True, help="姓名")

    def handle(self, *args: Any, **options: Any) -> None:
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(f"没有代号为“{options['agency']}”的单位，请先运行 load_reference")
        password = os.environ.get("CREDIT_ADMINISTRATOR_PASSWORD") or getpass.getpass("口令：")
        secret = generate_totp_secret()
        try:
            made = create_officer(
                username=options["username"],
                full_name=options["full_name"],
                agency=agency,
                roles=[Role.ADMINISTRATOR],
                password=password,
                totp_secret=secret,
            )
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        self.stdout.write(f"已开通 {made.username}（{agency.name}，系统管理）。动态口令密钥：{secret}")
