"""The room that every other one may use."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "公共基础"

    def ready(self) -> None:
        from common import checks  # noqa: F401 - registers the system checks
