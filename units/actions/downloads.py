"""Result files of background jobs leave a trace when they are taken."""

from __future__ import annotations

from jobs.models import Job
from jobs.registry import on_download
from units.actions.activity import record
from units.models import User


@on_download
def note_download(job: Job, user: User) -> None:
    """Log that ``user`` took the file of ``job``; seen by the offices above the user's organization, like what the user did to get it."""
    record(user, "jobs.job_download", f"下载“{job.file_name}”（{job.title}）", job, organization=user.organization)
