"""系统状态: what an administrator looks at when something does not move."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from jobs.errors import Refused
from jobs.models import Job
from units import state
from units.actions import stuck

SHOWN = 50
Verb = Callable[..., None]


def _require_administrator(request: HttpRequest) -> None:
    if not request.user.keeps_directory:
        raise PermissionDenied("系统状态由系统管理员查看，您的账号没有这项权限。")


@require_GET
def system_state(request: HttpRequest) -> HttpResponse:
    """Versions, workers, queues, backups, fonts; and the jobs that do not move, without their names: those may tell of business."""
    _require_administrator(request)
    jobs = stuck.unfinished_jobs()
    return render(request, "units/state.html", {"lines": state.lines(), "jobs": jobs[:SHOWN], "job_count": len(jobs)})


@require_POST
def system_job_send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a job that waits or was abandoned to a worker once more."""
    return _act(request, pk, stuck.send_again, "已重新发送，后台进程会接着做没有完成的部分。")


@require_POST
def system_job_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop somebody's job."""
    return _act(request, pk, stuck.cancel, "已请求取消，任务会在当前步骤结束后停止。")


def _act(request: HttpRequest, pk: UUID, verb: Verb, done: str) -> HttpResponse:
    _require_administrator(request)
    job = get_object_or_404(Job, pk=pk)
    try:
        verb(job, by=request.user)
        messages.success(request, done)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("units:system_state")
