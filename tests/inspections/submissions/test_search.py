"""Submissions are found by organization, and by their text once it was handed in; exactly what LIKE finds."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from inspections.actions import submission_content as content
from inspections.actions import submission_files as files
from inspections.models import Submission, SubmissionGrams
from tests.inspections.submissions.conftest import report
from units.actions.organizations import update_organization
from units.models import grams as index


def found(words: str) -> int:
    return Submission.objects.search(words).count()


@pytest.fixture(params=[index.FEW, 0])
def near(request, monkeypatch):
    """Through the index, and past it."""
    monkeypatch.setattr(index, "FEW", request.param)


def test_the_text_is_found_once_it_was_handed_in_and_the_name_at_all_times(near, received, liaison, bureau, zhao):
    assert (found("档案馆"), found("YL-DA"), found("研讨提纲")) == (1, 1, 0)
    files.upload(received, report(), by=liaison)
    content.save_online(Submission.objects.get(pk=received.pk), {"plans": "补签到表"}, by=liaison, base_revision=_revision(received))
    assert found("研讨提纲") == 0, "until then it is the organization's own"
    Submission.objects.filter(pk=received.pk).update(status="submitted", submitted_at="2026-11-20T01:00:00Z")
    assert (found("研讨提纲"), found("档案馆 专题研究"), found("补签到"), found("研讨 没有的")) == (1, 1, 1, 0)
    update_organization(bureau, by=zhao, name="区方志馆党支部", code=bureau.code, kind=bureau.kind, short_name="")
    assert (found("方志馆"), found("方志馆 研讨提纲")) == (1, 1)
    SubmissionGrams.objects.all().delete()
    told = StringIO()
    call_command("reindex_search", stdout=told)
    assert "报送材料：已重建 1 条" in told.getvalue()
    assert found("研讨提纲") == 1
    files_left = Submission.objects.get(pk=received.pk)
    Submission.objects.filter(pk=received.pk).update(status="returned", return_reason="补充")
    files.remove_file(files_left, by=liaison)
    assert found("研讨提纲") == 0


def _revision(submission) -> int:
    return Submission.objects.get(pk=submission.pk).revision


def test_the_list_marks_what_was_looked_for(client, received, liaison, zhao):
    files.upload(received, report(), by=liaison)
    Submission.objects.filter(pk=received.pk).update(status="submitted", submitted_at="2026-11-20T01:00:00Z")
    client.force_login(zhao)
    url = reverse("inspections:submission_list", args=[received.campaign.code])
    assert "<mark>研讨提纲</mark>" in client.get(url, {"q": "研讨提纲"}).content.decode()
    assert "区<mark>档案</mark>馆党支部" in client.get(url, {"q": "研讨 档案"}).content.decode()
