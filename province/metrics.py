"""Gauges of the push for Prometheus, read from the database at every scrape: any web process can answer for all."""

from collections.abc import Iterable

import structlog
from django.db import Error
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from province.models import PushTarget
from province.selectors import backlog, dwell

log = structlog.get_logger(__name__)

_GAUGES = {
    "credit_push_undelivered_events": "Events the target has not acknowledged, unsealed and parked ones included",
    "credit_push_oldest_undelivered_seconds": "Age of the oldest event not acknowledged, 0 when there is none",
    "credit_push_parked_events": "Events of batches that wait for a person",
    "credit_push_dwell_p50_seconds": "Median time from commit to acknowledgement over 24 hours, by batch",
    "credit_push_dwell_p95_seconds": "95th percentile of the same",
    "credit_push_dwell_max_seconds": "Longest of the same",
    "credit_push_rejected_share": "Share of the events of the last 24 hours that the target rejected",
}


class PushCollector(Collector):
    """One value per gauge and target. Without a database the gauges are absent, which is itself a signal."""

    def describe(self) -> Iterable[Metric]:
        return self._families()

    def collect(self) -> Iterable[Metric]:
        undelivered, oldest, parked, *took, rejected = families = self._families()
        try:
            for target in PushTarget.objects.filter(active=True):
                found = backlog(target)
                undelivered.add_metric([target.code], found.events)
                oldest.add_metric([target.code], found.age(timezone.now()).total_seconds())
                parked.add_metric([target.code], found.parked)
                times = dwell(target)
                for family, length in zip(took, (times.p50, times.p95, times.longest), strict=True):
                    if length is not None:
                        family.add_metric([target.code], length.total_seconds())
                rejected.add_metric([target.code], times.rejected / times.events if times.events else 0.0)
        except Error as error:
            log.warning("province_metrics_unavailable", error=type(error).__name__)
            return []
        return families

    def _families(self) -> list[GaugeMetricFamily]:
        return [GaugeMetricFamily(name, text, labels=["target"]) for name, text in _GAUGES.items()]
