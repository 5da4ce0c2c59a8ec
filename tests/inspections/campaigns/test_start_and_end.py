"""Start with everything that hinders it, finish, reopen; two clicks never both win; paths follow while a campaign is open."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inspections.actions.campaigns import NotReady, finish_campaign, reopen_campaign, start_campaign
from inspections.models import Assignment, Campaign, Checklist, Finding
from inspections.readiness import faults
from jobs.errors import InvalidTransition, Refused
from tests import factories
from units.actions.organizations import move_organization
from units.models import ActivityEntry

S = Campaign.Status


def steps_at_fault(campaign):
    return {fault.step for fault in faults(Campaign.objects.get(pk=campaign.pk)) if not fault.is_warning}


def test_a_ready_campaign_has_no_faults(ready):
    assert steps_at_fault(ready) == set()


def test_an_empty_campaign_lists_everything(district, zhao):
    bare = factories.make_campaign(district, zhao, status=S.PREPARING, approval_number="", checklist=None)
    assert [fault.step for fault in faults(bare)] == ["basics", "basics", "scope", "teams"]
    with pytest.raises(NotReady) as refused:
        start_campaign(bare, by=zhao)
    assert len(refused.value.faults) == 4


@pytest.mark.parametrize(
    ("spoil", "step", "words"),
    [
        (lambda c: Campaign.objects.filter(pk=c.pk).update(approval_number=" "), "basics", "批准文号"),
        (lambda c: Campaign.objects.filter(pk=c.pk).update(checklist=None), "basics", "督查清单"),
        (lambda c: Checklist.objects.filter(pk=c.checklist_id).update(status="draft"), "basics", "已发布"),
        (lambda c: c.assignments.all().delete(), "scope", "至少选定一个"),
        (lambda c: c.methods.all().delete(), "methods", "还没有选定督查方式"),
        (lambda c: c.assignments.update(method="on_site", activities=[]), "methods", "没有选择实地环节"),
        (lambda c: c.teams.first().members.all().delete(), "teams", "第一督查组还没有成员"),
        (lambda c: c.teams.first().members.update(is_leader=False), "teams", "第一督查组还没有组长"),
        (lambda c: c.assignments.filter(method="written").update(team=None), "split", "还有 1 个单位没有分给督查组"),
    ],
)
def test_each_fault_hinders_and_leads_to_its_step(client, ready, zhao, spoil, step, words):
    spoil(ready)
    assert step in steps_at_fault(ready)
    with pytest.raises(NotReady):
        start_campaign(ready, by=zhao)
    client.force_login(zhao)
    page = client.get(reverse("inspections:campaign_start", args=[ready.code]))
    assert words in page.content.decode()
    name = {"basics": "campaign_update"}.get(step, f"campaign_{step}")
    assert reverse(f"inspections:{name}", args=[ready.code]) in [url for _, url in page.context["hindering"]]
    client.post(reverse("inspections:campaign_start", args=[ready.code]))
    assert Campaign.objects.get(pk=ready.pk).status == S.PREPARING


def test_a_breach_that_crept_in_hinders(ready, town, qian, zhao):
    qian.organization = town
    qian.save()
    assert any("钱组长" in fault.text and "回避" in fault.text for fault in faults(ready))
    assert "split" in steps_at_fault(ready)


def test_someone_in_two_teams_hinders(ready, qian):
    ready.teams.last().members.create(user=qian, home_organization=qian.organization)
    assert "teams" in steps_at_fault(ready)


def test_a_missing_category_is_a_warning_only(ready, choose, district, town, bureau, zhao):
    bare = factories.make_organization("区文联党支部", district)
    rows = choose(ready, town, bureau, bare)
    Assignment.objects.filter(pk=rows[bare].pk).update(team=ready.teams.last())
    assert [fault.is_warning for fault in faults(ready) if fault.step == "methods"] == [True]
    assert all(fault.is_warning for fault in faults(ready))
    start_campaign(ready, by=zhao)


def test_the_second_click_does_not_start_again(client, ready, zhao):
    stale = Campaign.objects.get(pk=ready.pk)
    start_campaign(ready, by=zhao)
    with pytest.raises(InvalidTransition):
        start_campaign(stale, by=zhao)
    client.force_login(zhao)
    assert client.post(reverse("inspections:campaign_start", args=[ready.code])).status_code == 302
    assert ActivityEntry.objects.filter(verb="inspections.campaign_start").count() == 1


def test_finishing_ends_the_teams_rights(campaign, assignment, qian, zhao):
    Assignment.objects.filter(pk=assignment.pk).update(status="concluded", concluded_by=qian, concluded_at=factories.NOON)
    assert Campaign.objects.visible_to(qian).exists()
    finish_campaign(campaign, by=zhao)
    assert (campaign.status, campaign.finished_at is None) == (S.FINISHED, False)
    assert not Campaign.objects.visible_to(qian).exists()
    assert not Assignment.objects.inspectable_by(qian).exists()
    with pytest.raises(InvalidTransition):
        finish_campaign(campaign, by=zhao)


def test_unfinished_units_need_a_reason(client, campaign, assignment, zhao):
    client.force_login(zhao)
    address = reverse("inspections:campaign_finish", args=[campaign.code])
    page = client.get(address).content.decode()
    assert "还有 1 个单位没有办结" in page
    assert assignment.organization.name in page
    assert client.post(address, {"reason": ""}).context["form"].errors == {"reason": ["请写明原因。"]}
    with pytest.raises(Refused, match="没有办结"):
        finish_campaign(campaign, by=zhao)
    client.post(address, {"reason": "防汛任务，提前收尾"})
    assert Campaign.objects.get(pk=campaign.pk).status == S.FINISHED
    assert "防汛任务" in ActivityEntry.objects.about(campaign).first().summary


def test_reopening_needs_a_reason_and_wins_once(client, campaign, assignment, zhao):
    with pytest.raises(InvalidTransition):
        reopen_campaign(campaign, by=zhao, reason="还没结束")
    finish_campaign(campaign, by=zhao, reason="收尾")
    client.force_login(zhao)
    address = reverse("inspections:campaign_reopen", args=[campaign.code])
    assert client.post(address, {"reason": " "}).context["form"].errors == {"reason": ["请写明原因。"]}
    client.post(address, {"reason": "补录一家单位"})
    client.post(address, {"reason": "再点一次"})
    now = Campaign.objects.get(pk=campaign.pk)
    assert (now.status, now.finished_at) == (S.RUNNING, None)
    assert ActivityEntry.objects.filter(verb="inspections.campaign_reopen").count() == 1


def test_moving_a_branch_rewrites_open_campaigns_only(campaign, assignment, finding, town, district, zhao):
    old = town.path
    closed = factories.make_campaign(district, zhao, status=S.FINISHED)
    done = factories.make_assignment(closed, town, status=Assignment.Status.CONCLUDED)
    hall = factories.make_organization("直属工委", district, kind="working_committee")
    move_organization(town, parent=hall, by=zhao)
    for row in (assignment, finding, done):
        row.refresh_from_db()
    assert assignment.organization_path == finding.organization_path == town.path != old
    assert done.organization_path == old


def test_reopening_takes_the_paths_of_today(campaign, assignment, finding, town, district, zhao):
    finish_campaign(campaign, by=zhao, reason="收尾")
    move_organization(town, parent=factories.make_organization("直属工委", district), by=zhao)
    assert Finding.objects.get(pk=finding.pk).organization_path != town.path
    reopen_campaign(campaign, by=zhao, reason="补录")
    assert Finding.objects.get(pk=finding.pk).organization_path == town.path
    assert Assignment.objects.get(pk=assignment.pk).organization_path == town.path
