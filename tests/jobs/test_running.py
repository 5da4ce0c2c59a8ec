"""Claiming, progress, cancellation and outcome of background jobs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from jobs import actions, running
from jobs.errors import InvalidTransition, Refused
from jobs.models import Job
from jobs.registry import _HANDLERS, handler
from jobs.tasks import sweep


@pytest.fixture
def kind():
    """A handler that counts to three and keeps a file; removed again after the test."""

    @handler("test.count")
    def count(progress, upto=3):
        progress.start(upto)
        for number in range(upto):
            progress.advance(note=f"第{number + 1}个")
        progress.attach(ContentFile(b"result"), "结果.txt")
        return {"counted": upto}

    yield "test.count"
    _HANDLERS.pop("test.count")
    _HANDLERS.pop("test.fail", None)


@pytest.fixture
def job(kind, zhao):
    return actions.start(kind, "数数", by=zhao)


def test_a_job_runs_to_its_end_and_keeps_its_file(job):
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, job.total, job.result, job.tries) == ("done", 3, 3, {"counted": 3}, 1)
    assert job.file.read() == b"result"
    assert job.file_name == "结果.txt"
    assert job.percent == 100


def test_a_second_message_about_the_same_job_does_nothing(job):
    running.run(job.pk)
    running.run(job.pk)
    job.refresh_from_db()
    assert job.tries == 1


def test_only_one_worker_gets_the_claim(job):
    assert running.claim(job.pk) is not None
    assert running.claim(job.pk) is None


def test_an_abandoned_job_is_taken_over_and_the_late_worker_cannot_write(job, settings):
    first = running.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - timedelta(seconds=settings.JOB_STALE_SECONDS + 1))
    running.run(job.pk)
    with pytest.raises(running.LostClaim):
        running.Progress(first).advance()
    job.refresh_from_db()
    assert (job.status, job.tries, job.done) == ("done", 2, 3)


def test_a_job_whose_workers_die_again_and_again_is_given_up_with_a_reason(job):
    Job.objects.filter(pk=job.pk).update(status="running", tries=Job.MAX_TRIES, beat_at=timezone.now() - timedelta(days=1))
    assert running.claim(job.pk) is None
    job.refresh_from_db()
    assert job.status == "failed"
    assert "重新执行" in job.error


def test_a_waiting_job_is_cancelled_at_once(job):
    actions.request_cancel(job)
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.tries) == ("cancelled", 0)


def test_a_running_job_stops_at_its_next_step(job, kind):
    _HANDLERS[kind] = lambda progress: (actions.request_cancel(job), progress.start(5), pytest.fail("went on"))
    running.run(job.pk)
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_a_refusal_is_shown_as_it_stands_and_anything_else_is_not(job, kind, zhao):
    def refuse(progress):
        raise Refused("清单里没有数据，请先导入。")

    _HANDLERS[kind] = refuse
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", "清单里没有数据，请先导入。")

    _HANDLERS[kind] = lambda progress: 1 / 0
    other = actions.start(kind, "除零", by=zhao)
    running.run(other.pk)
    other.refresh_from_db()
    assert other.status == "failed"
    assert "division" not in other.error


def test_an_ended_job_can_be_run_again_a_running_one_cannot(job):
    with pytest.raises(InvalidTransition):
        actions.restart(job)
    running.run(job.pk)
    job.refresh_from_db()
    actions.restart(job)
    assert job.status == "queued"
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.tries) == ("done", 1)


def test_the_sweep_sends_lost_and_abandoned_jobs_again(job, monkeypatch, kind, zhao):
    sent = []
    monkeypatch.setattr("jobs.tasks.run_job.apply_async", lambda words, **_options: sent.append(words[0]))
    fresh = actions.start(kind, "刚发起", by=zhao, params={"upto": 1})
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=1))
    abandoned = actions.start(kind, "中断", by=zhao, params={"upto": 2})
    Job.objects.filter(pk=abandoned.pk).update(status="running", beat_at=timezone.now() - timedelta(minutes=5))
    sweep()
    assert set(sent) == {str(job.pk), str(abandoned.pk)}
    assert str(fresh.pk) not in sent


def test_a_broker_that_is_away_loses_nothing(job, monkeypatch):
    def away(_words, **_options):
        raise ConnectionRefusedError

    monkeypatch.setattr("jobs.tasks.run_job.apply_async", away)
    actions.send(job)
    job.refresh_from_db()
    assert job.status == "queued"
