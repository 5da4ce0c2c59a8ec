"""The list, the page of one campaign, the list of assignments: figures, filters, order of work, number of queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections import links, progress
from inspections.models import Assignment, Campaign
from tests import factories

LIST = "inspections:campaign_list"
ASSIGNMENTS = "inspections:assignment_list"


@pytest.fixture
def filled(campaign, team, other_team, town, bureau, district):
    """Four units: one complete, one begun, two planned; one of them without a category."""
    factories.make_assignment(campaign, town, team, status=Assignment.Status.CONCLUDED)
    factories.make_assignment(campaign, bureau, team, status=Assignment.Status.IN_PROGRESS, method="written")
    factories.make_assignment(campaign, factories.make_organization("白石镇党委", district, category=town.category), other_team)
    factories.make_assignment(campaign, factories.make_organization("区文联党支部", district), other_team, method="written")
    return campaign


def test_bars(filled, town, bureau, team, other_team):
    rows = filled.assignments.all()
    whole = progress.overall(rows)
    assert (whole.total, whole.concluded, whole.in_progress, whole.planned, whole.percent) == (4, 1, 1, 2, 25)
    assert [(bar.label, bar.concluded, bar.total, bar.on_site) for bar in progress.by_team(rows)] == [
        ("第一督查组", 1, 2, 1),
        ("第二督查组", 0, 2, 1),
    ]
    assert [(bar.key, bar.label, bar.total) for bar in progress.by_category(rows)] == [
        (town.category_id, "镇街", 2),
        (bureau.category_id, "事业单位", 1),
        (None, "未设类别", 1),
    ]


def test_almost_all_is_not_all(campaign, district, team):
    for number in range(200):
        status = Assignment.Status.PLANNED if number == 0 else Assignment.Status.CONCLUDED
        factories.make_assignment(campaign, factories.make_organization(f"第{number}单位", district), team, status=status)
    assert progress.overall(campaign.assignments.all()).percent == 99


def test_answers_count_required_items_of_the_category(campaign, assignment, qian, town):
    assert progress.answers([assignment])[assignment.pk] == progress.Answered(0, 3)
    factories.make_result(assignment, "T1-1", qian, conformity="conforming")
    factories.make_result(assignment, "T1-2", qian, number=0)
    factories.make_result(assignment, "T2-1", qian, note="只有备注")
    factories.make_result(assignment, "T2-2", qian, text="选答题不计")
    assert progress.answers([assignment])[assignment.pk] == progress.Answered(2, 3)
    item = campaign.checklist.themes.get(code="T2").items.get(code="T2-1")
    item.categories.set([factories.make_category("社区")])
    assert progress.answers([assignment])[assignment.pk] == progress.Answered(2, 2)


def test_the_list_counts_and_filters(client, filled, draft, district, zhao):
    factories.make_campaign(district, zhao, year=2025, half=1, title="2025年上半年督查", status=Campaign.Status.FINISHED)
    client.force_login(zhao)

    def titles(**conditions):
        return [campaign.code for campaign, _ in client.get(reverse(LIST), conditions).context["rows"]]

    assert len(titles()) == 3
    assert titles(year=2025) == titles(half=1) == titles(status="finished")
    assert titles(status="preparing") == ["draft-1"]
    assert titles(q="2025年上半年") == titles(year=2025)
    assert titles(year=2025, half=2) == []
    assert len(titles(year="abc")) == 3, "an unreadable condition is ignored"
    bars = {campaign.code: bar for campaign, bar in client.get(reverse(LIST)).context["rows"]}
    assert (bars[filled.code].concluded, bars[filled.code].total) == (1, 4)
    assert bars["draft-1"] is None


def test_an_empty_list_says_what_to_do(client, zhao, qian):
    client.force_login(zhao)
    assert "还没有督查活动" in client.get(reverse(LIST)).content.decode()
    client.force_login(qian)
    assert "目前没有与您有关的督查活动" in client.get(reverse(LIST)).content.decode()


def test_the_page_of_a_running_campaign(client, filled, zhao, qian, town):
    today = timezone.localdate()
    row = filled.assignments.get(organization__name="白石镇党委")
    Assignment.objects.filter(pk=row.pk).update(visit_on=today)
    Assignment.objects.filter(organization=town).update(visit_on=today)
    client.force_login(zhao)
    page = client.get(reverse("inspections:campaign_detail", args=[filled.code]))
    assert [card.organization.name for card, _ in page.context["today"]] == ["白石镇党委"], "complete ones are done with"
    assert page.context["mine"] == []
    text = page.content.decode()
    assert reverse("inspections:campaign_finish", args=[filled.code]) in text
    assert reverse("inspections:assignment_detail", args=[row.pk]) in text


def test_a_member_sees_the_own_work_first_in_order(client, campaign, team, district, qian):
    today = timezone.localdate()
    plan = [
        ("明天", "planned", today + timedelta(1)),
        ("在办", "in_progress", None),
        ("今天", "planned", today),
        ("办完", "concluded", today),
        ("未定", "planned", None),
    ]
    for name, status, day in plan:
        factories.make_assignment(campaign, factories.make_organization(name, district), team, status=status, visit_on=day)
    client.force_login(qian)
    page = client.get(reverse("inspections:campaign_detail", args=[campaign.code]))
    assert [row.organization.name for row, _ in page.context["mine"]] == ["今天", "在办", "明天", "未定", "办完"]
    assert page.context["only_mine"], "the same units are not listed a second time"
    assert "结束督查" not in page.content.decode()


def test_apps_above_add_links(client, campaign, zhao, monkeypatch):
    monkeypatch.setattr(links, "_OFFERS", [])

    @links.campaign_links
    def offer(asked, user):
        return [links.Link("成文", f"/reports/?campaign={asked.code}", icon="file-earmark-text", is_primary=True)] if user == zhao else []

    client.force_login(zhao)
    text = client.get(reverse("inspections:campaign_detail", args=[campaign.code])).content.decode()
    assert f'href="/reports/?campaign={campaign.code}"' in text
    assert "成文" in text


def test_figures_equal_the_lists_they_open(client, filled, finding_pair, zhao):
    client.force_login(zhao)
    page = client.get(reverse("inspections:campaign_detail", args=[filled.code]))
    whole = page.context["overall"]
    for status, number in (("in_progress", whole.in_progress), ("planned", whole.planned), ("concluded", whole.concluded), ("open", 3)):
        found = client.get(reverse(ASSIGNMENTS), {"campaign": filled.code, "status": status})
        assert found.context["page"].paginator.count == number, status
    for bar in page.context["categories"]:
        found = client.get(reverse(ASSIGNMENTS), {"campaign": filled.code, "category": bar.key or 0})
        assert found.context["page"].paginator.count == bar.total, bar.label
    for team in page.context["teams"]:
        found = client.get(reverse(ASSIGNMENTS), {"campaign": filled.code, "team": team["bar"].key})
        assert found.context["page"].paginator.count == team["bar"].total
    assert [(kind, number) for kind, _, number in page.context["findings"]] == [("problem", 1), ("risk_point", 0), ("good_practice", 0)]


@pytest.fixture
def finding_pair(filled, qian):
    """Two problems, one of them withdrawn."""
    row = filled.assignments.first()
    factories.make_finding(row, qian)
    return factories.make_finding(row, qian, withdrawn_at=factories.NOON)


def test_assignment_filters(client, filled, town, district, zhao):
    community = factories.make_organization("青石社区党总支", town)
    factories.make_assignment(filled, community)
    client.force_login(zhao)

    def names(**conditions):
        return {row.organization.name for row, _ in client.get(reverse(ASSIGNMENTS), conditions).context["rows"]}

    assert names(organization=town.pk) == {"青石镇党委"}
    assert names(organization=town.pk, below=1) == {"青石镇党委", "青石社区党总支"}
    assert names(method="written") == {"区档案馆党支部", "区文联党支部"}
    assert names(campaign=filled.code, team=0) == {"青石社区党总支"}
    assert names(q="白石 党委") == {"白石镇党委"}
    assert names(campaign="unknown") == set(), "a campaign that cannot be seen finds nothing"


def test_another_districts_campaign_cannot_be_asked_for(client, filled, zheng):
    client.force_login(zheng)
    assert client.get(reverse(ASSIGNMENTS), {"campaign": filled.code}).context["page"].paginator.count == 0


@pytest.mark.parametrize("count", [1, 3])
def test_pages_need_the_same_queries_for_any_length(
    client, campaign, team, district, town, zhao, qian, count, django_assert_max_num_queries
):
    for number in range(count):
        unit = factories.make_organization(f"第{number}单位", district, category=town.category)
        row = factories.make_assignment(campaign, unit, team, visit_on=timezone.localdate())
        factories.make_result(row, "T1-1", qian, conformity="conforming")
        factories.make_campaign(district, zhao)
    client.force_login(zhao)
    for name, args, most in [
        (LIST, [], 12),
        (ASSIGNMENTS, [], 15),
        ("inspections:campaign_detail", [campaign.code], 30),
        ("inspections:campaign_split", [campaign.code], 17),
        ("inspections:campaign_teams", [campaign.code], 13),
        ("inspections:campaign_methods", [campaign.code], 17),
        ("inspections:campaign_scope", [campaign.code], 15),
    ]:
        with django_assert_max_num_queries(most):
            assert client.get(reverse(name, args=args)).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "campaign_detail",
        "campaign_split",
        "campaign_teams",
        "campaign_methods",
        "campaign_scope",
        "campaign_list",
        "assignment_list",
        "campaign_start",
    ],
)
def test_query_counts_do_not_grow(client, ready, district, town, zhao, choose, bureau, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(zhao)
    address = reverse(f"inspections:{name}", args=[] if name.endswith("_list") else [ready.code])

    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address).status_code == 200
        return len(counted)

    before = queries()
    more = [factories.make_organization(f"第{number}单位", district, category=town.category) for number in range(3)]
    choose(ready, town, bureau, *more)
    for number in range(3):
        home = factories.make_organization(f"第{number}家", district)
        factories.make_team(ready, factories.make_user(at=home), name=f"加{number}组")
        factories.make_campaign(district, zhao, status=Campaign.Status.PREPARING)
    assert queries() == before


def test_a_date_reads_as_written_in_chinese(client, campaign, zhao):
    client.force_login(zhao)
    assert campaign.starts_on == date(2026, 11, 9)
    assert "2026年11月9日至2026年11月13日" in client.get(reverse("inspections:campaign_detail", args=[campaign.code])).content.decode()
