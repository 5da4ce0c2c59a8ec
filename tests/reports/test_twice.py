"""The same report asked for twice, and two workers at one report: one report comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs import running
from jobs.models import Job
from reports import drafting
from reports.models import Report
from tests import factories


@pytest.fixture
def concluded(assignment, finding, zhao):
    factories.make_result(assignment, "T1-1", zhao, conformity="conforming")
    assignment.status, assignment.concluded_by, assignment.concluded_at = "concluded", zhao, factories.NOON
    assignment.save()
    return assignment


@pytest.fixture
def no_files(monkeypatch):
    """Composing is what is tried here; making files of it takes seconds."""
    monkeypatch.setattr(drafting, "_file_steps", lambda progress, report: {"report": report.pk})


def test_a_second_click_on_composing_leads_to_the_same_job(client, campaign, concluded, zhao, run_jobs, no_files):
    client.force_login(zhao)
    url = reverse("reports:report_create", args=[campaign.code])
    form = {"template": factories.report_template("four-part").pk, "title": "", "addressee": "区委", "signers": "", "signed_on": ""}
    first, second = client.post(url, form), client.post(url, form)
    assert first.status_code == 302
    assert first.url == second.url
    assert len(run_jobs()) == 1
    assert Report.objects.count() == 1
    assert client.post(url, form).url != first.url, "what has ended may be asked for again"


def test_a_second_click_on_bulk_and_on_refreshing_too(client, campaign, concluded, zhao, no_files):
    client.force_login(zhao)
    bulk = reverse("reports:bulk_create", args=[campaign.code])
    form = {"assignments": [str(concluded.pk)], "formats": ["pdf"], "deadline_days": 30, "signed_on": "2026-11-20"}
    assert client.post(bulk, form).url == client.post(bulk, form).url
    report = Report.objects.create(campaign=campaign, template=factories.report_template("four-part"), title="报告", drafted_by=zhao)
    refresh = reverse("reports:report_refresh", args=[report.pk])
    assert client.post(refresh).url == client.post(refresh).url
    assert client.post(refresh).url != client.post(refresh, {"recompose": "1"}).url
    assert Job.objects.count() == 3


def test_a_worker_that_lost_its_job_leaves_no_second_report(client, campaign, concluded, zhao, settings, no_files):
    client.force_login(zhao)
    form = {"template": factories.report_template("four-part").pk, "title": "", "addressee": "", "signers": "", "signed_on": ""}
    client.post(reverse("reports:report_create", args=[campaign.code]), form)
    slow = running.claim(Job.objects.get().pk)
    Job.objects.update(beat_at=timezone.now() - timedelta(seconds=settings.JOB_STALE_SECONDS + 1))
    running.run(slow.pk)
    assert Job.objects.get().status == "done"
    assert Report.objects.count() == 1
    with pytest.raises(running.LostClaim):
        drafting.draft(_deaf(running.Progress(slow)), **slow.params)
    assert Report.objects.count() == 1


def _deaf(progress):
    """A worker that is so slow that it notices only when it stores its report."""
    progress._update = lambda **_values: None
    return progress


def test_running_it_again_goes_on_with_the_report_that_is_there(client, campaign, concluded, zhao, no_files):
    client.force_login(zhao)
    form = {"template": factories.report_template("four-part").pk, "title": "", "addressee": "", "signers": "", "signed_on": ""}
    client.post(reverse("reports:report_create", args=[campaign.code]), form)
    job = Job.objects.get()
    running.run(job.pk)
    client.post(reverse("jobs:job_restart", args=[job.pk]))
    running.run(job.pk)
    assert Report.objects.count() == 1


def test_a_report_deleted_meanwhile_is_said_in_words(client, campaign, zhao):
    report = Report.objects.create(campaign=campaign, template=factories.report_template("four-part"), title="报告", drafted_by=zhao)
    client.force_login(zhao)
    client.post(reverse("reports:report_refresh", args=[report.pk]))
    job = Job.objects.get()
    Report.objects.all().delete()
    running.run(job.pk)
    job.refresh_from_db()
    assert job.status == "failed"
    assert "已被删除" in job.error


def test_deleting_what_somebody_else_just_deleted_is_no_fault(client, campaign, zhao, monkeypatch):
    report = Report.objects.create(campaign=campaign, template=factories.report_template("four-part"), title="报告", drafted_by=zhao)
    client.force_login(zhao)
    real = Report.objects.none
    monkeypatch.setattr("reports.actions.reports.Report.objects.filter", lambda **_values: real())
    page = client.post(reverse("reports:report_delete", args=[report.pk]), follow=True).content.decode()
    assert "刷新页面" in page
