"""System checks of the database (`manage.py check --database default`, and before every migrate).

They find what otherwise fails silently: under LC_CTYPE "C" the trigram index scores every Chinese pair zero, and
deadlines beyond the known calendar are computed on a plain week.
"""

from collections.abc import Sequence
from datetime import date

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.utils import timezone

from common.models import CalendarDay
from common.selectors import read_calendar


def _scalar(alias: str, sql: str) -> object:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@register(Tags.database)
def check_chinese_text(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """UTF-8, and a character type that knows Chinese letters."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        if _scalar(alias, "SHOW server_encoding") != "UTF8":
            messages.append(
                Error("数据库编码不是UTF8", hint="请以 ENCODING 'UTF8' 重建数据库", id="common.E001")
            )
        if not _knows_chinese(alias):
            messages.append(
                Error(
                    "数据库的字符类型不识别中文，名称检索会悄悄失效",
                    hint="请以 LC_CTYPE 'C.UTF-8'（或其他UTF-8区域）重建数据库",
                    id="common.E002",
                )
            )
    return messages


def _knows_chinese(alias: str) -> bool:
    """By the extension itself where it is installed; before the first migration by the regular expression class."""
    if _scalar(alias, "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')"):
        return bool(_scalar(alias, "SELECT similarity('鹤岗煤业', '鹤岗市煤业') > 0"))
    return bool(_scalar(alias, "SELECT '鹤' ~ '^[[:alpha:]]$'"))


def missing_years(today: date, covered: frozenset[int]) -> list[int]:
    """Years whose calendar should be known on `today`: this one, and from November on the next."""
    needed = [today.year] + ([today.year + 1] if today.month >= 11 else [])
    return [year for year in needed if year not in covered]


@register(Tags.database)
def check_calendar(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """The State Council's notice for next year appears in November; somebody has to enter it."""
    if "default" not in (databases or ()):
        return []
    table = CalendarDay._meta.db_table
    if not _scalar("default", f"SELECT to_regclass('{table}') IS NOT NULL"):
        return []  # before the first migration
    return [
        Warning(
            f"工作日历缺少{year}年的节假日安排，期限将按周一至周五推算",
            hint="请按国务院办公厅通知录入该年放假和调休日期",
            id="common.W001",
        )
        for year in missing_years(timezone.localdate(), read_calendar().covered_years)
    ]
