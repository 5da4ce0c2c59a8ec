"""The verbs on jobs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from jobs.errors import InvalidTransition
from jobs.models import Job
from jobs.registry import queue_of, require_permit

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

logger = logging.getLogger("duchatong.jobs")


@transaction.atomic
def start(kind: str, title: str, *, by: AbstractBaseUser, params: dict[str, Any] | None = None, total: int = 0, back_url: str = "") -> Job:
    """Create a job and send it to a worker once the current transaction commits.

    ``params`` must be JSON-ready; they become keyword arguments of the handler. ``back_url`` is where the job's page leads back to.
    The same asked for twice by the same person (a second click, a form sent again) is one job as long as it has not ended.
    """
    # The row of the user is the lock: both clicks may arrive at the same moment. On SQLite the transaction itself is.
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=by.pk)
    for known in Job.objects.unfinished().filter(kind=kind, started_by_id=by.pk, cancel_requested=False):
        # Compared here and not by the databases, which differ in how they compare JSON.
        if known.params == (params or {}):
            return known
    job = Job.objects.create(kind=kind, title=title, params=params or {}, total=total, started_by_id=by.pk, back_url=back_url)
    # The line in the log that ties the request's number to the job.
    logger.info("job %s (%s) started", job.pk, kind)
    transaction.on_commit(lambda: send(job))
    return job


def send(job: Job) -> None:
    """Put a message about ``job`` on the broker, into the queue of its kind. When the broker is away the sweep sends it later."""
    from jobs.tasks import run_job  # noqa: PLC0415 -- tasks import running, which imports this module's siblings

    try:
        run_job.apply_async((str(job.pk),), queue=queue_of(job.kind))
    except (OperationalError, OSError):
        logger.exception("broker away, job %s waits for the sweep", job.pk)


def request_cancel(job: Job) -> None:
    """Ask a job to stop at its next step; a waiting one is cancelled at once.

    Raises ``InvalidTransition`` when the job has ended already.
    """
    waiting = Job.objects.filter(pk=job.pk, status=Job.Status.QUEUED).update(
        status=Job.Status.CANCELLED, cancel_requested=True, finished_at=timezone.now()
    )
    if not waiting and not Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING).update(cancel_requested=True):
        message = "这个任务已经结束，不需要再取消。"
        raise InvalidTransition(message)
    job.refresh_from_db()


def restart(job: Job) -> None:
    """Run an ended job again; items that are done stay done, so only the failed and missing ones are worked on.

    Raises ``Refused`` when its starter may no longer have it done, ``InvalidTransition`` when the job is still waiting or running.
    """
    require_permit(job)
    with transaction.atomic():
        moved = (
            Job.objects.filter(pk=job.pk)
            .exclude(status__in=Job.UNFINISHED)
            .update(
                status=Job.Status.QUEUED, tries=0, done=0, error="", cancel_requested=False, finished_at=None, started_at=None, beat_at=None
            )
        )
        if not moved:
            message = "任务还在进行中，请等它结束后再重新执行。"
            raise InvalidTransition(message)
        job.refresh_from_db()
        transaction.on_commit(lambda: send(job))
