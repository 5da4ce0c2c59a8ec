"""Which function does which kind of job. Apps register theirs in their ``tasks`` module, which Celery imports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jobs.errors import Refused

if TYPE_CHECKING:
    from jobs.models import Job

Handler = Callable[..., dict[str, Any] | None]
Permit = Callable[["Job"], bool]
_HANDLERS: dict[str, Handler] = {}
_PERMITS: dict[str, Permit] = {}
_QUEUES: dict[str, str] = {}

ORDINARY, RENDERING = "celery", "rendering"
"""The queues: Celery's own default for what is light, and one for files, whose workers have limits of their own (docs/decisions/0015)."""


def handler(kind: str, *, permit: Permit | None = None, queue: str = ORDINARY) -> Callable[[Handler], Handler]:
    """Register a function ``(progress, **params) -> result or None`` as the worker of jobs of ``kind``.

    The function must be safe to run twice: a worker that dies is replaced, and the job starts again. ``permit`` says whether the job's
    starter still has the right that it took to start it: appointments and campaigns end, and what a job made outlives them. ``queue`` is
    the one whose workers take such jobs.
    """

    def register(function: Handler) -> Handler:
        _HANDLERS[kind] = function
        _QUEUES[kind] = queue
        if permit is not None:
            _PERMITS[kind] = permit
        return function

    return register


def require_permit(job: Job) -> None:
    """Raise ``Refused`` when the job's starter may no longer have it carried out, or read what it made."""
    if not job.started_by.is_active:
        message = "发起人的账号已停用，任务没有执行。"
        raise Refused(message)
    permit = _PERMITS.get(job.kind)
    if permit is not None and not permit(job):
        message = "您的任职或督查组分工已有变化，不再有这项任务的权限。如仍需要，请由有权限的人员重新发起。"
        raise Refused(message)


def handler_of(kind: str) -> Handler:
    """Return the function for ``kind``. Raises ``KeyError`` for a kind that nobody registered."""
    return _HANDLERS[kind]


def queue_of(kind: str) -> str:
    """Return the queue of jobs of ``kind``; the ordinary one for a kind that nobody registered, whose worker then says so."""
    return _QUEUES.get(kind, ORDINARY)


def kinds_of(queue: str) -> list[str]:
    """Return the kinds of jobs that wait in ``queue``."""
    return sorted(kind for kind, own in _QUEUES.items() if own == queue)


Noted = Callable[[Any, Any], None]
_ON_DOWNLOAD: list[Noted] = []


def on_download(function: Noted) -> Noted:
    """Register ``function(job, user)`` to run when a job's result file is taken: the app above keeps the activity log."""
    _ON_DOWNLOAD.append(function)
    return function


def note_download(job: Any, user: Any) -> None:
    """Tell whoever registered that ``user`` takes the result file of ``job``."""
    for function in _ON_DOWNLOAD:
        function(job, user)
