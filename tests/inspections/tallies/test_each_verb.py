"""Every verb that changes a figure, once, with all figures up to date before it: none forgets its mark."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from inspections.actions import assignments, campaign_scope, campaigns, extensions, findings, splits, syncing, teams
from inspections.actions import rectification_rows as rows
from inspections.actions import rectification_verdicts as verdicts
from inspections.actions import rectification_work as work
from inspections.actions.rectification_proofs import add_proof
from inspections.actions.rectification_reshaping import Part, merge_rows, split_row, transfer_row
from inspections.actions.tally_folding import fold_all
from inspections.models import Assignment, Campaign, Finding, Rectification, Tally
from inspections.tallies.verifying import differences
from tests import factories
from tests.addresses import PNG
from tests.inspections.field import phone
from tests.inspections.rectifications.conftest import day
from units.actions.organizations import move_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def true():
    """Return a function that folds what is marked and says that no figure is wrong, and how many places have one."""

    def check(*expected: object) -> None:
        fold_all()
        for campaign in Campaign.objects.all():
            assert [one.text for one in differences(campaign).faults] == []
        if expected:
            top = Tally.objects.filter(path="").order_by("campaign_id").last()
            assert [getattr(top, str(name)) for name in expected[::2]] == list(expected[1::2])

    return check


@pytest.fixture
def village(town):
    return factories.make_organization("东社区党支部", town, category=factories.make_category("社区"))


def test_inspecting(campaign, town, village, bureau, district, zhao, true):
    first, second = factories.make_team(campaign), factories.make_team(campaign, name="第二督查组")
    campaign_scope.add_organizations(campaign, [village, bureau], team=first, reason="补充", by=zhao)
    true("units", 2)
    one, other = campaign.assignments.order_by("organization_path")
    splits.assign([one], second, by=zhao)
    true()
    theme = campaign.checklist.themes.get(code="T2")
    item = theme.items.get(code="T2-1")
    content = {"kind": "problem", "theme": theme, "item": item, "text": "记录不全", "severity": "general"}
    noted, _ = findings.create_finding(one, content, by=zhao)
    true("problems", 1)
    assert Tally.objects.get(path="").coverage == [[one.category_id, "in_progress", 1], [other.category_id, "planned", 1]]
    noted = findings.update_finding(noted, {**content, "severity": "serious"}, by=zhao, base_revision=1)
    true("serious", 1)
    findings.withdraw_finding(noted, by=zhao, reason="记错单位")
    true("problems", 0)
    sent = phone.finding(one)
    syncing.sync([phone.result(other)], by=zhao)
    true()
    syncing.sync([sent], by=zhao)
    true("problems", 1)
    [changed] = syncing.sync([{**sent, "base_revision": 1, "data": {**sent["data"], "kind": "risk_point"}}], by=zhao)
    assert changed.is_stored
    true("problems", 0, "risk_points", 1)
    done = assignments.conclude_on_report(one, by=zhao, summary="总体较好")
    true("concluded", 1)
    assignments.reopen_assignment(done, by=zhao, reason="补充")
    true("concluded", 0)
    move_organization(village, parent=district, by=None)
    true("units", 2, "risk_points", 1)
    campaigns.finish_campaign(campaign, by=zhao, reason="提前")
    move_organization(village, parent=town, by=None)
    true()
    campaigns.reopen_campaign(campaign, by=zhao, reason="补充")
    true("units", 2)
    spare = factories.make_organization("西社区党支部", town)
    campaign_scope.add_organizations(campaign, [spare], team=first, reason="补充", by=zhao)
    true("units", 3)
    campaign_scope.remove_assignment(Assignment.objects.get(organization=spare), reason="撤销", by=zhao)
    true("units", 2)


def test_preparing(district, town, village, bureau, zhao, true):
    planned = factories.make_campaign(district, zhao, status="preparing")
    scope = campaign_scope.Scope.from_json({**campaign_scope.Scope.of(planned).to_json(), "organizations": [village.pk, bureau.pk]})
    campaign_scope.save_scope(planned, scope, base=campaign_scope.Scope.of(planned).to_json(), by=zhao)
    true("units", 2)
    team = factories.make_team(planned)
    splits.propose_split(planned, by=zhao)
    true()
    assert Tally.objects.get(path="").teams == [[team.pk, "planned", 2]]
    teams.delete_team(team, by=zhao)
    true()
    assert Tally.objects.get(path="").teams == [[None, "planned", 2]]


def test_putting_right(campaign, assignment, village, zhao, qian, true):
    chen = factories.make_user("陈办", role="office", at=campaign.organizer)
    noted = [
        factories.make_finding(assignment, qian, item=campaign.checklist.themes.get(code="T2").items.get(code="T2-1")) for _ in range(3)
    ]
    Campaign.objects.filter(pk=campaign.pk).update(status="finished")
    made = rows.create_rows(campaign, [rows.NewRow(one.organization, (one,), day(9)) for one in noted], by=zhao)
    true("duties", 0)
    issued = {one.pk: one for one in rows.issue_rows(made, by=zhao)}
    row, other, third = (issued[one.pk] for one in made)
    true("duties", 3)
    row = merge_rows(row, [other], by=zhao, content="两个问题一并整改")
    true("duties", 2)
    row, part = split_row(row, [Part("甲", (noted[0],), day(9)), Part("乙", (noted[1],), day(8))], by=zhao)
    true("duties", 3)
    rows.withdraw_row(part, by=zhao, reason="重复")
    true("duties", 2)
    third = transfer_row(third, village, by=zhao, reason="职能划转")
    true("duties", 2)
    row = rows.change_row(row, by=zhao, base_revision=row.revision, due_on=day(5))
    true()
    assert Tally.objects.get(path="").deadlines == [[day(5).isoformat(), 1], [day(9).isoformat(), 1]]
    row = work.plan_row(work.receive_row(row, by=zhao), by=zhao, measure="补齐", responsible_title="书记")
    asked = extensions.ask_extension(row, by=zhao, new_due_on=day(7), reason="材料较多")
    extensions.approve_extension(
        extensions.endorse_extension(asked, by=chen, comment="同意"), by=factories.make_user(role="leader", at=campaign.organizer)
    )
    true()
    work.report_progress(row, by=zhao, text="已补齐")
    add_proof(row, ContentFile(PNG, name="整改后.png"), by=zhao, stage="after")
    row = work.submit_row(row, by=zhao, text="完成")
    true()
    row = verdicts.send_back_row(row, by=chen, reason="再补")
    true()
    row = verdicts.close_row(work.submit_row(row, by=zhao, text="完成"), by=chen, text="属实")
    true("closed", 1)
    # The same problem in the next campaign recurs, until it turns out that it had not been put right at all.
    later = factories.make_campaign(campaign.organizer, zhao, year=2027)
    unit = factories.make_assignment(later, assignment.organization)
    item = later.checklist.themes.get(code="T2").items.get(code="T2-1")
    findings.create_finding(unit, {"kind": "problem", "theme": item.theme, "item": item, "text": "记录不全"}, by=zhao)
    true("problems", 1, "recurrences", 1)
    verdicts.reopen_row(Rectification.objects.get(pk=row.pk), by=zhao, reason="仍存在", due_on=timezone.localdate())
    true("problems", 1, "recurrences", 0)
    assert Finding.objects.recurring().count() == 0
