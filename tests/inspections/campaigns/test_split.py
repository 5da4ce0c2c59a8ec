"""The split: the proposal, by hand, in bulk, dates; avoidance is never breached and always explained."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from inspections.actions import splits as actions
from inspections.avoidance import breaches
from inspections.models import Assignment, Campaign
from inspections.readiness import members_of
from jobs.errors import InvalidTransition, Refused
from tests import factories
from units.models import ActivityEntry


@pytest.fixture
def towns(draft, choose, district, town):
    """Three towns with two communities each, 青石镇 among them; chosen, not split."""
    found = [
        town,
        *(factories.make_organization(f"{name}镇党委", district, kind="committee", category=town.category) for name in ("白石", "红石")),
    ]
    units = [*found]
    for parent in found:
        units += [factories.make_organization(f"{parent.name[:3]}第{number}社区", parent) for number in (1, 2)]
    choose(draft, *units)
    return found


@pytest.fixture
def teams(draft, qian, li):
    return [factories.make_team(draft, qian), factories.make_team(draft, li, name="第二督查组")]


def split_of(campaign):
    return {row.organization.name: row.team and row.team.name for row in campaign.assignments.select_related("organization", "team")}


def test_the_proposal_is_even_complete_and_always_the_same(draft, towns, teams, zhao):
    outcome = actions.propose_split(draft, by=zhao)
    assert (outcome.given, outcome.impossible) == (9, [])
    first = split_of(draft)
    counts = sorted(list(first.values()).count(team.name) for team in teams)
    assert counts == [4, 5]
    actions.propose_split(draft, by=zhao, keep=False)
    assert split_of(draft) == first


def test_a_branch_stays_together_where_it_can(draft, towns, teams, zhao):
    factories.make_team(draft, factories.make_user(at=factories.make_organization("区人大办党支部", draft.organizer)), name="第三督查组")
    actions.propose_split(draft, by=zhao)
    found = split_of(draft)
    for parent in towns:
        names = {team for name, team in found.items() if name.startswith(parent.name[:3])}
        assert len(names) == 1, parent


def test_the_proposal_avoids(draft, towns, teams, zhao, town):
    guest = factories.make_user("卫某", organization=town)
    actions_team = teams[0]
    actions_team.members.create(user=guest, home_organization=town)
    actions.propose_split(draft, by=zhao)
    found = split_of(draft)
    assert {team for name, team in found.items() if name.startswith("青石镇")} == {"第二督查组"}
    for team in teams:
        given = [row.organization for row in draft.assignments.filter(team=team).select_related("organization")]
        assert breaches([member for member in members_of(draft) if member.team_id == team.pk], given) == []


def test_units_that_nobody_may_take_are_named(client, draft, towns, teams, zhao, town):
    for number, team in enumerate(teams):
        team.members.create(user=factories.make_user(f"卫某{number}", organization=town), home_organization=town)
    outcome = actions.propose_split(draft, by=zhao)
    assert len(outcome.impossible) == 3
    assert "就是其所在单位" in outcome.impossible[0]
    assert draft.assignments.filter(team=None).count() == 3
    client.force_login(zhao)
    text = client.post(reverse("inspections:campaign_split_propose", args=[draft.code]), follow=True).content.decode()
    assert "无法分给任何一组" in text


def test_what_was_given_by_hand_is_kept_unless_all_is_made_anew(draft, towns, teams, zhao, town):
    row = draft.assignments.get(organization=town)
    actions.assign([row], teams[1], by=zhao)
    actions.propose_split(draft, by=zhao)
    assert draft.assignments.get(pk=row.pk).team == teams[1]


def test_no_proposal_without_teams_or_after_the_start(draft, towns, campaign, team, assignment, zhao):
    with pytest.raises(Refused, match="还没有督查组"):
        actions.propose_split(draft, by=zhao)
    with pytest.raises(InvalidTransition):
        actions.propose_split(campaign, by=zhao, keep=False)


@pytest.mark.parametrize("kind", ["own", "superior", "subordinate"])
def test_a_breach_by_hand_is_refused_with_who_which_and_why(client, draft, towns, teams, zhao, town, kind):
    community = draft.assignments.get(organization__name="青石镇第1社区").organization
    target, home = {"own": (town, town), "superior": (town, community), "subordinate": (community, town)}[kind]
    teams[0].members.create(user=factories.make_user("卫某", organization=home), home_organization=home)
    row = draft.assignments.get(organization=target)
    with pytest.raises(actions.Avoid) as refused:
        actions.assign([row], teams[0], by=zhao)
    breach = refused.value.breaches[0]
    relation = {"own": "本单位", "superior": "上级组织", "subordinate": "下级组织"}[kind]
    assert (breach.person, breach.home, breach.organization, breach.relation) == ("卫某", str(home), str(target), relation)
    client.force_login(zhao)
    answer = client.post(
        reverse("inspections:campaign_split_unit", args=[draft.code, row.pk]), {"team": teams[0].pk, "revision": row.revision}
    )
    text = answer.content.decode()
    assert "卫某" in text
    assert "按回避规定不能由其督查" in text
    assert draft.assignments.get(pk=row.pk).team is None


def test_a_bulk_move_is_all_or_nothing(client, draft, towns, teams, zhao, town):
    teams[0].members.create(user=factories.make_user("卫某", organization=town), home_organization=town)
    rows = list(draft.assignments.all())
    client.force_login(zhao)
    address = reverse("inspections:campaign_split_bulk", args=[draft.code])
    text = client.post(address, {"picked": [row.pk for row in rows], "team": teams[0].pk, "do": "team"}, follow=True).content.decode()
    assert "没有保存" in text
    assert draft.assignments.filter(team=None).count() == 9
    client.post(address, {"picked": [row.pk for row in rows[:2]], "team": teams[1].pk, "do": "team"})
    assert draft.assignments.filter(team=teams[1]).count() == 2


def test_bulk_on_everything_the_filter_finds(client, draft, towns, teams, zhao):
    client.force_login(zhao)
    address = reverse("inspections:campaign_split_bulk", args=[draft.code])
    client.post(address, {"everything": "1", "query": "q=白石", "team": teams[1].pk, "do": "team"})
    assert {name for name, team in split_of(draft).items() if team} == {"白石镇党委", "白石镇第1社区", "白石镇第2社区"}
    text = client.post(address, {"team": teams[1].pk, "do": "team"}, follow=True).content.decode()
    assert "请先勾选" in text


def test_one_row_by_hand_shows_the_loads(client, draft, towns, teams, zhao, town):
    row = draft.assignments.get(organization=town)
    client.force_login(zhao)
    address = reverse("inspections:campaign_split_unit", args=[draft.code, row.pk])
    text = client.post(address, {"team": teams[0].pk, "revision": row.revision}).content.decode()
    assert "已保存" in text
    assert 'hx-swap-oob="true"' in text
    assert ActivityEntry.objects.about(draft).first().changes == {"青石镇党委": ["未分组", "第一督查组"]}
    stale = client.post(address, {"team": teams[1].pk, "revision": row.revision}).content.decode()
    assert "别人改动" in stale
    assert draft.assignments.get(pk=row.pk).team == teams[0]
    client.post(address, {"team": "", "revision": row.revision + 1})
    assert draft.assignments.get(pk=row.pk).team is None


def test_dates_lie_within_the_campaign(client, draft, towns, teams, zhao, town):
    row = draft.assignments.get(organization=town)
    client.force_login(zhao)
    address = reverse("inspections:campaign_split_unit", args=[draft.code, row.pk])
    assert "2026-11-09" in client.post(address, {"visit_on": "2026-12-01", "revision": row.revision}).content.decode()
    client.post(address, {"visit_on": "2026-11-10", "revision": row.revision})
    assert draft.assignments.get(pk=row.pk).visit_on == date(2026, 11, 10)
    client.post(address, {"visit_on": "", "revision": row.revision + 1})
    assert draft.assignments.get(pk=row.pk).visit_on is None
    bulk = reverse("inspections:campaign_split_bulk", args=[draft.code])
    client.post(bulk, {"everything": "1", "visit_on": "2026-11-11", "do": "date"})
    assert draft.assignments.filter(visit_on=date(2026, 11, 11)).count() == 9
    assert "请先选择督查日期" in client.post(bulk, {"everything": "1", "do": "date"}, follow=True).content.decode()


def test_after_the_start_units_move_but_none_is_left_alone(campaign, team, other_team, assignment, zhao):
    with pytest.raises(Refused, match="每个单位都要有督查组"):
        actions.assign([assignment], None, by=zhao)
    actions.assign([assignment], other_team, by=zhao)
    assignment.refresh_from_db()
    assert assignment.team == other_team


def test_a_complete_unit_stays_with_its_team(campaign, town, team, other_team, zhao):
    done = factories.make_assignment(campaign, town, team, status=Assignment.Status.CONCLUDED)
    with pytest.raises(InvalidTransition, match="已经办结"):
        actions.assign([done], other_team, by=zhao)
    with pytest.raises(InvalidTransition):
        actions.plan_visit(done, date(2026, 11, 10), revision=done.revision, by=zhao)


def test_a_team_of_another_campaign_is_refused(draft, towns, teams, team, zhao, town):
    row = draft.assignments.get(organization=town)
    with pytest.raises(Refused, match="本次督查活动"):
        actions.assign([row], team, by=zhao)


def test_a_finished_campaign_is_closed(campaign, team, other_team, assignment, zhao):
    Campaign.objects.filter(pk=campaign.pk).update(status=Campaign.Status.FINISHED)
    for attempt in (
        lambda: actions.assign([assignment], other_team, by=zhao),
        lambda: actions.plan_visit(assignment, date(2026, 11, 10), revision=1, by=zhao),
        lambda: actions.plan_visits([assignment], date(2026, 11, 10), by=zhao),
    ):
        with pytest.raises(InvalidTransition):
            attempt()
