"""The administrator's verbs on other people's jobs: those that do not move."""

from __future__ import annotations

from django.db import transaction

from jobs import actions as jobs
from jobs.errors import InvalidTransition
from jobs.models import Job
from units.actions.activity import record
from units.models import User


def unfinished_jobs() -> list[Job]:
    """Return all jobs that wait or run, the oldest first; ``is_stuck`` says which of them a worker should have taken."""
    stuck = set(Job.objects.claimable().values_list("pk", flat=True))
    found = list(Job.objects.unfinished().select_related("started_by").order_by("created_at"))
    for job in found:
        job.is_stuck = job.pk in stuck  # type: ignore[attr-defined]
    return found


@transaction.atomic
def send_again(job: Job, *, by: User) -> None:
    """Send a message about a job that waits or was abandoned; its outcome so far stays. Raises ``InvalidTransition`` for any other."""
    if not Job.objects.claimable().filter(pk=job.pk).exists():
        raise InvalidTransition("这个任务正在执行或已经结束，不需要重新发送。")
    record(by, "jobs.job_send_again", f"重新发送后台任务（{job.created_at:%Y-%m-%d %H:%M} 由{job.started_by}发起）", job)
    transaction.on_commit(lambda: jobs.send(job))


@transaction.atomic
def cancel(job: Job, *, by: User) -> None:
    """Ask for the end of a job. Raises ``InvalidTransition`` when it has ended."""
    jobs.request_cancel(job)
    record(by, "jobs.job_cancel_for", f"取消后台任务（{job.created_at:%Y-%m-%d %H:%M} 由{job.started_by}发起）", job)
