"""Report screens: who may, what happens with bad input, and files that follow the content."""

from __future__ import annotations

import io
import zipfile

import docx
import pdfplumber
import pytest
from django.urls import reverse

from jobs.models import Job
from reports.actions import compose_report
from reports.models import Paragraph, Rendition, Report, explained
from reports.rendering.result import RenderError
from reports.renditions import current_renditions, make_rendition
from tests import factories


@pytest.fixture
def concluded(campaign, town, bureau, team, qian):
    """Two concluded organizations with a problem and a good practice."""
    factories.report_template("feedback")
    rows = [factories.make_assignment(campaign, each, team, status="concluded", summary="较好") for each in (town, bureau)]
    for row in rows:
        factories.make_result(row, "T1-1", qian, conformity="conforming")
        factories.make_finding(row, qian)
    factories.make_finding(rows[0], qian, kind="good_practice", text="每月在村组开展集中学习")
    return rows


@pytest.fixture
def report(campaign, concluded, zhao):
    return compose_report(campaign, factories.report_template("four-part"), by=zhao)


def _addresses(report):
    code, pk = report.campaign.code, report.pk
    return {
        "report_create": ("get", [code]),
        "bulk_create": ("get", [code]),
        "report_detail": ("get", [pk]),
        "report_update": ("get", [pk]),
        "report_refresh": ("post", [pk]),
        "report_delete": ("post", [pk]),
        "report_download": ("get", [pk, "pdf"]),
    }


NAMES = ["report_create", "bulk_create", "report_detail", "report_update", "report_refresh", "report_delete", "report_download"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["zheng", "zhou", "qian", "wang", "feng"])
def test_whoever_does_not_read_the_campaigns_reports_gets_404_or_403(request, client, report, name, who):
    client.force_login(request.getfixturevalue(who))
    method, arguments = _addresses(report)[name]
    expected = {404}
    # A liaison and a team member see the campaign, so they learn that writing is not theirs.
    if name in ("report_create", "bulk_create") and who in ("zhou", "qian"):
        expected = {403}
    assert getattr(client, method)(reverse(f"reports:{name}", args=arguments)).status_code in expected
    assert Report.objects.filter(pk=report.pk).exists()


@pytest.mark.parametrize("name", ["report_create", "bulk_create", "report_update", "report_refresh", "report_delete"])
def test_a_leader_reads_but_does_not_write(client, report, wu, name):
    client.force_login(wu)
    assert client.get(reverse("reports:report_detail", args=[report.pk])).status_code == 200
    method, arguments = _addresses(report)[name]
    assert getattr(client, method)(reverse(f"reports:{name}", args=arguments)).status_code == 403
    assert not Job.objects.exists()


def _shown(answer):
    return [row[0].pk for row in answer.context["rows"]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_the_same_queries_for_any_length(client, campaign, concluded, zhao, count, django_assert_max_num_queries):
    for _ in range(count):
        compose_report(campaign, factories.report_template("four-part"), by=zhao)
    client.force_login(zhao)
    with django_assert_max_num_queries(16):
        page = client.get(reverse("reports:report_list"))
    assert f"共 {count} 份" in page.content.decode()


def test_the_list_is_filtered(client, report, zhao):
    client.force_login(zhao)
    found = client.get(reverse("reports:report_list"), {"q": "督查报告", "campaign": report.campaign.code, "template": "four-part"})
    assert _shown(found) == [report.pk]
    none = client.get(reverse("reports:report_list"), {"q": "不存在的标题"})
    assert "没有符合条件的报告" in none.content.decode()


def test_a_report_is_found_by_what_a_paragraph_says_and_the_passage_is_marked(client, report, zhao):
    client.force_login(zhao)
    row = Paragraph.objects.filter(section__report=report, kind="body").first()
    Paragraph.objects.filter(pk=row.pk).update(text="前文" * 20 + "凤鸣<阵地>台账" + "后文" * 20)
    Report.objects.filter(pk=report.pk).update(search_due=True)
    page = client.get(reverse("reports:report_list"), {"q": "阵地 督查报告"})
    assert _shown(page) == [report.pk]
    assert "&lt;<mark>阵地</mark>&gt;台账" in page.content.decode()
    assert _shown(client.get(reverse("reports:report_list"), {"q": "阵地 没有的词"})) == []


def test_the_detail_page_shows_text_sources_and_files(client, report, zhao):
    make_rendition(report, Rendition.Format.PDF, by=zhao)
    client.force_login(zhao)
    page = client.get(reverse("reports:report_detail", args=[report.pk])).content.decode()
    assert "二、存在问题" in page
    assert "下载 PDF" in page
    assert "依据" in page
    assert "style=" not in page, "the content security policy forbids inline styles"


def test_a_file_belongs_to_one_content(report, zhao):
    first = make_rendition(report, Rendition.Format.PDF, by=zhao)
    assert make_rendition(report, Rendition.Format.PDF, by=zhao).pk == first.pk
    assert [made.pk for made in current_renditions(report)] == [first.pk]
    Paragraph.objects.filter(section__report=report, kind="body").order_by("pk").update(text="人工改过的一段。")
    assert current_renditions(report) == []
    second = make_rendition(report, Rendition.Format.PDF, by=zhao)
    assert second.pk != first.pk
    assert second.sha256 != first.sha256


def test_changing_title_and_signature(client, report, zhao):
    client.force_login(zhao)
    address = reverse("reports:report_update", args=[report.pk])
    form = {"title": "关于下半年督查情况的报告", "addressee": "区委", "signers": "区委办公室\n区委督查室", "signed_on": "2026-11-20"}
    assert client.post(address, {**form, "revision": report.revision}).status_code == 302
    report.refresh_from_db()
    assert (report.title, report.addressee, report.signers) == ("关于下半年督查情况的报告", "区委", ["区委办公室", "区委督查室"])
    # A second editor who had opened the page before keeps what was typed and is told.
    late = client.post(address, {**form, "title": "另一个标题", "revision": 1})
    assert late.status_code == 200
    assert "另一个标题" in late.content.decode()
    assert "刷新" in late.content.decode()
    bad = client.post(address, {**form, "title": "", "signed_on": "2026-13-45", "revision": report.revision})
    assert bad.status_code == 200
    report.refresh_from_db()
    assert report.title == "关于下半年督查情况的报告"


def test_recomposing_takes_in_new_facts_and_keeps_edits(client, report, run_jobs, zhao, qian, concluded):
    edited = Paragraph.objects.filter(section__report=report, section__kind="problems", kind="body").first()
    Paragraph.objects.filter(pk=edited.pk).update(text="办公室改过的话。")
    factories.make_finding(concluded[1], qian, kind="risk_point", text="电子显示屏由外包公司远程控制，存在失管风险")
    client.force_login(zhao)
    client.post(reverse("reports:report_refresh", args=[report.pk]), {"recompose": "1"})
    [job] = run_jobs()
    assert (job.status, job.error) == ("done", "")
    texts = "".join(Paragraph.objects.filter(section__report=report).values_list("text", flat=True))
    assert "办公室改过的话。" in texts
    assert "电子显示屏" in texts
    assert len(current_renditions(report)) == 2


def test_composing_before_anything_is_concluded_is_refused_in_words(client, campaign, zhao):
    client.force_login(zhao)
    address = reverse("reports:report_create", args=[campaign.code])
    assert "至少有一个单位办结后才能起草报告" in client.get(address).content.decode()
    answer = client.post(address, {"template": factories.report_template("four-part").pk})
    assert "现在还不能用这个样式" in answer.content.decode()
    assert not Job.objects.exists()


def test_a_draft_is_deleted_with_its_files_records(client, report, zhao):
    make_rendition(report, Rendition.Format.DOCX, by=zhao)
    client.force_login(zhao)
    client.post(reverse("reports:report_delete", args=[report.pk]))
    assert not Report.objects.exists()
    assert not Rendition.objects.exists()


def _bulk(client, campaign, rows, formats=("pdf",)):
    form = {"assignments": [str(row.pk) for row in rows], "formats": formats, "deadline_days": 30, "signed_on": "2026-11-20"}
    return client.post(reverse("reports:bulk_create", args=[campaign.code]), form)


def test_bulk_gives_one_file_per_organization_and_format(client, campaign, concluded, zhao, run_jobs):
    client.force_login(zhao)
    _bulk(client, campaign, concluded, ("pdf", "docx"))
    [job] = run_jobs()
    assert (job.status, job.error, job.done, job.total) == ("done", "", 4, 4)
    with zipfile.ZipFile(io.BytesIO(job.file.read())) as archive:
        assert sorted(archive.namelist()) == [
            "01-青石镇党委-反馈意见.docx",
            "01-青石镇党委-反馈意见.pdf",
            "02-区档案馆党支部-反馈意见.docx",
            "02-区档案馆党支部-反馈意见.pdf",
        ]
        assert archive.read("01-青石镇党委-反馈意见.pdf").startswith(b"%PDF")
        # Nobody has signed these: each page says so.
        with pdfplumber.open(io.BytesIO(archive.read("01-青石镇党委-反馈意见.pdf"))) as pdf:
            assert all("草稿" in "".join(char["text"] for char in page.chars) for page in pdf.pages)
        header = docx.Document(io.BytesIO(archive.read("01-青石镇党委-反馈意见.docx"))).sections[0].header
        assert header.paragraphs[0].text == "草稿"


def test_bulk_by_category(client, campaign, concluded, zhao, town, run_jobs):
    client.force_login(zhao)
    form = {"scope": "category", "category": [town.category_id], "formats": ["pdf"], "deadline_days": 15, "signed_on": "2026-11-20"}
    client.post(reverse("reports:bulk_create", args=[campaign.code]), form)
    [job] = run_jobs()
    assert [item.label for item in job.items.all()] == ["青石镇党委（PDF）"]


def test_bulk_without_a_choice_says_what_to_do(client, campaign, concluded, zhao):
    client.force_login(zhao)
    answer = _bulk(client, campaign, [])
    assert answer.status_code == 200
    assert "请至少勾选一个单位" in answer.content.decode()
    assert not Job.objects.exists()


def test_bulk_refuses_another_campaigns_assignment(client, campaign, concluded, zhao, other_district, zheng):
    theirs = factories.make_campaign(other_district, zheng)
    foreign = factories.make_assignment(theirs, factories.make_organization("外区党支部", other_district), status="concluded")
    client.force_login(zhao)
    assert _bulk(client, campaign, [foreign]).status_code == 200
    assert not Job.objects.exists()


def test_one_that_fails_does_not_stop_the_others_and_is_run_again_alone(client, campaign, concluded, zhao, run_jobs, monkeypatch):
    from reports.rendering.formats import RENDERERS

    real = RENDERERS["pdf"]
    made = []

    def breaks_once(document, **options):
        made.append(document.title)
        if len(made) == 1:
            raise RenderError("正文第2段有缺字，请修改后重试。")
        return real(document, **options)

    monkeypatch.setitem(RENDERERS, "pdf", breaks_once)
    client.force_login(zhao)
    _bulk(client, campaign, concluded)
    [job] = run_jobs()
    assert job.status == "done"
    assert [item.status for item in job.items.all()] == ["failed", "done"]
    assert "缺字" in client.get(reverse("jobs:job_detail", args=[job.pk])).content.decode()
    with zipfile.ZipFile(io.BytesIO(job.file.read())) as archive:
        assert len(archive.namelist()) == 1

    client.post(reverse("jobs:job_restart", args=[job.pk]))
    [job] = run_jobs()
    assert [item.status for item in job.items.all()] == ["done", "done"]
    assert len(made) == 3, "the one that was done is not made again"
    with zipfile.ZipFile(io.BytesIO(job.file.read())) as archive:
        assert len(archive.namelist()) == 2


def test_a_cancelled_bulk_job_keeps_what_is_done(client, campaign, concluded, zhao, run_jobs, monkeypatch):
    from reports.rendering.formats import RENDERERS

    real = RENDERERS["pdf"]

    def cancels(document, **options):
        Job.objects.update(cancel_requested=True)
        return real(document, **options)

    monkeypatch.setitem(RENDERERS, "pdf", cancels)
    client.force_login(zhao)
    _bulk(client, campaign, concluded)
    [job] = run_jobs()
    assert job.status == "cancelled"
    assert job.items.filter(status="done").count() == 1


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ({"what": "学习记录不够规范", "n": 3, "of": 58, "word": "个别"}, "学习记录不够规范：3 / 58 → 个别"),
        ({"what": "督查组", "n": 4}, "督查组：4"),
        ({"what": "召开会议", "sum": "9", "parts": ["2", "3", "4"], "word": "9次"}, "召开会议：2＋3＋4 ＝ 9次"),
        ({"what": "召开会议", "sum": "45", "parts": ["5"] * 9}, "召开会议：9 项合计 45"),
    ],
)
def test_arithmetic_is_told_in_words(row, line):
    assert explained(row) == line
