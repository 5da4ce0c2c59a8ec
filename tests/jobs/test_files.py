"""Files and the rows that name them: nothing is left behind for good, and nothing is deleted that a row names."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from jobs.errors import InvalidTransition
from jobs.files import file_fields, orphans, stored
from jobs.models import Job
from reports.actions.reports import compose_report, delete_report
from reports.models import Rendition
from reports.renditions import make_rendition
from tests import factories

LATER = {"before": timezone.now() + timedelta(days=1)}


def sweep(**options) -> str:
    said = io.StringIO()
    call_command("sweep_files", stdout=said, stderr=said, **options)
    return said.getvalue()


@pytest.fixture
def job(zhao):
    made = Job.objects.create(kind="test.none", title="导出", started_by=zhao, status="done", file_name="名单.xlsx")
    made.file.save(str(made.pk), ContentFile(b"kept"))
    return made


@pytest.fixture
def old(monkeypatch):
    """All files count as written two days ago."""
    two_days = timezone.now() - timedelta(days=2)
    monkeypatch.setattr(FileSystemStorage, "get_modified_time", lambda *_: two_days)


def test_every_field_that_names_a_file_is_looked_at():
    names = {f"{model._meta.label}.{field}" for model, field in file_fields()}
    assert {"jobs.Job.file", "jobs.JobItem.file", "reports.Rendition.file", "inspections.Evidence.file"} <= names


def test_what_nobody_names_is_told_and_deleted_when_asked(job, old):
    lost = default_storage.save("renditions/ab/lost", ContentFile(b"of a report that is gone"))
    assert list(orphans(**LATER)) == [lost]
    said = sweep()
    assert f"无人引用：{lost}" in said
    assert "没有记录引用的文件 1 个" in said
    assert default_storage.exists(lost)
    assert "已删除" in sweep(delete=True)
    assert list(stored(default_storage)) == [job.file.name]
    assert "没有记录引用的文件 0 个" in sweep()


def test_a_file_of_today_is_left_alone(db):
    name = default_storage.save("evidence/new", ContentFile(b"its row comes next"))
    assert "没有记录引用的文件 0 个" in sweep(delete=True)
    assert default_storage.exists(name)
    with pytest.raises(CommandError, match="不能小于 1"):
        sweep(hours=0)


def test_a_row_whose_file_is_gone_is_an_error_with_its_name(job):
    Path(default_storage.path(job.file.name)).unlink()
    with pytest.raises(CommandError, match="有 1 条记录的文件已丢失，请从备份中恢复"):
        sweep()


def test_many_files_take_few_queries(job, django_assert_max_num_queries):
    for number in range(30):
        default_storage.save(f"renditions/{number:02}/x", ContentFile(b"x"))
    with django_assert_max_num_queries(len(file_fields()) + 1):
        assert len(list(orphans(**LATER))) == 30


def test_a_deleted_report_takes_its_files_along(campaign, town, team, qian, zhao, django_capture_on_commit_callbacks):
    row = factories.make_assignment(campaign, town, team, status="concluded", summary="较好")
    factories.make_finding(row, qian)
    template = factories.report_template("four-part")
    first, second = (compose_report(campaign, template, by=zhao) for _ in range(2))
    gone = make_rendition(first, Rendition.Format.DOCX, by=zhao).file.name
    shared = Rendition.objects.create(report=second, format="docx", file=gone, sha256="0" * 64, content_sha256="0" * 64)
    with django_capture_on_commit_callbacks(execute=True):
        delete_report(first, by=zhao)
    assert default_storage.exists(gone), "another report's record names it"
    Rendition.objects.filter(pk=shared.pk).delete()
    kept = make_rendition(second, Rendition.Format.DOCX, by=zhao).file.name
    with django_capture_on_commit_callbacks(execute=True):
        delete_report(second, by=zhao)
    assert not default_storage.exists(kept)


def test_a_report_that_is_not_deleted_keeps_its_files(campaign, town, team, qian, zhao, django_capture_on_commit_callbacks):
    row = factories.make_assignment(campaign, town, team, status="concluded", summary="较好")
    factories.make_finding(row, qian)
    report = compose_report(campaign, factories.report_template("four-part"), by=zhao)
    name = make_rendition(report, Rendition.Format.DOCX, by=zhao).file.name
    type(report).objects.filter(pk=report.pk).update(status="reviewing")
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(InvalidTransition):
        delete_report(report, by=zhao)
    assert default_storage.exists(name)
