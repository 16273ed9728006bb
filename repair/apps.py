from django.apps import AppConfig


class RepairConfig(AppConfig):
    name = "repair"
    verbose_name = "信用修复和异议"

    def ready(self) -> None:
        from blacklist import repair_notice
        from repair.documents import notice_with_listing

        repair_notice.provide(notice_with_listing)
