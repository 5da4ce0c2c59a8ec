"""Which job the present thread carries out: what ties lines of the run-time log to a row of ``Job``, as ``asking`` ties them to a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_JOB: ContextVar[str] = ContextVar("job", default="")


def job_id() -> str:
    """Return the id of the job that is being carried out, empty outside of one."""
    return _JOB.get()


@contextmanager
def in_job(job: object) -> Iterator[None]:
    """Let everything inside count as work on the job with the id ``job``."""
    token = _JOB.set(str(job))
    try:
        yield
    finally:
        _JOB.reset(token)
