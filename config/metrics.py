"""``/metrics`` in the form of Prometheus; there only where ``METRICS_TOKEN`` is set, and for those who send it.

What is measured as it happens (times of requests) is kept by prometheus-client, over all processes of the web server in the folder that
``config.gunicorn`` makes. What stands in the database is counted when somebody asks.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from secrets import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from jobs.models import FileCheck, Job, WorkerBeat
from jobs.registry import ORDINARY, RENDERING

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus-client's own name for the folder that the processes of one web server share."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OWN = CollectorRegistry()
_SECONDS = Histogram(
    "duchatong_request_seconds",
    "Seconds that the application took to answer, by name of the address.",
    ("method", "route", "status"),
    buckets=(0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15),
    registry=_OWN,
)


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request; labels come from small sets, since each combination is kept for good."""
    _SECONDS.labels(method if method in METHODS else "OTHER", route, f"{status // 100}xx").observe(seconds)


@require_GET
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """What a monitor gathers; without the token as if it did not exist."""
    word, _, given = request.headers.get("Authorization", "").partition(" ")
    token = settings.METRICS_TOKEN
    if not token or word.lower() != "bearer" or not compare_digest(given.strip().encode(), token.encode()):
        raise Http404
    registry = CollectorRegistry()
    registry.register(StateCollector())
    measured = _OWN
    if os.environ.get(FOLDER):
        measured = CollectorRegistry()
        MultiProcessCollector(measured)
    return HttpResponse(generate_latest(measured) + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class StateCollector(Collector):
    """The numbers that stand in the database and on the disk."""

    def collect(self) -> Iterator[Metric]:
        """Yield them; a database that is away is a number too."""
        free = shutil.disk_usage(settings.VAR_DIR).free
        yield GaugeMetricFamily("duchatong_free_bytes", "Free space where the site keeps its run-time files.", value=free)
        try:
            found = [*_jobs(), *_beats(), *_files()]
        except DatabaseError:
            found = []
        yield GaugeMetricFamily("duchatong_database_up", "Whether the database answers.", value=int(bool(found)))
        yield from found


def _jobs() -> Iterator[Metric]:
    states = GaugeMetricFamily("duchatong_jobs", "Background jobs by state.", labels=["state"])
    counts = dict.fromkeys(Job.Status.values, 0)
    counts |= {row["status"]: row["count"] for row in Job.objects.order_by().values("status").annotate(count=Count("pk"))}
    for state, count in counts.items():
        states.add_metric([state], count)
    yield states
    depth = GaugeMetricFamily("duchatong_queue_jobs", "Jobs that wait, by queue.", labels=["queue"])
    oldest = GaugeMetricFamily("duchatong_queue_oldest_seconds", "For how long the oldest of them has waited.", labels=["queue"])
    now = timezone.now()
    for queue, waiting in Job.objects.waiting().items():
        depth.add_metric([queue], waiting.count)
        oldest.add_metric([queue], _age(waiting.oldest or now, now))
    yield depth
    yield oldest


def _beats() -> Iterator[Metric]:
    beats = GaugeMetricFamily(
        "duchatong_worker_beat_age_seconds", "Seconds since workers of a queue last gave a sign of life.", labels=["queue"]
    )
    now = timezone.now()
    for queue in (ORDINARY, RENDERING):
        last = WorkerBeat.last_of(queue)
        if last is not None:
            beats.add_metric([queue], _age(last, now))
    yield beats


def _files() -> Iterator[Metric]:
    last = FileCheck.objects.exclude(finished_at=None).first()
    if last and last.finished_at:
        yield GaugeMetricFamily(
            "duchatong_files_checked_age_seconds",
            "Seconds since all stored files were last compared.",
            value=_age(last.finished_at, timezone.now()),
        )
        yield GaugeMetricFamily("duchatong_files_damaged", "Files that were missing or changed then.", value=last.missing + last.changed)


def _age(moment: datetime, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds())
