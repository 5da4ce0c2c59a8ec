"""The demo's documents go through review and issue like any others."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from inspections.demo.further import after_demo, carry_on
from jobs.models import Job
from reports import demo
from reports.models import Delivery, Report, ReportTemplate
from tests import factories


@pytest.mark.django_db
def test_the_demo_issues_a_notice_a_rectification_notice_and_a_reminder():
    factories.report_template("reminder")
    out = StringIO()
    call_command("demo", stdout=out)
    issued = {report.template.key: report for report in Report.objects.filter(status="issued").select_related("template")}
    assert set(issued) == {"announcement", "notice", "reminder"}
    assert "已签发 3 份文件（督查通知、整改通知书、提醒函）" in out.getvalue()
    assert issued["announcement"].deliveries.count() == issued["announcement"].campaign.assignments.count()
    assert [report.template.key for report in Report.objects.filter(status="draft")] == ["reminder"]
    assert Job.objects.filter(kind="reports.refresh").count() == 3
    assert Delivery.objects.filter(organization__code="YL-05-03").exists()


@pytest.mark.django_db
def test_without_the_demos_people_or_templates_nothing_is_written():
    assert demo.documents() == ""
    ReportTemplate.objects.all().delete()
    assert demo.documents() == ""
    assert not Report.objects.exists()


def test_a_step_is_taken_once_however_often_it_is_registered(monkeypatch):
    monkeypatch.setattr("inspections.demo.further._STEPS", [])
    for _ in range(2):
        after_demo(_nothing)
        after_demo(_something)
    assert carry_on() == ["两份"]


def _nothing() -> str:
    return ""


def _something() -> str:
    return "两份"
