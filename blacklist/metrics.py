"""Gauges of lists decided elsewhere for Prometheus, read from the database at every scrape.

`credit_list_source_alarm` is what to be woken for: the source has been silent for too long, or its newest delivery was
empty. It never means that the list is empty: what stands goes on standing.
"""

from collections.abc import Iterable

import structlog
from django.db import Error
from django.db.models import Count
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from blacklist.choices import DeliveryStatus
from blacklist.imports.selectors import source_states
from blacklist.models import ListDelivery
from common.clock import today

log = structlog.get_logger(__name__)

_BY_SOURCE = {
    "credit_list_source_alarm": "1 when the source is silent for too long or its newest delivery was empty",
    "credit_list_source_missing": "1 when the source has not delivered within its rhythm",
    "credit_list_source_empty": "1 when the newest delivery held no usable row; the list stays as it was",
    "credit_list_source_held": "1 when the newest delivery waits for a person",
    "credit_list_source_age_days": "Days since a delivery of the source was last applied",
}
_WAITING = "credit_list_deliveries"
_OPEN = (DeliveryStatus.QUEUED, DeliveryStatus.READING, DeliveryStatus.HELD, DeliveryStatus.APPROVED)


class SourceCollector(Collector):
    """One value per gauge and source. Without a database the gauges are absent, which is itself a signal."""

    def describe(self) -> Iterable[Metric]:
        return self._families()

    def collect(self) -> Iterable[Metric]:
        alarm, missing, empty, held, age, waiting = families = self._families()
        at = today()
        try:
            for state in source_states(at):
                code = [state.source.code]
                flags = (state.alarm, state.missing, state.empty, state.held)
                for family, flag in zip((alarm, missing, empty, held), flags, strict=True):
                    family.add_metric(code, float(flag))
                if state.last_applied is not None:
                    age.add_metric(code, (at - state.last_applied).days)
            rows = ListDelivery.objects.filter(status__in=_OPEN).order_by().values_list("status")
            counted = dict(rows.annotate(n=Count("pk")))
            for status in _OPEN:
                waiting.add_metric([status.value], counted.get(status.value, 0))
        except Error as error:
            log.warning("list_metrics_unavailable", error=type(error).__name__)
            return []
        return families

    def _families(self) -> list[GaugeMetricFamily]:
        families = [GaugeMetricFamily(name, text, labels=["source"]) for name, text in _BY_SOURCE.items()]
        return [*families, GaugeMetricFamily(_WAITING, "Deliveries not settled, by state", labels=["state"])]
