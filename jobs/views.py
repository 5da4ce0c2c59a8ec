"""Screens of background work: my jobs, one job with its progress, the health check."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from jobs import actions
from jobs.errors import Refused
from jobs.models import Job, JobItem, WorkerBeat
from jobs.registry import ORDINARY, RENDERING, note_download, queue_of, require_permit

STOP_POLLING = 286
"""htmx stops polling when it is answered with this status."""
SHOWN = 1000
"""Items of a job that its page lists."""


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """My background jobs, newest first."""
    page = Paginator(Job.objects.visible_to(request.user), 20).get_page(request.GET.get("page"))
    return render(request, "jobs/list.html", {"page": page})


@require_GET
def job_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One job: progress, outcome per item, result file."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    return render(request, "jobs/detail.html", {"job": job, **_outcome(job)})


@require_GET
def job_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The moving part that pages poll. The answer that ends the polling leads on: to the result, or to the page as it is now."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    answer = render(request, "jobs/_moving.html", {"job": job, **_outcome(job)}, status=STOP_POLLING if job.is_finished else 200)
    if job.is_finished:
        result = job.result if job.status == Job.Status.DONE else {}
        # A summary is there to be read, so only a result without one is opened at once.
        if result.get("url") and not result.get("summary"):
            answer["HX-Redirect"] = result["url"]
        else:
            answer["HX-Refresh"] = "true"
    return answer


def _outcome(job: Job) -> dict[str, object]:
    beat = None if job.is_finished else WorkerBeat.last_of(queue_of(job.kind))
    alive = beat is not None and beat > timezone.now() - timedelta(minutes=2)
    waiting = timezone.now() - job.created_at > timedelta(seconds=15)
    failed = job.items.filter(status=JobItem.Status.FAILED)
    # What failed comes first: of thousands of items it must be among those that are shown.
    items = [*failed[:SHOWN], *job.items.exclude(status=JobItem.Status.FAILED)[:SHOWN]][:SHOWN] if job.is_finished else []
    return {
        "items": items,
        "item_count": job.items.count() if len(items) == SHOWN else len(items),
        "failed_count": failed.count() if job.is_finished else 0,
        "no_worker": job.status == Job.Status.QUEUED and waiting and not alive,
    }


@require_POST
def job_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask a job to stop."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    try:
        actions.request_cancel(job)
        messages.info(request, "已请求取消，任务会在当前步骤结束后停止。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("jobs:job_detail", pk=job.pk)


@require_POST
def job_restart(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Run an ended job again: only what failed or is missing."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    try:
        actions.restart(job)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("jobs:job_detail", pk=job.pk)


@require_GET
def job_download(request: HttpRequest, pk: UUID) -> FileResponse:
    """The result file of a finished job."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    try:
        require_permit(job)
    except Refused as error:
        raise PermissionDenied(str(error)) from error
    if not job.file or not job.file.storage.exists(job.file.name):
        message = "no result file"
        raise Http404(message)
    note_download(job, request.user)
    return FileResponse(job.file.open("rb"), as_attachment=True, filename=job.file_name)


@require_GET
@login_not_required
def healthz(_request: HttpRequest) -> JsonResponse:
    """For monitors: database, broker, sign of life of the workers and wait of each queue, free disk space. 503 when pages cannot work.

    A broker that is away does not make it 503: pages go on working and jobs wait, so no balancer should take the site off.
    """
    try:
        connection.ensure_connection()
        ages = {queue: _age(WorkerBeat.last_of(queue)) for queue in (ORDINARY, RENDERING)}
        waits = {queue: _age(waiting.oldest) or 0 for queue, waiting in Job.objects.waiting().items()}
        database = True
    except DatabaseError:
        database, ages, waits = False, {}, {}
    free_mb = shutil.disk_usage(settings.VAR_DIR).free // 2**20
    healthy = database and free_mb > 100  # noqa: PLR2004 -- an SQLite write-ahead log and a few renditions
    answer = {"database": database, "broker": _broker_answers(), "free_mb": free_mb}
    answer |= {"worker_beat_age": ages.get(ORDINARY), "rendering_beat_age": ages.get(RENDERING)}
    answer |= {"queue_age": waits.get(ORDINARY), "rendering_queue_age": waits.get(RENDERING)}
    return JsonResponse(answer, status=200 if healthy else 503)


def _age(moment: datetime | None) -> int | None:
    return round((timezone.now() - moment).total_seconds()) if moment else None


def _broker_answers() -> bool:
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (OperationalError, OSError):
        return False
    return True
