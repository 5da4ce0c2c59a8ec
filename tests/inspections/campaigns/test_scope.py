"""What a campaign inspects: conditions, the live count, assignments that follow, changes after the start."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.urls import reverse

from inspections.actions.campaign_scope import add_organizations, remove_assignment, save_scope
from inspections.actions.merging import Conflict
from inspections.models import Assignment, Campaign
from inspections.scope import Scope, candidates, selected
from jobs.errors import InvalidTransition, Refused
from tests import factories
from units.actions.organizations import dissolve_organization, update_organization
from units.models import ActivityEntry, OrganizationTag


@pytest.fixture
def tree(district, town, bureau, other_district):
    """Two communities below the town, one of them dissolved, and a stranger in another district."""
    community = factories.make_organization("青石社区党总支", town, category=factories.make_category("社区"))
    gone = factories.make_organization("旧社区党总支", town, category=community.category, dissolved_on=date(2025, 1, 1))
    stranger = factories.make_organization("外区镇党委", other_district, category=town.category)
    return {"community": community, "gone": gone, "stranger": stranger}


def test_candidates_are_active_and_below_the_organizer(draft, district, town, bureau, tree):
    found = set(candidates(draft))
    assert {town, bureau, tree["community"]} <= found
    assert not found & {district, tree["gone"], tree["stranger"]}


def test_every_kind_of_condition(draft, town, bureau, tree):
    tag = OrganizationTag.objects.create(name="联席会议成员单位")
    bureau.tags.add(tag)
    community = tree["community"]
    assert set(selected(draft, Scope(categories=(town.category_id,)))) == {town}
    assert set(selected(draft, Scope(tags=(tag.pk,)))) == {bureau}
    assert set(selected(draft, Scope(subtrees=(town.pk,)))) == {town, community}
    assert set(selected(draft, Scope(organizations=(community.pk, bureau.pk)))) == {community, bureau}
    assert set(selected(draft, Scope(subtrees=(town.pk,), tags=(tag.pk,), excluded=(town.pk,)))) == {community, bureau}
    assert not selected(draft, Scope(excluded=(town.pk,))).exists()


def test_two_tags_count_an_organization_once(draft, bureau):
    tags = [OrganizationTag.objects.create(name=name) for name in ("甲", "乙")]
    bureau.tags.set(tags)
    assert selected(draft, Scope(tags=tuple(tag.pk for tag in tags))).count() == 1


def test_assignments_follow_the_scope_and_keep_what_was_decided(draft, choose, town, bureau, tree, zhao, qian):
    rows = choose(draft, town, bureau)
    team = factories.make_team(draft, qian)
    Assignment.objects.filter(pk=rows[town].pk).update(team=team, method="on_site", activities=["hearing"])
    added, removed = save_scope(draft, Scope(organizations=(town.pk, tree["community"].pk)), base=Scope.of(draft).to_json(), by=zhao)
    assert (added, removed) == (1, 1)
    kept = draft.assignments.get(organization=town)
    assert (kept.pk, kept.team, kept.method) == (rows[town].pk, team, "on_site")
    assert set(draft.assignments.values_list("organization", flat=True)) == {town.pk, tree["community"].pk}
    new = draft.assignments.get(organization=tree["community"])
    assert (new.organization_path, new.category) == (tree["community"].path, tree["community"].category)


def test_a_changed_category_reaches_the_assignment_when_the_scope_is_saved_again(draft, choose, bureau, zhao):
    choose(draft, bureau)
    other = factories.make_category("区直机关")
    update_organization(bureau, by=zhao, category=other)
    choose(draft, bureau)
    assert draft.assignments.get().category == other


def test_two_editors_of_a_scope(draft, town, bureau, zhao):
    base = Scope.of(draft).to_json()
    save_scope(draft, Scope(organizations=(town.pk,)), base=base, by=zhao)
    with pytest.raises(Conflict) as conflict:
        save_scope(draft, Scope(organizations=(bureau.pk,)), base=base, by=zhao)
    assert conflict.value.theirs == {"organizations": [town.pk]}
    save_scope(draft, Scope(categories=(bureau.category_id,)), base=base, by=zhao)
    assert set(draft.assignments.values_list("organization", flat=True)) == {town.pk, bureau.pk}, "other parts merge"


def test_the_page_shows_the_other_editors_scope(client, draft, town, bureau, zhao):
    base = Scope.of(draft).to_json()
    save_scope(draft, Scope(organizations=(town.pk,)), base=base, by=zhao)
    client.force_login(zhao)
    answer = client.post(reverse("inspections:campaign_scope", args=[draft.code]), {"organizations": [bureau.pk], "base": json.dumps(base)})
    text = answer.content.decode()
    assert "别人刚刚保存的范围" in text
    assert town.name in text
    assert bureau.name in text


def test_organizations_outside_are_refused(client, draft, zhao, tree, district):
    client.force_login(zhao)
    for outsider in (tree["stranger"], tree["gone"], district):
        answer = client.post(reverse("inspections:campaign_scope", args=[draft.code]), {"organizations": [outsider.pk], "base": "{}"})
        assert answer.status_code == 200
        assert "请移除后重试" in answer.content.decode()
    assert not draft.assignments.exists()


def test_search_finds_candidates_only(client, draft, zhao, tree, town):
    client.force_login(zhao)
    address = reverse("inspections:campaign_organizations", args=[draft.code])
    text = client.get(address, {"q": "社区", "into": "excluded"}).content.decode()
    assert "青石社区党总支" in text
    assert 'data-chip-into="excluded"' in text
    assert "旧社区党总支" not in text
    assert "外区镇党委" not in client.get(address, {"q": "镇"}).content.decode()
    assert "没有找到" in client.get(address, {"q": "不存在"}).content.decode()


def test_saving_twice_changes_nothing(draft, choose, town):
    choose(draft, town)
    entries = ActivityEntry.objects.count()
    choose(draft, town)
    assert ActivityEntry.objects.count() == entries


# --- after the start ----------------------------------------------------------------------------------------------------


def test_conditions_are_closed_once_it_runs(campaign, town, zhao):
    with pytest.raises(InvalidTransition):
        save_scope(campaign, Scope(organizations=(town.pk,)), base={}, by=zhao)


def test_units_join_a_running_campaign_with_a_reason(campaign, team, assignment, bureau, zhao):
    with pytest.raises(Refused, match="原因"):
        add_organizations(campaign, [bureau], team=team, reason=" ", by=zhao)
    assert add_organizations(campaign, [bureau], team=team, reason="新列入计划", by=zhao) == 1
    row = campaign.assignments.get(organization=bureau)
    assert (row.team, row.status) == (team, "planned")
    assert "新列入计划" in ActivityEntry.objects.about(campaign).first().summary
    with pytest.raises(Refused, match="已经在"):
        add_organizations(campaign, [bureau], team=team, reason="再次", by=zhao)


def test_joining_obeys_avoidance(campaign, team, qian, zhao):
    with pytest.raises(Refused, match="就是其所在单位"):
        add_organizations(campaign, [qian.organization], team=team, reason="补充", by=zhao)


def test_strangers_do_not_join(campaign, team, tree, zhao):
    with pytest.raises(Refused):
        add_organizations(campaign, [tree["stranger"]], team=team, reason="补充", by=zhao)


def test_units_leave_only_without_results(campaign, assignment, finding, bureau, team, zhao, qian):
    with pytest.raises(Refused, match="已有督查记录"):
        remove_assignment(assignment, reason="不再督查", by=zhao)
    empty = factories.make_assignment(campaign, bureau, team)
    with pytest.raises(Refused, match="原因"):
        remove_assignment(empty, reason="", by=zhao)
    remove_assignment(empty, reason="机构撤并", by=zhao)
    assert list(campaign.assignments.all()) == [assignment]
    assert bureau.pk in Campaign.objects.get(pk=campaign.pk).scope["excluded"]
    with pytest.raises(Refused, match="已经不在"):
        remove_assignment(empty, reason="再次", by=zhao)


def test_an_answered_unit_stays(campaign, assignment, qian, zhao):
    factories.make_result(assignment, "T1-1", qian, conformity="conforming")
    with pytest.raises(Refused, match="已有督查记录"):
        remove_assignment(assignment, reason="不再督查", by=zhao)


def test_the_running_page_adds_and_removes(client, campaign, team, assignment, bureau, zhao):
    client.force_login(zhao)
    address = reverse("inspections:campaign_scope", args=[campaign.code])
    refused = client.post(address, {"organizations": [bureau.pk], "team": team.pk, "reason": ""})
    assert refused.context["form"].errors == {"reason": ["请写明原因。"]}
    assert bureau.name in refused.content.decode(), "what was chosen is kept"
    assert client.post(address, {"organizations": [bureau.pk], "team": team.pk, "reason": "补充"}).status_code == 302
    row = campaign.assignments.get(organization=bureau)
    client.post(reverse("inspections:campaign_unit_remove", args=[campaign.code, row.pk]), {"reason": "误加"})
    assert not campaign.assignments.filter(organization=bureau).exists()


def test_a_dissolved_organization_is_noticed_before_the_start(ready, bureau, zhao):
    from inspections.readiness import faults

    dissolve_organization(bureau, on=date(2026, 11, 1), by=zhao)
    found = [fault for fault in faults(ready) if fault.step == "scope"]
    assert len(found) == 1
    assert bureau.name in found[0].text


def test_without_a_single_organization_there_is_no_next_step(client, draft, town, zhao):
    client.force_login(zhao)
    address = reverse("inspections:campaign_scope", args=[draft.code])
    base = json.dumps(Scope.of(draft).to_json())
    answer = client.post(address, {"base": base, "next": "1"})
    assert "还没有选定任何单位，不能进入下一步。" in answer.content.decode()
    assert client.post(address, {"base": base}).url == address
    answer = client.post(address, {"base": base, "next": "1", "organizations": [town.pk]})
    assert answer.url == reverse("inspections:campaign_methods", args=[draft.code])
