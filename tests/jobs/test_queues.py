"""Queues: each kind of job goes to the workers of its queue, and their silence is told apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs import actions, tasks
from jobs.management.commands.serve import worker_command
from jobs.models import Job, WorkerBeat
from jobs.registry import _HANDLERS, _QUEUES, ORDINARY, RENDERING, handler, kinds_of, queue_of


@pytest.fixture
def heavy():
    """A kind of job that makes files."""
    handler("test.heavy", queue=RENDERING)(lambda progress: None)
    yield "test.heavy"
    _HANDLERS.pop("test.heavy")
    _QUEUES.pop("test.heavy")


def test_whatever_makes_files_has_its_own_queue():
    assert {queue_of(kind) for kind in ("reports.bulk", "reports.draft", "reports.refresh")} == {RENDERING}
    assert queue_of("units.import") == queue_of("nobody.knows") == ORDINARY
    assert "reports.bulk" in kinds_of(RENDERING)


def test_a_job_is_sent_to_the_queue_of_its_kind(heavy, zhao, monkeypatch):
    sent = []
    monkeypatch.setattr("jobs.tasks.run_job.apply_async", lambda words, **options: sent.append((words[0], options["queue"])))
    job = Job.objects.create(kind=heavy, title="文稿", started_by=zhao)
    other = Job.objects.create(kind="test.light", title="导入", started_by=zhao)
    actions.send(job)
    actions.send(other)
    assert sent == [(str(job.pk), RENDERING), (str(other.pk), ORDINARY)]
    sent.clear()
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    tasks.sweep()
    assert sorted(sent) == sorted([(str(job.pk), RENDERING), (str(other.pk), ORDINARY)])


def test_each_queue_has_a_sign_of_life_of_its_own(heavy, zhao, client):
    tasks.worker_beat()
    answer = client.get("/healthz").json()
    assert answer["worker_beat_age"] is not None
    assert answer["rendering_beat_age"] is None
    tasks.worker_beat(RENDERING)
    assert client.get("/healthz").json()["rendering_beat_age"] is not None


def test_a_worker_that_is_busy_is_alive_although_it_takes_no_message(heavy, zhao, client):
    long_ago = timezone.now() - timedelta(hours=1)
    tasks.worker_beat(RENDERING)
    WorkerBeat.objects.update(beat_at=long_ago)
    waiting = Job.objects.create(kind=heavy, title="排队的", started_by=zhao)
    Job.objects.update(created_at=long_ago)
    client.force_login(zhao)
    page = reverse("jobs:job_detail", args=[waiting.pk])
    assert "后台进程似乎没有运行" in client.get(page).content.decode()
    Job.objects.create(kind=heavy, title="正在做的", started_by=zhao, status=Job.Status.RUNNING, beat_at=timezone.now())
    assert "后台进程似乎没有运行" not in client.get(page).content.decode()


def test_serve_starts_a_worker_for_each_queue_and_one_scheduler(settings):
    settings.SETTINGS_MODULE = "config.settings"
    commands = {queue: worker_command(queue) for queue in (ORDINARY, RENDERING)}
    for queue, command in commands.items():
        assert command[command.index("--queues") + 1] == queue
        assert command[command.index("--hostname") + 1] == f"{queue}@%h", "two workers of one name would answer for each other"
    assert [queue for queue, command in commands.items() if "--beat" in command] == [ORDINARY]


def test_a_worker_that_starts_beats_for_the_queues_it_takes(db):
    class Sender:
        class app:  # noqa: N801 -- Celery's name
            class amqp:  # noqa: N801
                class queues:  # noqa: N801
                    consume_from = {RENDERING: None}

    tasks.sweep_at_start(sender=Sender)
    assert list(WorkerBeat.objects.values_list("name", flat=True)) == [RENDERING]
