"""工作台: what waits comes first, and everybody finds the own part."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inspections.models import Assignment, Campaign
from jobs.models import Job
from reports.dashboard.todo import own_inspections, team_work, under_way
from reports.models import Report, ReportTemplate
from tests import factories
from units.todo import Todo, todos

URL = "/reports/home/"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The tests' campaign runs from 9 to 13 November 2026; today is the second day."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: date(2026, 11, 10))


def told(user):
    return [(todo.label, todo.what) for todo in todos(user)]


def test_its_address(db):
    assert reverse("reports:home") == URL


# --- inspectors -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def units(campaign, team, district):
    """Team one's units: concluded, tomorrow, begun without a date, today."""
    rows = {}
    for number, (key, fields) in enumerate(
        {
            "done": {"status": "concluded"},
            "tomorrow": {"visit_on": date(2026, 11, 11)},
            "begun": {"status": "in_progress"},
            "today": {"visit_on": date(2026, 11, 10)},
        }.items()
    ):
        rows[key] = factories.make_assignment(campaign, factories.make_organization(key, district), team, order=number, **fields)
    return rows


def test_an_inspector_sees_todays_units_first_then_begun_ones_then_by_date(units, sun):
    (work,) = team_work(sun)
    assert [unit.assignment for unit in work.units] == [units["today"], units["begun"], units["tomorrow"]]
    assert [unit.assignment for unit in work.today] == [units["today"]]
    assert (work.total.number, work.concluded.number, work.left.number) == (4, 1, 3)


def test_each_unit_shows_how_far_it_is_and_opens_its_page(client, units, sun, qian):
    factories.make_result(units["today"], "T1-1", qian, conformity="conforming")
    client.force_login(sun)
    page = client.get(URL).content.decode()
    assert "必答 1 / 3" in page
    assert reverse("inspections:assignment_detail", args=[units["today"].pk]) in page
    assert reverse("inspections:assignment_detail", args=[units["done"].pk]) not in page


def test_another_teams_units_are_not_mine(units, li, other_team):
    assert team_work(li) == []


def test_the_right_ends_with_the_campaign(client, units, campaign, sun):
    Campaign.objects.filter(pk=campaign.pk).update(status="finished")
    assert team_work(sun) == []
    client.force_login(sun)
    assert "现在没有需要您办理的事项" in client.get(URL).content.decode()


def test_a_team_that_is_through_is_told_so(client, assignment, sun, zhao):
    Assignment.objects.filter(pk=assignment.pk).update(status="concluded", concluded_by=zhao, concluded_at=timezone.now())
    client.force_login(sun)
    assert "本组的督查任务已全部办结。" in client.get(URL).content.decode()


# --- the office -----------------------------------------------------------------------------------------------------------------


def test_a_campaign_in_preparation_waits_to_be_started(district, zhao):
    factories.make_campaign(district, zhao, status="preparing", title="甲", starts_on=date(2026, 11, 20), ends_on=date(2026, 11, 25))
    factories.make_campaign(district, zhao, status="preparing", title="乙")
    assert {(todo.what, todo.tone) for todo in todos(zhao)} == {("甲", ""), ("乙", "warn")}
    assert {todo.label for todo in todos(zhao)} == {"待启动"}


def test_a_campaign_that_is_through_waits_to_be_finished(campaign, assignment, zhao):
    assert told(zhao) == []
    Assignment.objects.filter(pk=assignment.pk).update(status="concluded", concluded_by=zhao, concluded_at=timezone.now())
    assert told(zhao) == [("待结束", campaign.title)]


def test_a_campaign_past_its_end_names_what_is_left(campaign, units, zhao):
    Campaign.objects.filter(pk=campaign.pk).update(starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 9))
    (todo,) = todos(zhao)
    assert (todo.label, todo.why) == ("已超期", "已过结束日期，还有3个单位未办结。")
    assert todo.url.endswith("status=open")


def test_a_finished_campaign_waits_for_its_report_and_then_the_draft_for_checking(campaign, assignment, zhao):
    Campaign.objects.filter(pk=campaign.pk).update(status="finished")
    assert told(zhao) == [("待成文", campaign.title)]
    template = ReportTemplate.objects.filter(subject="campaign").first()
    Report.objects.create(campaign=campaign, template=template, title="督查情况的报告", drafted_by=zhao)
    assert told(zhao) == [("拟稿", "督查情况的报告")]


def test_an_older_round_no_longer_waits_for_its_report(campaign, assignment, district, zhao):
    Campaign.objects.filter(pk=campaign.pk).update(status="finished")
    factories.make_campaign(district, zhao, half=1, status="finished", title="上半年督查")
    assert told(zhao) == [("待成文", campaign.title)]


def test_only_the_office_that_runs_a_campaign_is_told(campaign, assignment, wu, zheng, qian):
    Campaign.objects.filter(pk=campaign.pk).update(status="finished")
    assert [told(user) for user in (wu, zheng, qian)] == [[], [], []]


def test_failed_work_of_the_last_days_is_shown_to_who_started_it(zhao, wu):
    failed = Job.objects.create(kind="x", title="生成报告", status="failed", started_by=zhao)
    old = Job.objects.create(kind="x", title="旧任务", status="failed", started_by=zhao)
    Job.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=30))
    assert told(zhao) == [("未完成", "生成报告")]
    assert todos(zhao)[0].url == reverse("jobs:job_detail", args=[failed.pk])
    assert told(wu) == []


def test_without_anything_the_office_is_told_so(client, zhao):
    client.force_login(zhao)
    assert "现在没有需要您办理的事项。" in client.get(URL).content.decode()


def test_running_campaigns_show_progress_and_todays_visits(units, campaign, wu):
    (row,) = under_way(wu)
    assert (row.campaign, row.bar.concluded, row.bar.total, row.left.number, row.visits_today) == (campaign, 1, 4, 3, 1)


def test_leaders_see_the_key_figures(client, campaign, finding, wu):
    client.force_login(wu)
    response = client.get(URL)
    assert response.context["figures"].problems.number == 1
    assert f"{reverse('reports:dashboard')}?campaign={campaign.code}" in response.content.decode()


def test_a_leader_without_campaigns_still_has_a_page(client, wu):
    client.force_login(wu)
    assert client.get(URL).status_code == 200


# --- the inspected organization -------------------------------------------------------------------------------------------------


def test_a_liaison_learns_what_to_prepare(client, campaign, assignment, zhou):
    (row,) = own_inspections(zhou)
    assert [(theme, len(items)) for theme, items in row.themes] == [("组织领导", 2), ("理论学习", 2)]
    client.force_login(zhou)
    page = client.get(URL).content.decode()
    assert "请对照以下检查内容准备材料" in page
    assert "督查结果在活动结束后可以查看" in page


def test_items_of_other_categories_need_no_preparation(campaign, assignment, zhou):
    item = campaign.checklist.themes.get(code="T2").items.get(code="T2-1")
    item.categories.add(factories.make_category("国有企业"))
    (row,) = own_inspections(zhou)
    assert "T2-1" not in {item.code for _, items in row.themes for item in items}


def test_a_liaison_sees_the_findings_only_after_the_end(client, campaign, finding, zhou):
    client.force_login(zhou)
    assert finding.text not in client.get(URL).content.decode()
    Campaign.objects.filter(pk=campaign.pk).update(status="finished")
    (row,) = own_inspections(zhou)
    assert [(label, figure.number) for label, figure in row.found] == [("问题", 1), ("风险点", 0), ("好做法", 0)]
    assert row.themes == []


def test_a_liaison_sees_nothing_of_a_campaign_in_preparation(campaign, assignment, zhou):
    Campaign.objects.filter(pk=campaign.pk).update(status="preparing")
    assert own_inspections(zhou) == []


# --- the others -----------------------------------------------------------------------------------------------------------------


def test_administrators_and_auditors_find_their_ways_in(client, wang, feng):
    client.force_login(wang)
    page = client.get(URL).content.decode()
    assert reverse("units:user_list") in page
    assert reverse("units:organization_import") in page
    client.force_login(feng)
    page = client.get(URL).content.decode()
    assert reverse("units:activity_list") in page


def test_somebody_without_any_part_is_told_so(client, db):
    client.force_login(factories.make_user("新人"))
    assert "现在没有需要您办理的事项" in client.get(URL).content.decode()


def test_it_needs_a_login(client, db):
    assert client.get(URL).status_code == 302


@pytest.mark.parametrize("who", ["zhao", "sun", "zhou", "wang"])
def test_it_needs_the_same_queries_for_any_number_of_units(client, request, campaign, assignment, team, district, zhao, town, who):
    client.force_login(request.getfixturevalue(who))
    needed = []
    for number in range(3):
        factories.make_assignment(campaign, factories.make_organization(f"单位{number}", district), team)
        factories.make_assignment(factories.make_campaign(district, zhao, status="finished", year=2020 + number), town)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        needed.append(len(queries))
    assert len(set(needed)) == 1
    assert needed[0] <= 38


def test_units_without_a_day_stand_in_the_order_of_the_directory(campaign, district, team, qian):
    for number in range(5):
        factories.make_assignment(campaign, factories.make_organization(f"第{number}支部", district), team=team)
    (work,) = team_work(qian)
    paths = [unit.assignment.organization_path for unit in work.units if unit.assignment.visit_on is None]
    assert len(paths) >= 5
    assert paths == sorted(paths)


# --- 待办 of everybody -------------------------------------------------------------------------------------------------------------


def test_todo_comes_first_for_everybody_with_whom_and_until_when(client, assignment, zhao, wu, zhou, wang, sun, monkeypatch):
    late = Todo("上报方案", "请上报。", "/x/", "待办理", due_on=date(2026, 11, 6), whom="青石镇党委")
    rows = [
        late,
        Todo("今天的事", "", "/y/", "待办理", due_on=date(2026, 11, 10)),
        *[Todo(f"第{n}件", "", "/z/", "待办理") for n in range(8)],
    ]
    monkeypatch.setattr("units.todo._PROVIDERS", [lambda _user: reversed(rows)])
    for person in (zhao, wu, zhou, wang, sun):
        client.force_login(person)
        page = client.get(URL).content.decode()
        assert page.index('id="h-todo"') == page.index('id="h-'), person
        assert page.index("上报方案") < page.index("今天的事") < page.index("第0件")
        for words in ("青石镇党委：请上报。", "2026年11月6日前，已超期 4 天", "2026年11月10日前，今天到期", "显示其余 2 项"):
            assert words in page, (person, words)


def test_an_inspector_and_a_liaison_have_the_campaign_among_their_todos(assignment, sun, zhou, campaign):
    (todo,) = (one for one in todos(sun) if one.label == "督查")
    assert (todo.what, todo.why, todo.due_on) == (campaign.title, "第一督查组还有1个单位没有办结。", campaign.ends_on)
    (todo,) = (one for one in todos(zhou) if one.label == "待督查")
    assert (todo.whom, todo.due_on) == ("青石镇党委", None)
    Assignment.objects.filter(pk=assignment.pk).update(visit_on=date(2026, 11, 12))
    (todo,) = (one for one in todos(zhou) if one.label == "待督查")
    assert todo.due_on == date(2026, 11, 12)
    Campaign.objects.filter(pk=campaign.pk).update(status="finished")
    assert not [one for user in (sun, zhou) for one in todos(user) if one.label in {"督查", "待督查"}]
