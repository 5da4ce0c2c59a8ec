"""Claiming and running one job: heartbeat, progress, cancellation, outcome (docs/decisions/0003)."""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import OperationalError, connections
from django.db.models import F
from django.utils import timezone

from jobs.errors import Refused, StoreAwayError
from jobs.models import Job
from jobs.registry import handler_of, require_permit
from jobs.tracing import in_job

logger = logging.getLogger("duchatong.jobs")
BROKEN = "系统在执行时出了错，管理员可以在运行日志中看到原因。请稍后点击“重新执行”。"
NO_SPACE = "服务器的存储空间不足，任务没有完成。请联系管理员清理磁盘，然后点击“重新执行”。"


STORE_AWAY = "文件存储暂时不能使用，任务没有完成。请稍后点击“重新执行”；仍不行时，请联系管理员检查对象存储。"


class Cancelled(Exception):
    """The user asked the job to stop."""


class LostClaim(Exception):
    """Another worker has taken the job over; this one must stop without touching it."""


class Progress:
    """What a handler uses to report progress. Every method writes only while this worker still owns the job."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._mine = Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, tries=job.tries)

    def _update(self, **values: Any) -> None:
        if not self._mine.update(beat_at=timezone.now(), **values):
            raise LostClaim
        if Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise Cancelled

    def start(self, total: int, *, done: int = 0, note: str = "") -> None:
        """Say how many units of work there are. Raises ``Cancelled`` or ``LostClaim``."""
        self._update(total=total, done=done, done_before=done, note=note[:200])

    def advance(self, count: int = 1, *, note: str = "") -> None:
        """Count ``count`` more units as done. Raises ``Cancelled`` or ``LostClaim``."""
        self._update(done=F("done") + count, note=note[:200])

    def step(self, note: str) -> None:
        """Say what is being done, without counting. Raises ``Cancelled`` or ``LostClaim``."""
        self._update(note=note[:200])

    def keep(self, result: dict[str, Any]) -> None:
        """Note what is made so far, for the worker that may have to go on. Raises ``LostClaim`` when the job is no longer ours.

        Called in the transaction that makes it: then what a worker that lost its job made is undone.
        """
        if not self._mine.update(result=result):
            raise LostClaim
        self.job.result = result

    def attach(self, file: File, name: str) -> None:
        """Keep ``file`` as the job's result, downloaded as ``name``. Raises ``LostClaim`` when the job is no longer ours."""
        if not self._mine.exists():
            raise LostClaim
        old = self.job.file.name
        self.job.file.save(f"{self.job.pk}", file, save=False)
        if not self._mine.update(file=self.job.file.name, file_name=name):
            raise LostClaim
        if old and old != self.job.file.name:
            self.job.file.storage.delete(old)


@contextmanager
def _beating(job: Job) -> Iterator[None]:
    """Beat from a thread while the handler works: a single large document may take longer than ``JOB_STALE_SECONDS``."""
    stop = threading.Event()

    def beat() -> None:
        try:
            while not stop.wait(settings.JOB_STALE_SECONDS / 3):
                # SQLite is locked while the handler itself writes for long: the next beat will come through.
                with suppress(OperationalError):
                    Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, tries=job.tries).update(beat_at=timezone.now())
        finally:
            connections.close_all()

    thread = threading.Thread(target=beat, daemon=True)
    # SQLite in memory (tests) cannot be shared between threads.
    if "memory" not in str(connections["default"].settings_dict["NAME"]):
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if thread.ident:
            thread.join(timeout=5)


def claim(job_id: UUID | str) -> Job | None:
    """Take a waiting or abandoned job by one conditional update; ``None`` when there is nothing to take."""
    now = timezone.now()
    exhausted = Job.objects.claimable().filter(pk=job_id, tries__gte=Job.MAX_TRIES)
    if exhausted.update(
        status=Job.Status.FAILED,
        finished_at=now,
        error="后台进程多次中断，任务没有完成。请点击“重新执行”；若再次失败，请联系管理员查看运行日志。",
    ):
        return None
    if (
        not Job.objects.claimable()
        .filter(pk=job_id)
        .update(status=Job.Status.RUNNING, started_at=now, beat_at=now, tries=F("tries") + 1, error="")
    ):
        return None
    return Job.objects.get(pk=job_id)


def run(job_id: UUID | str) -> None:
    """Claim and carry out a job; every outcome ends in the job's row, none in an exception."""
    job = claim(job_id)
    if job is None:
        return
    with in_job(job.pk):
        _run(job)


def _run(job: Job) -> None:
    progress, started = Progress(job), time.monotonic()
    outcome: dict[str, Any]
    try:
        with _beating(job):
            require_permit(job)
            result = handler_of(job.kind)(progress, **job.params)
        outcome = {"status": Job.Status.DONE, "result": result or {}, "note": ""}
    except LostClaim:
        logger.warning("job %s was taken over by another worker", job.pk)
        return
    except Cancelled:
        outcome = {"status": Job.Status.CANCELLED, "note": ""}
    except Refused as error:
        outcome = {"status": Job.Status.FAILED, "error": str(error)}
    except StoreAwayError:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        outcome = {"status": Job.Status.FAILED, "error": STORE_AWAY}
    except OSError as error:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        outcome = {"status": Job.Status.FAILED, "error": NO_SPACE if error.errno in {errno.ENOSPC, errno.EDQUOT} else BROKEN}
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        outcome = {"status": Job.Status.FAILED, "error": BROKEN}
    Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, tries=job.tries).update(finished_at=timezone.now(), **outcome)
    logger.info("job %s (%s) ended: %s, %.1f s", job.pk, job.kind, outcome["status"], time.monotonic() - started)
