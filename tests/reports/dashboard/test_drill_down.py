"""Down the tree: the same page for an organization below, for those whose it is; its children, the heat table, the last rounds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inspections.models import Campaign, Rectification
from reports.dashboard.children import children
from reports.dashboard.counts import Scope, duties_by_campaign
from reports.dashboard.queries import board, started_campaigns
from reports.dashboard.rounds import MOST, rounds, rounds_before
from tests import factories

URL = "/reports/dashboard/"
THEMES = {"T1": "组织领导", "T2": "理论学习"}


@pytest.fixture
def villages(campaign, town, team, qian):
    """Two branches below 青石镇, with one and two problems."""
    found = []
    for number in (1, 2):
        place = factories.make_organization(f"第{number}村党支部", town, kind="branch")
        found.append(factories.make_assignment(campaign, place, team, status="concluded" if number == 2 else "planned"))
        for _ in range(number):
            factories.make_finding(found[-1], qian)
    return found


def test_an_organization_counts_itself_and_all_below_it_only(campaign, assignment, villages, bureau, team, qian, town, wu):
    factories.make_finding(factories.make_assignment(campaign, bureau, team), qian)
    everything, below = board(campaign, Scope(wu), None), board(campaign, Scope(wu, town), None)
    assert (everything.key.covered.total.number, below.key.covered.total.number) == (4, 3)
    assert (everything.key.problems.number, below.key.problems.number) == (4, 3)
    assert f"organization={town.pk}&below=1" in below.key.problems.url


def test_children_stand_in_the_order_of_the_directory_unless_asked_otherwise(campaign, finding, villages, town, wu):
    shown = children(campaign, Scope(wu, town), town, THEMES)
    assert [(row.label, row.problems.number, row.total.number) for row in shown.page] == [
        ("青石镇党委（本级）", 1, 1),
        ("第1村党支部", 1, 1),
        ("第2村党支部", 2, 1),
    ]
    assert [cell.heat for cell in shown.page[2].cells] == [0, 4]
    assert [cell.heat for cell in shown.page[1].cells] == [0, 2]
    for sort, labels in (("-problems", ["第2村党支部", "第1村党支部"]), ("covered", ["第1村党支部", "第2村党支部"])):
        again = children(campaign, Scope(wu, town), town, THEMES, sort=sort)
        assert [row.label for row in again.page][1:] == labels
    assert children(campaign, Scope(wu, town), town, THEMES, sort="-password").sort == ""


def test_children_of_children_are_counted_at_the_child(campaign, villages, district, town, wu):
    shown = children(campaign, Scope(wu), district, THEMES)
    assert [(row.label, row.problems.number, row.total.number) for row in shown.page] == [("青石镇党委", 3, 2)]
    assert children(campaign, Scope(wu), villages[0].organization, THEMES) is None


def test_any_number_of_children_is_paged_by_the_same_number_of_queries(client, campaign, district, town, team, qian, wu):
    client.force_login(wu)
    needed = []
    for number in range(23):
        place = factories.make_organization(f"第{number}单位", town, kind="branch")
        factories.make_finding(factories.make_assignment(campaign, place, team), qian)
        if number in {1, 22}:
            with CaptureQueriesContext(connection) as queries:
                page = client.get(URL, {"organization": town.pk})
            needed.append(len(queries))
    assert needed[0] == needed[1] <= 34
    assert (len(page.context["below"].page), page.context["below"].count) == (20, 23)
    assert len(client.get(URL, {"organization": town.pk, "page": 2}).context["below"].page) == 3


def test_the_way_up_leads_no_further_than_ones_own_part(client, campaign, villages, town, district, wu):
    client.force_login(wu)
    village = villages[0].organization
    page = client.get(URL, {"organization": village.pk})
    assert [str(one) for one in page.context["asked"].above] == ["云岭区委", "青石镇党委"]
    clerk = factories.make_user("镇办", role="leader", at=town)
    client.force_login(clerk)
    assert [str(one) for one in client.get(URL, {"organization": village.pk}).context["asked"].above] == ["青石镇党委"]
    assert client.get(URL, {"organization": district.pk}).status_code == 404


@pytest.mark.parametrize("typed", ["x", "0", "99999999", "²", "-1"])
def test_an_organization_that_is_not_there_is_not_found(client, campaign, assignment, wu, typed):
    client.force_login(wu)
    assert client.get(URL, {"organization": typed}).status_code == 404


def test_an_organization_of_others_is_not_found(client, campaign, assignment, other_district, wu):
    client.force_login(wu)
    assert client.get(URL, {"organization": other_district.pk}).status_code == 404


# --- putting right, rounds ------------------------------------------------------------------------------------------------------


@pytest.fixture
def ledger(campaign, finding, zhao):
    """Four rows: closed, late, in time, not issued."""
    today, now = timezone.localdate(), timezone.now()
    rows = []
    for number, (status, due, issued) in enumerate(
        (("closed", -9, now), ("in_progress", -1, now), ("assigned", 30, now), ("assigned", 30, None)), start=1
    ):
        done = {"closed_at": now, "closed_by": zhao} if status == "closed" else {}
        day = today + timedelta(days=due)
        fields = {
            "organization": finding.organization,
            "organization_path": finding.organization_path,
            "content": "问题",
            "created_by": zhao,
        }
        rows.append(
            Rectification.objects.create(
                campaign=campaign, number=number, status=status, due_on=day, first_due_on=day, issued_at=issued, **fields, **done
            )
        )
    return rows


def test_the_rate_is_closed_of_issued_and_says_nothing_before_anything_was_issued(campaign, ledger, wu):
    duties = duties_by_campaign(Scope(wu), [campaign])[campaign.pk]
    assert (duties.closed.number, duties.issued.number, duties.overdue.number, duties.rate) == (1, 3, 1, "33%")
    Rectification.objects.update(withdrawn_at=timezone.now())
    assert duties_by_campaign(Scope(wu), [campaign])[campaign.pk].rate == "—"


def test_the_figures_of_putting_right_open_lists_of_the_same_length(client, campaign, ledger, wu):
    client.force_login(wu)
    duties = board(campaign, Scope(wu), None).key.duties
    for figure in (duties.issued, duties.closed, duties.overdue):
        assert client.get(figure.url).context["total"] == figure.number


def test_eight_rounds_stand_side_by_side_the_largest_of_each_half_year(campaign, assignment, finding, district, town, zhao, qian, wu):
    assert rounds(rounds_before(campaign, started_campaigns(wu)), Scope(wu)) == ()
    for year in range(2021, 2026):
        for half in (1, 2):
            past = factories.make_campaign(
                district, zhao, year=year, half=half, status="finished", starts_on=date(year, 5, 1), ends_on=date(year, 6, 1)
            )
            factories.make_assignment(past, town, factories.make_team(past, qian), status="concluded")
    factories.make_campaign(district, zhao, year=2025, half=2, status="finished", title="专项督查")
    with CaptureQueriesContext(connection) as queries:
        shown = rounds(rounds_before(campaign, started_campaigns(wu)), Scope(wu))
    assert len(queries) <= 8
    assert len(shown) == MOST
    assert shown[-1].campaign == campaign
    assert [row.campaign.period for row in shown][:2] == ["2022年下半年", "2023年上半年"]
    assert "专项督查" not in [row.campaign.title for row in shown]
    assert (shown[-2].percent, shown[-1].problems.number, shown[-1].each) == (100, 1, "—")


def test_a_round_by_another_checklist_is_no_measure(campaign, assignment, district, town, zhao, wu):
    other = factories.make_campaign(district, zhao, half=1, status="finished", checklist=factories.make_checklist(name="另一份清单"))
    factories.make_assignment(other, town)
    assert rounds(rounds_before(campaign, started_campaigns(wu)), Scope(wu)) == ()


def test_definitions_stand_beside_the_figures(client, campaign, finding, wu):
    client.force_login(wu)
    page = client.get(URL).content.decode()
    assert "分子：已销号的整改事项数；分母：已下发的整改事项数" in page
    assert "不排名次，系统默认" in client.get(URL, {"organization": finding.organization.parent_id}).content.decode()


def test_visits_of_today_are_named_by_team(client, campaign, assignment, wu):
    type(assignment).objects.filter(pk=assignment.pk).update(visit_on=timezone.localdate())
    client.force_login(wu)
    (row,) = client.get(URL).context["today"]
    assert (row.team, [str(visit.organization) for visit in row.visits]) == ("第一督查组", ["青石镇党委"])
    Campaign.objects.update(status="finished")
    assert client.get(URL).context["today"] == []
