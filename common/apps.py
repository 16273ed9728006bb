"""The room that every other one may use."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "公共基础"

    def ready(self) -> None:
        from django.conf import settings

        from common import checks  # noqa: F401 - registers the system checks
        from common.request_log import configure

        configure(settings.LOG_LEVEL)
