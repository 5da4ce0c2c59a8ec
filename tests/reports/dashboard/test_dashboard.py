"""督查总览: what it counts, for whom, and that it stays fast."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.models import Campaign, ChecklistItem
from reports.dashboard import queries
from reports.dashboard.counts import Scope
from reports.dashboard.queries import started_campaigns, usual_campaign
from reports.dashboard.rounds import previous_of, rounds_before
from tests import factories

URL = "/reports/dashboard/"


def board(campaign, user):
    """What the page reads."""
    return queries.board(campaign, Scope(user), previous_of(rounds_before(campaign, started_campaigns(user))))


@pytest.fixture
def standard(db):
    return factories.make_standard(code="S-1", item_code="T2-1", heading="学习记录不够规范")


@pytest.fixture
def villages(campaign, town, other_team):
    """Three more towns, concluded, given to team two."""
    found = []
    for number in range(3):
        organization = factories.make_organization(f"第{number}镇党委", town.parent, kind="committee", category=town.category)
        found.append(factories.make_assignment(campaign, organization, other_team, status="concluded"))
    return found


def test_its_address(db):
    assert reverse("reports:dashboard") == URL


def test_coverage_counts_only_concluded_assignments(campaign, assignment, villages, wu):
    shown = board(campaign, wu)
    assert [(row.label, row.concluded.number, row.total.number, row.percent) for row in shown.coverage] == [("镇街", 3, 4, 75)]
    assert (shown.key.covered.concluded.number, shown.key.covered.total.number) == (3, 4)
    assert [(row.label, row.concluded.number, row.planned.number) for row in shown.teams] == [("第一督查组", 0, 1), ("第二督查组", 3, 0)]


def test_organizations_without_a_category_have_their_own_row(campaign, assignment, district, team, wu):
    loose = factories.make_organization("某党支部", district)
    factories.make_assignment(campaign, loose, team)
    rows = board(campaign, wu).coverage
    assert [(row.label, row.total.number) for row in rows] == [("镇街", 1), ("未设类别", 1)]
    assert "category=0" in rows[1].total.url


def test_findings_are_counted_by_theme_kind_and_severity_and_withdrawn_ones_nowhere(campaign, assignment, qian, wu):
    duty = campaign.checklist.themes.get(code="T1")
    factories.make_finding(assignment, qian, severity="serious")
    factories.make_finding(assignment, qian, severity="general")
    factories.make_finding(assignment, qian, theme=duty, kind="risk_point", severity="notable")
    factories.make_finding(assignment, qian, theme=duty, kind="good_practice")
    factories.make_finding(assignment, qian, withdrawn_at=factories.NOON, withdrawn_reason="重复")
    shown = board(campaign, wu)
    rows = {
        row.label: [row.problems.number, *(f.number for f in row.severities), row.risk_points.number, row.good_practices.number]
        for row in shown.themes
    }
    assert rows == {"组织领导": [0, 0, 0, 0, 1, 1], "理论学习": [2, 1, 0, 1, 0, 0]}
    assert shown.found.total.number == 4
    assert shown.key.serious.number == 1


def test_the_spread_of_a_problem_counts_organizations_of_the_concluded_inspections(campaign, assignment, villages, standard, qian, wu):
    for place in villages[:2]:
        factories.make_finding(place, qian, standard=standard)
    factories.make_finding(villages[0], qian, standard=standard)  # the same organization once more
    factories.make_finding(assignment, qian, standard=standard)  # not concluded
    (row,) = board(campaign, wu).spread
    assert (row.heading, row.n, row.of, row.word) == ("学习记录不够规范", 2, 3, "多数")
    assert row.findings.number == 4


def test_the_spread_is_measured_against_the_categories_that_the_item_asks(campaign, villages, bureau, other_team, standard, qian, wu):
    factories.make_assignment(campaign, bureau, other_team, status="concluded")
    factories.make_finding(villages[0], qian, standard=standard)
    factories.make_finding(villages[1], qian, standard=standard)
    assert [(row.n, row.of) for row in board(campaign, wu).spread] == [(2, 4)]
    ChecklistItem.objects.get(theme__checklist=campaign.checklist, code="T2-1").categories.add(villages[0].category)
    assert [(row.n, row.of) for row in board(campaign, wu).spread] == [(2, 3)]


def test_the_spread_shows_ten_at_most_the_widest_first(campaign, villages, qian, wu):
    for number in range(12):
        wording = factories.make_standard(heading=f"问题{number}")
        for place in villages[: 1 + number % 3]:
            factories.make_finding(place, qian, standard=wording)
    rows = board(campaign, wu).spread
    assert len(rows) == 10
    assert [row.n for row in rows] == [3, 3, 3, 3, 2, 2, 2, 2, 1, 1]


def test_the_last_half_year_stands_beside_this_one(campaign, assignment, finding, district, zhao, qian, town, team, wu):
    assert board(campaign, wu).previous is None
    before = factories.make_campaign(district, zhao, half=1, status="finished")
    earlier = factories.make_assignment(before, town, factories.make_team(before, qian), status="concluded")
    for _ in range(2):
        factories.make_finding(earlier, qian)
    shown = board(campaign, wu)
    assert shown.previous == before
    assert {row.label: (row.now.number, row.before.number, row.change) for row in shown.comparison} == {
        "已督查单位": (0, 1, -1),
        "发现问题": (1, 2, -1),
        "其中：较重问题": (0, 0, 0),
        "其中：严重问题": (0, 0, 0),
        "风险点": (0, 0, 0),
        "好做法": (0, 0, 0),
    }
    assert [(row.label, row.change) for row in shown.theme_comparison] == [("组织领导", 0), ("理论学习", -1)]


def test_a_last_campaign_that_the_reader_may_not_see_is_not_compared(campaign, assignment, district, zhao, town):
    factories.make_campaign(district, zhao, half=1, status="finished")
    clerk = factories.make_user("镇办", role="office", at=town)
    assert board(campaign, clerk).previous is None


# --- which campaign, for whom ---------------------------------------------------------------------------------------------------


def test_the_newest_campaign_of_the_own_organization_comes_first(campaign, town, zhao, wu):
    below = factories.make_campaign(town, zhao, year=2027)
    factories.make_assignment(below, town)
    campaigns = started_campaigns(wu)
    assert campaigns == [below, campaign]
    assert usual_campaign(wu, campaigns) == campaign


def test_the_main_round_of_a_half_year_comes_before_a_newer_special_check(campaign, assignment, bureau, district, town, zhao, wu):
    special = factories.make_campaign(district, zhao, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 5))
    factories.make_assignment(campaign, bureau)
    factories.make_assignment(special, town)
    campaigns = started_campaigns(wu)
    assert campaigns == [special, campaign]
    assert usual_campaign(wu, campaigns) == campaign


def test_a_campaign_in_preparation_is_not_offered(client, district, zhao, wu):
    planned = factories.make_campaign(district, zhao, status="preparing")
    client.force_login(wu)
    page = client.get(URL)
    assert "还没有已启动的督查活动" in page.content.decode()
    assert client.get(URL, {"campaign": planned.code}).status_code == 404


def test_a_chosen_campaign_is_shown(client, campaign, assignment, district, zhao, wu):
    other = factories.make_campaign(district, zhao, half=1, status="finished", title="上半年督查")
    client.force_login(wu)
    assert client.get(URL).context["campaign"] == campaign
    assert client.get(URL, {"campaign": other.code}).context["campaign"] == other


def test_strangers_find_nothing(client, campaign, finding, zheng):
    client.force_login(zheng)
    assert client.get(URL, {"campaign": campaign.code}).status_code == 404
    assert "还没有已启动的督查活动" in client.get(URL).content.decode()


@pytest.mark.parametrize("who", ["qian", "zhou", "wang", "feng"])
def test_it_is_for_offices_and_leaders(client, request, team, assignment, who):
    client.force_login(request.getfixturevalue(who))
    response = client.get(URL)
    assert response.status_code == 403
    assert "督查总览供领导和办公室查看" in response.content.decode()


def test_it_needs_a_login(client, db):
    assert client.get(URL).status_code == 302


def test_the_inspected_side_counts_only_itself_and_findings_only_after_the_end(campaign, finding, villages, qian, town):
    factories.make_finding(villages[0], qian)
    clerk = factories.make_user("镇办", role="office", at=town)
    shown = board(campaign, clerk)
    assert (shown.key.covered.total.number, shown.found.total.number) == (1, 0)
    Campaign.objects.filter(pk=campaign.pk).update(status="finished")
    campaign.refresh_from_db()
    assert board(campaign, clerk).found.total.number == 1


# --- how it is shown ------------------------------------------------------------------------------------------------------------


def test_charts_have_a_summary_and_a_table_beside_them(client, campaign, finding, villages, wu):
    client.force_login(wu)
    page = client.get(URL).content.decode()
    assert 'role="img"' in page
    assert "各类别督查进度条形图。共4个单位，已办结3个。镇街3/4。" in page
    assert page.count("<table") == 5
    assert "echarts.common.min.js" in page
    assert "style=" not in page
    assert " onclick=" not in page


def test_nothing_found_is_said_and_no_empty_chart_drawn(client, campaign, wu):
    client.force_login(wu)
    page = client.get(URL)
    assert page.context["charts"] == {}
    text = page.content.decode()
    for sentence in ("这次活动还没有确定督查单位。", "还没有可以查看的发现。", "没有可以对比的上一次督查。"):
        assert sentence in text


def test_it_needs_the_same_queries_however_much_there_is(client, campaign, district, team, standard, qian, wu):
    client.force_login(wu)
    needed = []
    for number in range(3):
        category = factories.make_category(f"类别{number}")
        place = factories.make_organization(f"第{number}单位", district, category=category)
        assignment = factories.make_assignment(campaign, place, team, status="concluded")
        for _ in range(number + 1):
            factories.make_finding(assignment, qian, standard=standard)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        needed.append(len(queries))
    assert len(set(needed)) == 1
    assert needed[0] <= 39
