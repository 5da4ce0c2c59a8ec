"""Job pages: only whoever started a job sees it."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from jobs import actions
from jobs.models import Job, JobItem
from units.models import ActivityEntry


@pytest.fixture
def job(zhao):
    return actions.start("test.nothing", "导出督查发现", by=zhao, back_url="/")


@pytest.mark.parametrize("name", ["job_detail", "job_progress", "job_download"])
def test_a_stranger_gets_404(client, wu, job, name):
    client.force_login(wu)
    assert client.get(reverse(f"jobs:{name}", args=[job.pk])).status_code == 404


@pytest.mark.parametrize("name", ["job_cancel", "job_restart"])
def test_a_stranger_changes_nothing(client, wu, job, name):
    client.force_login(wu)
    assert client.post(reverse(f"jobs:{name}", args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert job.status == "queued"


def test_the_list_shows_my_jobs_only(client, zhao, wu, job):
    actions.start("test.nothing", "别人的任务", by=wu)
    client.force_login(zhao)
    page = client.get(reverse("jobs:job_list")).content.decode()
    assert "导出督查发现" in page
    assert "别人的任务" not in page


def test_polling_ends_when_the_job_has_ended(client, zhao, job):
    client.force_login(zhao)
    address = reverse("jobs:job_progress", args=[job.pk])
    assert client.get(address).status_code == 200
    Job.objects.filter(pk=job.pk).update(status="done")
    answer = client.get(address)
    assert answer.status_code == 286
    assert "hx-trigger" not in answer.content.decode()
    assert answer["HX-Refresh"] == "true"


@pytest.mark.parametrize(("result", "header"), [({"url": "/jobs/"}, "HX-Redirect"), ({"url": "/jobs/", "summary": "请读"}, "HX-Refresh")])
def test_a_result_is_opened_at_once_unless_there_is_something_to_read_first(client, zhao, job, result, header):
    Job.objects.filter(pk=job.pk).update(status="done", result=result)
    client.force_login(zhao)
    assert header in client.get(reverse("jobs:job_progress", args=[job.pk]))


def test_the_outcome_of_each_item_is_shown_and_only_failed_ones_are_run_again(client, zhao, job):
    JobItem.objects.create(job=job, key="1", label="青石镇党委", status="done")
    JobItem.objects.create(job=job, key="2", label="白鹭镇党委", status="failed", error="缺少检查结果")
    Job.objects.filter(pk=job.pk).update(status="done", done=2, total=2)
    client.force_login(zhao)
    page = client.get(reverse("jobs:job_detail", args=[job.pk])).content.decode()
    assert "缺少检查结果" in page
    assert "重新执行失败的 1 项" in page


def test_cancel_and_download(client, zhao, job):
    client.force_login(zhao)
    client.post(reverse("jobs:job_cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert client.get(reverse("jobs:job_download", args=[job.pk])).status_code == 404
    job.file.save("x", ContentFile(b"abc"))
    Job.objects.filter(pk=job.pk).update(file_name="发现.xlsx")
    answer = client.get(reverse("jobs:job_download", args=[job.pk]))
    assert b"".join(answer.streaming_content) == b"abc"
    assert "attachment" in answer["Content-Disposition"]
    assert ActivityEntry.objects.get(verb="jobs.job_download").summary == "下载“发现.xlsx”（导出督查发现）"


def test_health_says_what_works(client, db):
    answer = client.get(reverse("healthz"))
    assert answer.status_code == 200
    assert answer.json()["database"] is True


def test_what_failed_is_listed_first_however_many_items_there_are(client, zhao, monkeypatch):
    monkeypatch.setattr("jobs.views.SHOWN", 3)
    job = Job.objects.create(kind="test.none", title="批量", started_by=zhao, status="done", total=6, done=6)
    for place in range(6):
        job.items.create(
            position=place, key=str(place), label=f"第{place}份", status="failed" if place == 5 else "done", error="缺字" * (place == 5)
        )
    client.force_login(zhao)
    page = client.get(reverse("jobs:job_detail", args=[job.pk])).content.decode()
    assert page.index("第5份") < page.index("第0份")
    assert "第2份" not in page
    assert "共 6 项，失败 1 项，排在最前；只列出前 3 项" in page
    assert "重新执行失败的 1 项" in page
