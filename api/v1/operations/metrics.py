"""Metrics in Prometheus' text format; counts and ages only.

`docs/reference/metrics.md` explains each, and a test fails when one is missing there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from api.application.checks.backlog import is_late, read_backlog
from api.application.services import Services
from api.http.dependencies import Use
from api.platform.disk import room_at
from api.security.access import PUBLIC, allow
from api.security.routing import Router

router = Router(include_in_schema=False)

METRICS: Final = {
    "gatekeeper_checks_waiting": "Checks that were received and have no answer yet.",
    "gatekeeper_checks_oldest_seconds": "For how many seconds the oldest of them has waited; 0 if none waits.",
    "gatekeeper_checks_retried": "Checks that wait and have been tried in vain at least once.",
    "gatekeeper_checks_not_examined": "Checks that were refused in the last 24 hours without having been examined.",
    "gatekeeper_queue_late": "1 if a check waits for more than five minutes or was tried three times in vain, else 0.",
    "gatekeeper_disk_free_bytes": "Bytes that are free on the disk of the data folder.",
}


@router.get("/metrics")
@allow(PUBLIC)
def show_metrics(services: Use) -> Response:
    """Return the figures as they are now, of all processes of this installation together."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(services))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Figures(Collector):
    """Asks the database anew for every answer, since other processes share the queue."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = self._services.clock()
        backlog = read_backlog(self._services.store, now)
        values = (
            backlog.waiting,
            backlog.age(now).total_seconds(),
            backlog.retried,
            backlog.not_examined,
            is_late(backlog, now),
            room_at(self._services.settings.data).free,
        )
        for (name, says), value in zip(METRICS.items(), values, strict=True):
            yield GaugeMetricFamily(name, says, value=float(value))
