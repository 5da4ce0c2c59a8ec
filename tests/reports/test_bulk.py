"""Bulk documents: who gets one, the bound volume, what is too much for one document, what is left when a worker is killed."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import docx
import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.models import Finding
from jobs.models import Job
from reports import bulk
from reports.branches import branch_nodes, flat
from reports.forms import BulkForm
from reports.rendering.document import Paragraph
from reports.rendering.press import close_all, running
from tests import factories


@pytest.fixture
def units(campaign, town, bureau, team, qian):
    """青石镇 with two communities below it, one of them with a village branch, and a bureau beside; all concluded with a problem."""
    factories.report_template("feedback")
    north = factories.make_organization("城北社区党委", town, category=town.category)
    south = factories.make_organization("城南社区党委", town, category=town.category)
    first = factories.make_organization("城北一组党支部", north, category=town.category)
    found = {}
    for organization in (town, bureau, north, south, first):
        row = factories.make_assignment(campaign, organization, team, status="concluded", summary="较好")
        factories.make_result(row, "T1-1", qian, conformity="conforming")
        factories.make_finding(row, qian)
        found[organization.name] = row
    return found


@pytest.fixture
def post(client, campaign, zhao):
    """Return a function that sends the form as 赵."""
    client.force_login(zhao)

    def send(**values):
        form = {"formats": ["pdf"], "deadline_days": 30, "signed_on": "2026-11-20", **values}
        return client.post(reverse("reports:bulk_create", args=[campaign.code]), form)

    return send


def labels(job: Job) -> list[str]:
    return [item.label.removesuffix("（PDF）") for item in job.items.all()]


# --- who gets one -------------------------------------------------------------------------------------------------------


def test_all_a_subtree_a_category_and_hand_picked_ones(post, units, town, bureau, run_jobs):
    north = units["城北社区党委"].organization
    chosen = [
        {"scope": "all"},
        {"scope": "subtree", "subtrees": [town.pk]},
        {"scope": "subtree", "subtrees": [town.pk, north.pk]},
        {"scope": "subtree", "subtrees": [north.pk]},
        {"scope": "category", "category": [bureau.category_id]},
        {"scope": "picked", "assignments": [units["城南社区党委"].pk], "category": [bureau.category_id]},
    ]
    for values in chosen:
        assert post(**values).status_code == 302
        Job.objects.update(cancel_requested=True)  # a job like one that is cancelled is another job
    jobs = list(Job.objects.order_by("created_at"))
    names = {str(row.pk): name for name, row in units.items()}
    found = [{names[pk] for pk in job.params["assignments"]} for job in jobs]
    below = {"青石镇党委", "城北社区党委", "城南社区党委", "城北一组党支部"}
    assert found == [set(units), below, below, {"城北社区党委", "城北一组党支部"}, {bureau.name}, {"城南社区党委"}]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"scope": "subtree"}, "请至少勾选一个上级组织"),
        ({"scope": "category"}, "请至少勾选一个单位类别"),
        ({"scope": "picked"}, "请至少勾选一个单位"),
        ({"scope": "everything"}, "选择一个有效的选项"),
        ({"scope": "all", "bundle": "box"}, "选择一个有效的选项"),
    ],
)
def test_an_empty_or_unknown_scope_is_refused_in_words(post, units, values, said):
    answer = post(**values)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Job.objects.exists()


def test_what_was_ticked_stays_when_the_form_comes_back(post, units, town):
    page = post(scope="subtree", subtrees=[town.pk], signed_on="").content.decode()
    assert f'value="{town.pk}" data-count="4" checked' in page
    assert 'value="subtree" checked' in page


def test_the_tree_holds_branches_only_with_their_counts(campaign, units, zhao, town, other_district):
    form = BulkForm(campaign=campaign, user=zhao)
    assert [(str(one), one.pk == town.pk) for one in flat(form.nodes)] == [("青石镇党委", True), ("城北社区党委", False)]
    assert (form.nodes[0].count, form.nodes[0].below[0].count) == (4, 2)
    foreign = BulkForm(
        {"scope": "subtree", "subtrees": [other_district.pk], "formats": ["pdf"], "signed_on": "2026-11-20"}, campaign=campaign, user=zhao
    )
    assert not foreign.is_valid()


def test_the_tree_is_one_query_however_deep(campaign, units, zhao, django_assert_num_queries):
    paths = list(campaign.assignments.values_list("organization_path", flat=True))
    zhao.current_appointments  # noqa: B018 -- read once per request
    with django_assert_num_queries(1):
        branch_nodes(paths, below=campaign.organizer.path, user=zhao)


# --- the volume -----------------------------------------------------------------------------------------------------------


def test_a_volume_holds_every_document_once_with_contents_and_bookmarks(post, units, run_jobs, campaign):
    post(scope="all", bundle="volume", right_pages="on")
    (job,) = run_jobs()
    assert (job.status, job.error, job.done, job.total) == ("done", "", 5, 5)
    assert job.file_name == f"{campaign.title}-反馈意见合订本.pdf"
    pdf = pypdfium2.PdfDocument(job.file.read())
    tops = [(mark.get_title(), mark.get_dest().get_index() + 1) for mark in pdf.get_toc() if mark.level == 0]
    assert [title for title, _ in tops] == ["封面", "目录", *labels(job)]
    assert sorted(labels(job)) == sorted(units)
    contents = pdf[1].get_textpage().get_text_range()
    for name, page in tops[2:]:
        assert name in pdf[page - 1].get_textpage().get_text_range()
        assert f"{name} " in contents
        assert page % 2
    assert f"成功 5 份，失败 0 份。合订本共 {len(pdf)} 页。" in job.result["summary"]


def test_both_formats_make_two_volumes_in_one_archive(post, units, run_jobs):
    post(scope="picked", assignments=[units["青石镇党委"].pk, units["城南社区党委"].pk], bundle="volume", formats=["pdf", "docx"])
    (job,) = run_jobs()
    assert job.done == 2, "one item per unit, whatever the number of formats"
    with zipfile.ZipFile(io.BytesIO(job.file.read())) as archive:
        pdf, word = sorted(archive.namelist(), reverse=True)
        assert pdf.endswith("合订本.pdf")
        titles = [p.text for p in docx.Document(io.BytesIO(archive.read(word))).paragraphs if p.style.name == "Title"]
    assert len(titles) == 4


def test_a_unit_that_fails_is_left_out_of_the_volume_and_comes_in_when_run_again(post, client, units, run_jobs, monkeypatch):
    Finding.objects.filter(organization__name="城南社区党委").update(text="所在单位为\U00020bb7祥社区")
    post(scope="all", bundle="volume")
    (job,) = run_jobs()
    assert {item.label: item.status for item in job.items.all()}["城南社区党委"] == "failed"
    assert "U+20BB7" in job.items.get(status="failed").error
    assert "失败 1 份" in job.result["summary"]
    Finding.objects.filter(organization__name="城南社区党委").update(text="记录不全")
    client.post(reverse("jobs:job_restart", args=[job.pk]))
    (job,) = run_jobs()
    tops = [mark.get_title() for mark in pypdfium2.PdfDocument(job.file.read()).get_toc() if mark.level == 0]
    assert tops[2:] == labels(job)
    assert len(tops) == 7


def test_a_volume_of_nothing_is_refused_in_words(post, units, run_jobs, monkeypatch):
    Finding.objects.update(text="所在单位为\U00020bb7祥社区")
    post(scope="all", bundle="volume")
    (job,) = run_jobs()
    assert job.status == "failed"
    assert "没有一份文稿生成成功" in job.error


# --- too much for one document ------------------------------------------------------------------------------------------------


@pytest.fixture
def pressed(settings):
    """Files are made in a process beside this one, within narrow limits of memory."""
    settings.RENDERING_SECONDS, settings.RENDERING_MEMORY_MB, settings.RENDERING_DOCUMENTS = 120.0, 240, 100
    close_all()
    yield
    close_all()


def test_a_monstrous_document_fails_alone_with_its_reason(post, client, units, qian, run_jobs, pressed, monkeypatch):
    monster = units["城南社区党委"]
    real = bulk.document_of_draft

    def swollen(draft):
        document = real(draft)
        if monster.organization.name not in document.addressee:
            return document
        return replace(document, blocks=(*document.blocks, Paragraph("逐项列明如下，" * 3_500_000)))

    monkeypatch.setattr(bulk, "document_of_draft", swollen)
    post(scope="all")
    (job,) = run_jobs()
    assert job.status == "done", job.error
    failed = job.items.get(status="failed")
    assert failed.label == "城南社区党委（PDF）"
    assert "占用的内存超过上限（240 MB）" in failed.error
    assert job.items.filter(status="done").count() == 4
    with zipfile.ZipFile(io.BytesIO(job.file.read())) as archive:
        assert len(archive.namelist()) == 4
    assert failed.error in client.get(reverse("jobs:job_detail", args=[job.pk])).content.decode()
    assert len(running()) <= 1

    monkeypatch.setattr(bulk, "document_of_draft", real)
    client.post(reverse("jobs:job_restart", args=[job.pk]))
    (job,) = run_jobs()
    assert not job.items.exclude(status="done").exists()


def test_more_findings_than_a_document_takes_are_not_even_composed(post, units, run_jobs, monkeypatch, qian):
    monkeypatch.setattr(bulk, "MOST_FINDINGS", 2)
    for _ in range(2):
        factories.make_finding(units["青石镇党委"], qian)
    post(scope="all")
    (job,) = run_jobs()
    failed = job.items.get(status="failed")
    assert "青石镇党委" in failed.label
    assert "有 3 条发现，超过一份文稿的上限 2 条" in failed.error


def test_a_fault_of_ours_in_one_document_fails_alone_and_shows_no_trace(post, units, run_jobs, monkeypatch):
    real = bulk.document_of_draft
    calls = []

    def broken(draft):
        calls.append(draft)
        if len(calls) == 2:
            raise ZeroDivisionError
        return real(draft)

    monkeypatch.setattr(bulk, "document_of_draft", broken)
    post(scope="all")
    (job,) = run_jobs()
    assert job.status == "done"
    assert [item.status for item in job.items.all()].count("failed") == 1
    assert "division" not in job.items.get(status="failed").error


# --- killed and taken over ------------------------------------------------------------------------------------------------------


def test_a_file_left_by_a_killed_worker_is_written_over(post, units, run_jobs):
    post(scope="picked", assignments=[units["青石镇党委"].pk])
    job = Job.objects.get()
    campaign, template = units["青石镇党委"].campaign, factories.report_template("feedback")
    bulk._prepare(job, campaign, template, job.params["assignments"], ["pdf"])
    item = job.items.get()
    storage = item.file.storage
    name = item.file.field.generate_filename(item, f"{job.pk}-{item.pk}")
    storage.save(name, io.BytesIO(b"half a file"))
    run_jobs()
    item.refresh_from_db()
    assert item.file.name == name
    assert storage.listdir("jobs/items")[1] == [f"{job.pk}-{item.pk}"]
    assert item.file.read().startswith(b"%PDF")


def test_the_rate_counts_what_this_worker_did(post, units, zhao):
    job = Job(total=100, done=60, done_before=50, started_at=timezone.now() - timedelta(seconds=10), status="running")
    assert 0.9 < job.rate < 1.1
    assert 35 < job.seconds_left < 45
    job.done = 100
    assert job.seconds_left is None, "what follows is packing"


def test_the_documents_of_a_volume_are_kept_as_they_were_composed(post, units, run_jobs):
    post(scope="picked", assignments=[units["青石镇党委"].pk], bundle="volume")
    (job,) = run_jobs()
    kept = json.loads(job.items.get().file.read())
    assert kept["addressee"].startswith("青石镇党委")
