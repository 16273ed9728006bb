from django.apps import AppConfig


class BlacklistConfig(AppConfig):
    name = "blacklist"
    verbose_name = "严重失信主体名单"

    def ready(self) -> None:
        from prometheus_client import REGISTRY

        from blacklist.metrics import SourceCollector

        REGISTRY.register(SourceCollector())
