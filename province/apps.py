from django.apps import AppConfig


class ProvinceConfig(AppConfig):
    name = "province"
    verbose_name = "省平台交换"

    def ready(self) -> None:
        from prometheus_client import REGISTRY

        from province.metrics import PushCollector

        REGISTRY.register(PushCollector())
