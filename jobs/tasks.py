"""Celery's part: thin errands that hand over to ``running``."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.utils import timezone

from jobs import actions, integrity, running
from jobs.backups import keeping
from jobs.errors import Refused
from jobs.models import Job, WorkerBeat
from jobs.registry import ORDINARY

logger = logging.getLogger("duchatong.jobs")
QUEUED_TOO_LONG = timedelta(seconds=20)
SLICE_SECONDS = 60
"""Of every five minutes: other work goes on beside it, and the disk has its rest."""


@shared_task
def run_job(job_id: str) -> None:
    """Run one job; a second message about the same job does nothing, nor does one about a job that is gone or never was."""
    try:
        known = UUID(job_id)
    except ValueError:
        logger.exception("message about no job: %.60r", job_id)
        return
    running.run(known)


@shared_task
def sweep() -> None:
    """Send again what was abandoned by its worker, or waits although its message may be lost."""
    claimable = Job.objects.claimable()
    waiting_long = claimable.exclude(status=Job.Status.QUEUED, created_at__gt=timezone.now() - QUEUED_TOO_LONG)
    for job in waiting_long.order_by("created_at")[:100]:
        actions.send(job)


@shared_task
def worker_beat(queue: str = ORDINARY) -> None:
    """Note that a worker of ``queue`` is alive and takes messages."""
    WorkerBeat.objects.update_or_create(name=queue, defaults={"beat_at": timezone.now()})


@shared_task
def backup() -> None:
    """Make the backup of the day where one is asked for; what fails is told in the log and on the page of the system's state."""
    try:
        written = keeping.make_daily()
    except (Refused, OSError):
        logger.exception("daily backup failed")
        return
    if written:
        logger.info("daily backup: %d rows, %d files", sum(written.tables.values()), written.files)


@shared_task
def check_files() -> None:
    """Compare stored files with their rows, a slice at a time: once a day from ``VERIFY_FILES_TIME`` on, until all are looked at."""
    if settings.VERIFY_FILES_TIME is None:
        return
    check = integrity.take_up()
    if check is None and timezone.localtime().time() >= settings.VERIFY_FILES_TIME:
        check = integrity.begin(daily=True)
    if check is None:
        return
    try:
        ended = integrity.go_on(check, seconds=SLICE_SECONDS)
    except (integrity.TakenOver, OSError):
        logger.exception("check of files interrupted at %s", check.stage)
        return
    if ended:
        logger.info("files checked: %d, missing %d, changed %d, unknown %d", check.files, check.missing, check.changed, check.unknown)


@worker_ready.connect
def sweep_at_start(sender: Any = None, **_signal: object) -> None:
    """Take up what a killed worker left behind; the periodic sweep finds what is not stale yet."""
    for queue in sender.app.amqp.queues.consume_from if sender else (ORDINARY,):
        worker_beat(queue)
    sweep()
