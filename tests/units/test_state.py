"""系统状态: the administrator sees whether the machine works, and moves what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.backups.writing import write
from jobs.models import Job, WorkerBeat
from units import state
from units.models import ActivityEntry

PAGE = reverse("units:system_state")


def line(what: str) -> state.Line:
    return next(one for one in state.lines() if one.what == what)


@pytest.fixture
def job(zhao):
    return Job.objects.create(kind="test.none", title="青石镇党委的反馈意见", started_by=zhao)


def test_the_page_tells_what_runs_and_nothing_of_business(client, wang, job):
    client.force_login(wang)
    page = client.get(PAGE).content.decode()
    for told in ("程序版本", "数据库", "磁盘剩余空间", "后台进程", "成稿进程", "自动备份", "公文字体", "赵办"):
        assert told in page
    assert "青石镇" not in page


@pytest.mark.parametrize("who", ["zhao", "wu", "qian", "zhou", "feng"])
def test_only_administrators_look_and_act(client, request, job, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == 403
    for act in ("send", "cancel"):
        assert client.post(reverse(f"units:system_job_{act}", args=[job.pk])).status_code == 403
    job.refresh_from_db()
    assert job.status == Job.Status.QUEUED


def test_workers_that_gave_no_sign_of_life_show(db):
    assert line("后台进程").tone == "bad"
    WorkerBeat.objects.create(name="celery", beat_at=timezone.now() - timedelta(seconds=70))
    assert (line("后台进程").tone, line("后台进程").value) == ("ok", "最近心跳：1 分钟前")
    WorkerBeat.objects.update(beat_at=timezone.now() - timedelta(hours=3))
    assert (line("后台进程").tone, line("后台进程").value) == ("bad", "最近心跳：3 小时前")


def test_what_waits_too_long_shows(job):
    assert line("排队的任务").tone == "ok"
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert line("排队的任务").tone == "warn"


def test_the_age_of_the_backup_shows(db, settings, tmp_path):
    settings.BACKUP_DIR = ""
    assert line("自动备份").value == "未启用"
    settings.BACKUP_DIR = str(tmp_path)
    assert line("自动备份").tone == "bad"
    write(tmp_path / "duchatong-20260101-000000", with_files=False)
    assert line("自动备份").tone == "ok"
    manifest = tmp_path / "duchatong-20260101-000000" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"made_at": "20', '"made_at": "19'))
    assert line("自动备份").tone == "bad"


def test_a_job_that_waits_is_sent_again(client, wang, job, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr("jobs.tasks.run_job.apply_async", lambda args, **_kw: sent.append(args))
    client.force_login(wang)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("units:system_job_send", args=[job.pk]))
    assert sent == [(str(job.pk),)]
    assert ActivityEntry.objects.filter(verb="jobs.job_send_again", actor=wang).exists()


def test_a_job_at_work_is_left_alone_but_can_be_stopped(client, wang, job):
    Job.objects.update(status=Job.Status.RUNNING, beat_at=timezone.now())
    client.force_login(wang)
    page = client.post(reverse("units:system_job_send", args=[job.pk]), follow=True).content.decode()
    assert "不需要重新发送" in page
    client.post(reverse("units:system_job_cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.cancel_requested
    Job.objects.update(status=Job.Status.DONE)
    page = client.post(reverse("units:system_job_cancel", args=[job.pk]), follow=True).content.decode()
    assert "已经结束" in page
