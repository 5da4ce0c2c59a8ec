"""What every test may rely on: fast passwords, files in a temporary folder, no real worker unless asked for, and the cast."""

from __future__ import annotations

import pytest

from jobs import running
from jobs.models import Job

pytest_plugins = ["tests.cast", "tests.at_once", "tests.shipped"]


@pytest.fixture(autouse=True)
def _quick_and_clean(settings, tmp_path, monkeypatch):
    """Keep a test's files to itself, and its messages away from a worker that may be running beside it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "jobs.whole_files.WholeFiles", "OPTIONS": {"location": str(tmp_path / "media")}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    sent: list[str] = []
    monkeypatch.setattr("jobs.tasks.run_job.apply_async", lambda words, **_options: sent.append(words[0]))
    # Files are made in the process of the test; tests of the limits switch them on.
    settings.RENDERING_SECONDS = settings.RENDERING_MEMORY_MB = 0


@pytest.fixture
def run_jobs():
    """Return a function that carries out all waiting jobs here and now and returns them."""

    def run() -> list[Job]:
        waiting = list(Job.objects.filter(status=Job.Status.QUEUED).order_by("created_at"))
        for job in waiting:
            running.run(job.pk)
            job.refresh_from_db()
        return waiting

    return run
