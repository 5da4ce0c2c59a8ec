"""The findings list: every filter, counts equal to the list, rights, paging, export."""

from __future__ import annotations

import io
from datetime import timedelta
from urllib.parse import quote

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import inspections.tasks  # noqa: F401 -- registers the job, as Celery's discovery does
from inspections.models import Finding
from inspections.views import finding_list as screen
from jobs.models import Job
from tests import factories
from units import paging
from units.models import ActivityEntry


@pytest.fixture
def scene(assignment, campaign, district, bureau, other_team, qian, li, zhao):
    """Five standing findings at two organizations by two teams, one withdrawn, and one of the last half-year."""
    written = factories.make_assignment(campaign, bureau, other_team, method="written", activities=[])
    village = factories.make_organization("青石镇下湾村党支部", assignment.organization, code="YL-QS-01")
    below = factories.make_assignment(campaign, village, other_team)
    duty = campaign.checklist.themes.get(code="T1")
    standard = factories.make_standard()
    rows = {
        "记录": factories.make_finding(assignment, qian, text="学习记录 不全 缺签到", standard=standard, severity="notable"),
        "风险": factories.make_finding(assignment, qian, text="网络阵地管理薄弱", kind="risk_point", theme=duty, severity="serious"),
        "做法": factories.make_finding(assignment, qian, text="周周有学习", kind="good_practice"),
        "书面": factories.make_finding(written, li, text="学习计划笼统", cause="人手不足"),
        "村": factories.make_finding(below, li, text="学习场次偏少"),
    }
    factories.make_finding(assignment, qian, text="撤回的", withdrawn_at=factories.NOON, withdrawn_reason="重复")
    earlier = factories.make_campaign(district, zhao, code="last", year=2026, half=1, status="finished")
    rows["上次"] = factories.make_finding(factories.make_assignment(earlier, assignment.organization), zhao, text="上次的问题")
    return rows


def listed(site, **query):
    page = site.get("finding_list", **query)
    assert page.status_code == 200
    tally = page.context["tally"]
    texts = {finding.text for finding in page.context["rows"]}
    assert tally.total == len(texts) == sum(tally.kinds.values())
    return texts


def test_each_filter(as_user, scene, zhao, campaign, assignment, town, team, bureau):
    site = as_user(zhao)
    t = {name: finding.text for name, finding in scene.items()}
    now = {"campaign": campaign.code}
    assert listed(site) == set(t.values())
    assert listed(site, **now) == set(t.values()) - {t["上次"]}
    assert listed(site, **now, category=town.category_id) == {t["记录"], t["风险"], t["做法"]}
    assert listed(site, **now, organization=town.pk) == {t["记录"], t["风险"], t["做法"]}
    assert listed(site, **now, organization=town.pk, below=1) == {t["记录"], t["风险"], t["做法"], t["村"]}
    assert listed(site, **now, theme="T1") == {t["风险"]}
    assert listed(site, **now, kind="problem") == {t["记录"], t["书面"], t["村"]}
    assert listed(site, severity="serious") == {t["风险"]}
    assert listed(site, **now, severity="general") == {t["书面"], t["村"]}
    assert listed(site, **now, team=team.pk) == {t["记录"], t["风险"], t["做法"]}
    assert listed(site, **now, method="written") == {t["书面"]}
    assert listed(site, standard=scene["记录"].standard_id) == {t["记录"]}
    assert listed(site, withdrawn=1) == {"撤回的"}


def test_every_word_must_occur_somewhere(as_user, scene, zhao):
    site = as_user(zhao)
    assert listed(site, q="学习 签到") == {scene["记录"].text}
    assert listed(site, q="档案馆 人手") == {scene["书面"].text}
    assert listed(site, q="学习 没有这个词") == set()
    assert listed(site, q="%") == set()


def test_the_counts_lead_to_lists_of_that_length(as_user, scene, zhao, campaign):
    site = as_user(zhao)
    page = site.get("finding_list", campaign=campaign.code)
    tally = page.context["tally"]
    figures = [*tally.by_kind, *tally.by_severity]
    assert [figure.count for figure in figures] == [3, 1, 1, 1, 1, 2]
    for figure in figures:
        assert len(listed(site, campaign=campaign.code, **{figure.field: figure.value})) == figure.count
        assert f"{figure.field}={figure.value}" in page.content.decode()


@pytest.mark.parametrize(
    "query", [{"campaign": "none"}, {"kind": "x"}, {"team": "abc"}, {"category": "999999"}, {"standard": "x"}, {"organization": "x"}]
)
def test_a_faulty_filter_shows_nothing_and_says_so(as_user, scene, zhao, query):
    page = as_user(zhao).get("finding_list", **query)
    assert page.status_code == 200
    assert page.context["tally"].total == 0
    assert "筛选条件有误" in page.content.decode()


def test_an_organization_is_typed_and_its_id_goes_into_the_address(as_user, scene, zhao, zheng, town, campaign):
    site = as_user(zhao)
    options = site.get("organization_options", organization_name="青石镇").content.decode()
    assert "青石镇党委（YL-QS）" in options
    page = site.get("finding_list", organization_name="青石镇党委（YL-QS）", below="1", campaign=campaign.code, q="")
    assert page["Location"] == f"{reverse('inspections:finding_list')}?below=1&campaign={campaign.code}&organization={town.pk}"
    shown = site.get("finding_list", organization=town.pk, below=1).content.decode()
    assert 'value="青石镇党委（YL-QS）"' in shown
    assert "有多个组织符合" in site.get("finding_list", organization_name="青石镇").content.decode()
    assert "没有找到这个组织" in site.get("finding_list", organization_name="不存在").content.decode()
    stranger = as_user(zheng)
    assert "青石镇" not in stranger.get("organization_options", organization_name="青石镇").content.decode()
    assert stranger.get("finding_list", organization=town.pk).context["tally"].total == 0


def test_who_sees_which(as_user, scene, qian, li, wu, zheng, zhou, wang, town, campaign, finish):
    t = {name: finding.text for name, finding in scene.items()}
    assert listed(as_user(wu)) == set(t.values())
    assert listed(as_user(qian)) == {t["记录"], t["风险"], t["做法"]}
    assert listed(as_user(li)) == {t["书面"], t["村"]}
    assert listed(as_user(zhou)) == {t["上次"]}
    assert listed(as_user(zheng)) == listed(as_user(wang)) == set()
    finish()
    assert listed(as_user(zhou)) == {t["记录"], t["风险"], t["做法"], t["上次"]}
    assert listed(as_user(zhou), withdrawn=1) == set()
    assert listed(as_user(qian)) == set()


def test_a_row_leads_to_the_finding(as_user, scene, zhao):
    text = as_user(zhao).get("finding_list").content.decode()
    assert reverse("inspections:finding_detail", args=[scene["风险"].pk]) in text
    for part in ("网络阵地管理薄弱", "青石镇党委", "组织领导", "严重", "风险点", "第一督查组", "2026-11-10"):
        assert part in text, part


def walk(site, **query):
    """Every page from the first on, and back again: the ids page by page."""
    pages = [site.get("finding_list", **query)]
    while at := pages[-1].context["page"].next:
        pages.append(site.get("finding_list", **query, at=at))
    there = [[row.pk for row in page.context["rows"]] for page in pages]
    back = [there[-1]]
    while at := pages[-1].context["page"].previous:
        pages.append(site.get("finding_list", **query, at=at))
        back.insert(0, [row.pk for row in pages[-1].context["rows"]])
    assert back == there
    return there


@pytest.mark.parametrize("query", [{"kind": "problem"}, {"q": "学习"}, {}])
def test_pages_follow_each_other_there_and_back(as_user, scene, assignment, qian, zhao, monkeypatch, query):
    monkeypatch.setattr(screen, "PER_PAGE", 2)
    factories.make_finding(assignment, qian, text="工作简报", measure="每月学习")
    site = as_user(zhao)
    pages = walk(site, **query)
    ids = [pk for page in pages for pk in page]
    assert len(ids) == len(set(ids)) == site.get("finding_list", **query).context["tally"].total > 2
    assert all(len(page) == 2 for page in pages[:-1])


def test_the_address_of_a_page_keeps_the_filters_and_leads_nowhere_else(as_user, scene, zhao, monkeypatch):
    monkeypatch.setattr(screen, "PER_PAGE", 2)
    site = as_user(zhao)
    first = site.get("finding_list", kind="problem")
    at = first.context["page"].next
    assert f"?kind=problem&amp;at={quote(at)}" in first.content.decode()
    for other in (at[:-1], "x", ">", "[]"):
        assert site.get("finding_list", kind="problem", at=other).context["page"].is_first
    # The place in one order means nothing in another.
    assert site.get("finding_list", q="学习", at=at).context["page"].is_first


def test_where_the_words_stand_comes_first_and_is_marked(as_user, scene, assignment, qian, zhao, campaign):
    factories.make_finding(assignment, qian, text="工作简报不全", measure="加强<学习>")
    Finding.objects.filter(text="工作简报不全").update(recorded_at=factories.NOON + timedelta(days=1))
    page = as_user(zhao).get("finding_list", q="学习", campaign=campaign.code)
    assert [row.text for row in page.context["rows"]][-1] == "工作简报不全"
    text = page.content.decode()
    assert "<mark>学习</mark>记录 不全" in text
    assert "建议措施：加强&lt;<mark>学习</mark>&gt;" in text


def test_a_long_list_is_counted_only_so_far(as_user, scene, zhao, monkeypatch):
    monkeypatch.setattr(paging, "MOST_COUNTED", 3)
    monkeypatch.setattr(paging.capped_count, "__defaults__", (3,))
    site = as_user(zhao)
    page = site.get("finding_list")
    assert (page.context["tally"].total, page.context["tally"].count.is_capped) == (3, True)
    assert "共 3 条以上" in page.content.decode()
    exact = site.get("finding_list", count="exact")
    assert (exact.context["tally"].total, exact.context["tally"].count.is_capped) == (6, False)


def test_any_page_reads_as_little_as_the_first(as_user, assignment, qian, zhao, monkeypatch):
    """No page skips rows: none says OFFSET, and the place in the list is a condition that the index is entered with."""
    monkeypatch.setattr(screen, "PER_PAGE", 2)
    for _ in range(9):
        factories.make_finding(assignment, qian)
    site = as_user(zhao)
    at, counts = "", []
    for _ in range(4):
        with CaptureQueriesContext(connection) as queries:
            page = site.get("finding_list", **({"at": at} if at else {}))
        counts.append(len(queries))
        assert not any("OFFSET" in query["sql"] for query in queries)
        at = page.context["page"].next
    assert len(set(counts)) == 1
    deep = Finding.objects.filter(recorded_at__lte=factories.NOON).order_by("-recorded_at", "-id")[:31]
    if connection.vendor == "sqlite":
        assert "finding_newest (recorded_at<?)" in deep.explain()


def test_queries_do_not_grow(as_user, assignment, qian, zhao):
    site = as_user(zhao)
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            factories.make_finding(assignment, qian)
        with CaptureQueriesContext(connection) as queries:
            page = site.get("finding_list", campaign=assignment.campaign.code)
        counts.append((len(page.context["rows"]), len(queries)))
    assert [rows for rows, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1] < 20


# --- export -------------------------------------------------------------------------------------------------------------


def sheet(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_the_export_is_the_filtered_list_and_is_logged(as_user, scene, zhao, campaign):
    page = as_user(zhao).get("finding_export", campaign=campaign.code, kind="risk_point")
    assert page["Content-Disposition"].startswith("attachment")
    rows = list(sheet(page.getvalue()).iter_rows(values_only=True))
    head, row = rows
    found = dict(zip(head, row, strict=True))
    assert found | {"组织名称": "青石镇党委", "类型": "风险点", "程度": "严重", "内容": "网络阵地管理薄弱", "督查方式": "实地督查"} == found
    assert f"{found['记录日期']:%Y-%m-%d}" == "2026-11-10"
    assert ActivityEntry.objects.first().summary == "导出督查发现 1 条"


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "https://evil.example/", "00012"])
def test_what_was_typed_stays_text_in_the_export(as_user, assignment, qian, zhao, text):
    factories.make_finding(assignment, qian, text=text)
    book = sheet(as_user(zhao).get("finding_export").getvalue())
    cell = next(cell for cell in book[2] if cell.value == text)
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_a_long_list_is_exported_by_a_job_with_the_starters_rights(as_user, scene, qian, zhao, run_jobs, monkeypatch):
    monkeypatch.setattr("units.exporting.DIRECT_ROWS", 2)
    site = as_user(qian)
    assert site.get("finding_export", q="学习 周")["Content-Disposition"].startswith("attachment")
    assert site.get("finding_export")["Location"].startswith(reverse("inspections:finding_list"))
    assert not Job.objects.exists()
    page = site.post("finding_export")
    job = Job.objects.get()
    assert page["Location"] == reverse("jobs:job_detail", args=[job.pk])
    run_jobs()
    job.refresh_from_db()
    assert (job.status, job.done, job.total) == ("done", 3, 3)
    rows = list(sheet(job.file.read()).iter_rows(min_row=2, values_only=True))
    assert len(rows) == Finding.objects.visible_to(qian).standing().count() == 3


def test_a_faulty_filter_is_not_exported(as_user, scene, zhao):
    page = as_user(zhao).get("finding_export", kind="x")
    assert page.status_code == 302
    assert page["Location"].endswith("/findings/?kind=x")
