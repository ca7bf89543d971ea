"""What the monitoring reads: requests by route, and how much work is waiting.

With several processes, set PROMETHEUS_MULTIPROC_DIR to a folder they share.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min, Q
from django.http import HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sunline.api.endpoints import Call
from sunline.api.models import HubDelivery
from sunline.kernel import clock, unreadable
from sunline.kernel.models import Delivery, Job, PeriodicRun

from . import monitoring

REQUESTS = Counter("sunline_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "sunline_request_seconds",
    "Time from request to answer.",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def count(method: str, route: str, status: int, seconds: float) -> None:
    """Count one request; unknown methods and addresses are one label each."""
    REQUESTS.labels(method if method in METHODS else "other", route or "none", str(status)).inc()
    SECONDS.labels(route or "none").observe(seconds)


class Waiting(Collector):
    """Counts what waits in the database, when it is asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges."""
        now = clock.now()
        yield self._deliveries()
        yield self._hub()
        yield self._jobs()
        yield _gauge("sunline_unreadable", "Items a person must look at.", unreadable.waiting())
        yield _gauge(
            "sunline_worker_age_seconds", "Since the worker last ran a task.", worker_age(now) or -1
        )

    def _deliveries(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily(
            "sunline_deliveries", "Facts owed to listeners.", labels=["listener", "state"]
        )
        rows = Delivery.objects.values("listener").annotate(
            waiting=Count("id", filter=Q(dead=False)), dead=Count("id", filter=Q(dead=True))
        )
        for row in rows:
            family.add_metric([row["listener"], "waiting"], row["waiting"])
            family.add_metric([row["listener"], "dead"], row["dead"])
        return family

    def _hub(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily(
            "sunline_hub_deliveries", "Notifications owed to subscribers.", labels=["state"]
        )
        row = HubDelivery.objects.aggregate(
            waiting=Count("id", filter=Q(dead=False)), dead=Count("id", filter=Q(dead=True))
        )
        family.add_metric(["waiting"], row["waiting"])
        family.add_metric(["dead"], row["dead"])
        return family

    def _jobs(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily("sunline_jobs", "Background jobs.", labels=["kind", "state"])
        for kind, state, number in (
            Job.objects.exclude(state="done")
            .values_list("kind", "state")
            .annotate(number=Count("id"))
        ):
            family.add_metric([kind, state], number)
        return family


def worker_age(now: datetime) -> float | None:
    """Return the seconds since a worker last started a recurring task, None if never."""
    last = PeriodicRun.objects.aggregate(first=Min("due_at"))["first"]
    started = (
        PeriodicRun.objects.exclude(last_started_at=None)
        .order_by("-last_started_at")
        .values_list("last_started_at", flat=True)
        .first()
    )
    if last is None or started is None:
        return None
    return (now - started).total_seconds()


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def scrape(call: Call) -> HttpResponse:
    """Return everything in the monitoring's format; raise MonitoringOnly for others."""
    monitoring.require(call.request)
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        body = generate_latest(registry)
    else:
        body = generate_latest(REGISTRY)
    waiting = CollectorRegistry()
    waiting.register(Waiting())
    return HttpResponse(body + generate_latest(waiting), content_type=CONTENT_TYPE_LATEST)
