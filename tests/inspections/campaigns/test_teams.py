"""Teams and seconded members: one team a person, one leader a team, and avoidance."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inspections.actions import teams as actions
from inspections.models import Assignment, Campaign, TeamMember
from jobs.errors import InvalidTransition, Refused
from tests import factories
from units.models import ActivityEntry


def test_the_first_member_leads_until_another_is_appointed(draft, qian, sun, zhao):
    team = actions.create_team(draft, by=zhao)
    first = actions.add_member(team, qian, home_organization=qian.organization, by=zhao)
    second = actions.add_member(team, sun, home_organization=sun.organization, by=zhao)
    assert (first.is_leader, second.is_leader) == (True, False)
    actions.appoint_leader(second, by=zhao)
    assert [seat.user for seat in team.members.filter(is_leader=True)] == [sun]


def test_a_new_leader_takes_over_at_once(draft, qian, sun, zhao):
    team = actions.create_team(draft, by=zhao)
    actions.add_member(team, qian, home_organization=qian.organization, by=zhao)
    actions.add_member(team, sun, home_organization=sun.organization, is_leader=True, by=zhao)
    assert [seat.user for seat in team.members.filter(is_leader=True)] == [sun]


def test_a_person_sits_in_one_team_only(draft, qian, zhao):
    first, second = actions.create_team(draft, by=zhao), actions.create_team(draft, by=zhao)
    actions.add_member(first, qian, home_organization=qian.organization, by=zhao)
    for team in (first, second):
        with pytest.raises(Refused, match="已经在第一督查组"):
            actions.add_member(team, qian, home_organization=qian.organization, by=zhao)
    assert TeamMember.objects.count() == 1


def test_another_campaign_does_not_count(draft, team, qian, zhao):
    other = actions.create_team(draft, by=zhao)
    assert actions.add_member(other, qian, home_organization=qian.organization, by=zhao).pk


def test_names_are_unique(draft, zhao):
    first, second = actions.create_team(draft, by=zhao), actions.create_team(draft, by=zhao)
    with pytest.raises(Refused, match="换一个组名"):
        actions.rename_team(second, name=first.name, by=zhao)
    with pytest.raises(Refused, match="换一个组名"):
        actions.create_team(draft, name=first.name, by=zhao)
    assert actions.rename_team(second, name="书面督查组", by=zhao).name == "书面督查组"


@pytest.mark.parametrize("kind", ["own", "superior", "subordinate"])
def test_joining_a_team_that_has_what_must_be_avoided(draft, choose, district, town, zhao, kind):
    community = factories.make_organization("青石社区党总支", town)
    target, home = {"own": (town, town), "superior": (town, community), "subordinate": (community, town)}[kind]
    row = choose(draft, target)[target]
    team = actions.create_team(draft, by=zhao)
    Assignment.objects.filter(pk=row.pk).update(team=team)
    person = factories.make_user("卫某", organization=home)
    with pytest.raises(Refused) as refused:
        actions.add_member(team, person, home_organization=home, by=zhao)
    sentence = str(refused.value)
    bond = {"own": "就是其所在单位", "superior": "是“青石社区党总支”的上级组织", "subordinate": "是“青石镇党委”的下级组织"}[kind]
    assert f"第一督查组的卫某来自“{home}”，“{target}”{bond}" in sentence
    assert not TeamMember.objects.exists()


def test_the_accounts_own_organization_counts_beside_the_named_one(draft, choose, town, bureau, zhao):
    row = choose(draft, town)[town]
    team = actions.create_team(draft, by=zhao)
    Assignment.objects.filter(pk=row.pk).update(team=team)
    person = factories.make_user("卫某", organization=town)
    with pytest.raises(Refused, match="青石镇党委"):
        actions.add_member(team, person, home_organization=bureau, by=zhao)
    member = actions.add_member(team, factories.make_user("吴某", organization=bureau), home_organization=bureau, by=zhao)
    with pytest.raises(Refused, match="青石镇党委"):
        actions.change_home(member, home_organization=town, by=zhao)
    assert TeamMember.objects.get().home_organization == bureau


def test_neighbours_may_inspect_each_other(draft, choose, town, qian, zhao):
    row = choose(draft, town)[town]
    team = actions.create_team(draft, by=zhao)
    Assignment.objects.filter(pk=row.pk).update(team=team)
    assert actions.add_member(team, qian, home_organization=qian.organization, by=zhao).is_leader


def test_leaving_ends_the_right_at_once(campaign, team, assignment, sun, zhao):
    assert Assignment.objects.inspectable_by(sun).exists()
    seat = team.members.get(user=sun)
    actions.remove_member(seat, by=zhao)
    assert not Assignment.objects.visible_to(sun).exists()
    with pytest.raises(InvalidTransition, match="已不在"):
        actions.remove_member(seat, by=zhao)


def test_a_running_team_keeps_its_leader_and_its_units(campaign, team, other_team, assignment, qian, zhao):
    with pytest.raises(Refused, match="请先指定新的组长"):
        actions.remove_member(team.members.get(user=qian), by=zhao)
    with pytest.raises(Refused, match="转给其他组"):
        actions.delete_team(team, by=zhao)
    actions.delete_team(other_team, by=zhao)
    assert list(campaign.teams.all()) == [team]


def test_dissolving_a_team_before_the_start_frees_its_units(ready, zhao):
    team = ready.teams.first()
    actions.delete_team(team, by=zhao)
    assert ready.assignments.filter(team=None).count() == 1


def test_disabled_accounts_are_not_seconded(draft, qian, zhao):
    team = actions.create_team(draft, by=zhao)
    qian.is_active = False
    qian.save()
    with pytest.raises(Refused, match="账号已停用"):
        actions.add_member(team, qian, home_organization=qian.organization, by=zhao)


def test_nothing_changes_in_a_finished_campaign(campaign, team, sun, bureau, zhao):
    Campaign.objects.filter(pk=campaign.pk).update(status=Campaign.Status.FINISHED)
    seat = team.members.get(user=sun)
    attempts = [
        lambda: actions.create_team(campaign, by=zhao),
        lambda: actions.rename_team(team, name="新名", by=zhao),
        lambda: actions.delete_team(team, by=zhao),
        lambda: actions.add_member(team, factories.make_user(at=bureau), home_organization=bureau, by=zhao),
        lambda: actions.remove_member(seat, by=zhao),
        lambda: actions.appoint_leader(seat, by=zhao),
        lambda: actions.change_home(seat, home_organization=bureau, by=zhao),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidTransition):
            attempt()


def test_every_verb_is_recorded(draft, qian, sun, bureau, zhao):
    team = actions.create_team(draft, by=zhao)
    actions.rename_team(team, name="综合组", by=zhao)
    actions.add_member(team, qian, home_organization=qian.organization, by=zhao)
    seat = actions.add_member(team, sun, home_organization=sun.organization, by=zhao)
    actions.appoint_leader(seat, by=zhao)
    actions.change_home(seat, home_organization=bureau, by=zhao)
    actions.remove_member(seat, by=zhao)
    actions.delete_team(team, by=zhao)
    verbs = list(ActivityEntry.objects.about(draft).order_by("pk").values_list("verb", flat=True))
    wanted = ["create", "rename", "add_member", "add_member", "appoint_leader", "change_home", "remove_member", "delete"]
    assert verbs == [f"inspections.team_{verb}" for verb in wanted]


def test_the_page(client, draft, choose, town, bureau, zhao, qian, li):
    choose(draft, town, bureau)
    client.force_login(zhao)
    code = draft.code
    client.post(reverse("inspections:team_create", args=[code]))
    team = draft.teams.get()
    local = factories.make_user("卫某", organization=town)
    client.post(reverse("inspections:member_add", args=[code, team.pk]), {"user": local.pk, "leader": "1"})
    page = client.get(reverse("inspections:campaign_teams", args=[code])).content.decode()
    assert "卫某" in page
    assert "须回避 1 个单位" in page
    seat = team.members.get()
    found = client.get(reverse("inspections:member_home_search", args=[code, seat.pk]), {"q": "档案"}).content.decode()
    assert bureau.name in found
    client.post(reverse("inspections:member_home", args=[code, seat.pk]), {"organization": bureau.pk})
    seat.refresh_from_db()
    assert seat.home_organization == bureau
    client.post(reverse("inspections:team_rename", args=[code, team.pk]), {"name": "综合组"})
    client.post(reverse("inspections:member_lead", args=[code, seat.pk]))
    client.post(reverse("inspections:member_remove", args=[code, seat.pk]))
    client.post(reverse("inspections:team_delete", args=[code, team.pk]))
    assert not draft.teams.exists()


def test_search_keeps_to_the_own_branch(client, draft, zhao, qian, zheng, other_district):
    client.force_login(zhao)
    team = actions.create_team(draft, by=zhao)
    address = reverse("inspections:member_search", args=[draft.code, team.pk])
    assert "钱组长" in client.get(address, {"q": "区委办公室"}).content.decode()
    assert "郑外" not in client.get(address, {"q": "郑"}).content.decode()
    assert client.get(address, {"q": " "}).content.decode().strip() == ""
    answer = client.post(reverse("inspections:member_add", args=[draft.code, team.pk]), {"user": zheng.pk})
    assert answer.status_code == 404


def test_search_says_who_is_taken(client, draft, zhao, qian):
    team = actions.create_team(draft, by=zhao)
    actions.add_member(team, qian, home_organization=qian.organization, by=zhao)
    client.force_login(zhao)
    found = client.get(reverse("inspections:member_search", args=[draft.code, team.pk]), {"q": "钱"}).content.decode()
    assert "已在第一督查组" in found
