"""What goes wrong around a job: rows and people that are gone, rights that ended, a full disk, a second click."""

from __future__ import annotations

import errno
import uuid

import pytest
from django.urls import reverse

from jobs import actions, running, tasks
from jobs.errors import Refused
from jobs.models import Job
from jobs.registry import _HANDLERS, _PERMITS, handler
from tests.at_once import together
from units.models import User


@pytest.fixture
def kind():
    """A handler that does nothing much, for people whose duty title is still 在岗."""

    @handler("test.hard", permit=lambda job: job.started_by.duty_title != "已离岗")
    def work(progress, **_params):
        progress.start(1)
        progress.advance()

    yield "test.hard"
    _HANDLERS.pop("test.hard")
    _PERMITS.pop("test.hard")


@pytest.fixture
def job(kind, zhao):
    return actions.start(kind, "任务", by=zhao)


def test_a_message_about_a_job_that_is_gone_or_never_was_does_nothing(job):
    pk = job.pk
    job.delete()
    tasks.run_job(str(pk))
    tasks.run_job(str(uuid.uuid4()))
    tasks.run_job("'; drop table jobs_job; --")
    assert not Job.objects.exists()


def test_a_job_whose_row_is_deleted_while_it_runs_stops_quietly(job, kind):
    went_on = []

    def work(progress):
        Job.objects.filter(pk=job.pk).delete()
        progress.advance()
        went_on.append(1)

    _HANDLERS[kind] = work
    running.run(job.pk)
    assert not went_on
    assert not Job.objects.exists()


def test_nothing_is_done_for_a_closed_account(job, zhao):
    User.objects.filter(pk=zhao.pk).update(is_active=False)
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done) == ("failed", 0)
    assert "账号已停用" in job.error


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named(job, kind, code):
    def work(progress):
        raise OSError(code, "No space left on device")

    _HANDLERS[kind] = work
    running.run(job.pk)
    job.refresh_from_db()
    assert job.status == "failed"
    assert "存储空间不足" in job.error
    assert "space" not in job.error


def test_another_error_of_the_system_is_not_shown(job, kind):
    def work(progress):
        raise PermissionError(13, "Permission denied: /srv/secret")

    _HANDLERS[kind] = work
    running.run(job.pk)
    job.refresh_from_db()
    assert job.status == "failed"
    assert "secret" not in job.error
    assert "管理员" in job.error


def test_the_same_twice_is_one_job_until_it_has_ended(kind, zhao, wu):
    first = actions.start(kind, "起草", by=zhao, params={"b": [1, 2], "a": "报告"})
    assert actions.start(kind, "起草", by=zhao, params={"a": "报告", "b": [1, 2]}) == first
    assert actions.start(kind, "起草", by=zhao, params={"a": "报告", "b": [2, 1]}) != first
    assert actions.start(kind, "起草", by=wu, params={"b": [1, 2], "a": "报告"}) != first
    running.run(first.pk)
    assert actions.start(kind, "起草", by=zhao, params={"b": [1, 2], "a": "报告"}) != first


def test_a_right_that_ended_stops_the_job_its_repetition_and_its_file(client, kind, zhao, job):
    running.run(job.pk)
    Job.objects.filter(pk=job.pk).update(file="jobs/x", file_name="名单.zip")
    User.objects.filter(pk=zhao.pk).update(duty_title="已离岗")
    client.force_login(zhao)
    assert client.get(reverse("jobs:job_download", args=[job.pk])).status_code == 403
    page = client.post(reverse("jobs:job_restart", args=[job.pk]), follow=True).content.decode()
    assert "不再有这项任务的权限" in page
    job.refresh_from_db()
    assert job.status == "done"
    with pytest.raises(Refused):
        actions.restart(job)
    late = actions.start(kind, "迟到", by=zhao)
    running.run(late.pk)
    late.refresh_from_db()
    assert (late.status, late.done) == ("failed", 0)


def test_two_clicks_at_the_same_moment_make_one_job(on_disk, kind, zhao):
    def click():
        return actions.start(kind, "起草", by=zhao, params={"campaign": 1}).pk

    found = together(click, click, click)
    assert len(set(found)) == 1, found
    assert Job.objects.count() == 1
