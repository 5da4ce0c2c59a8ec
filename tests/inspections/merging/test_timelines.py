"""Time lines: everything about one finding or organization once, in one order, and only what the reader may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from inspections.actions import findings as verbs
from inspections.actions.confirmations import Signed, save_confirmation
from inspections.actions.finding_merges import merge_findings
from inspections.actions.rectification_rows import NewRow, create_rows, issue_rows
from inspections.models import Campaign, Finding, Recheck
from reports.models import Paragraph, Report, Section
from tests import factories
from tests.inspections.field.phone import signature
from tests.inspections.rectifications.conftest import day
from units import timelines
from units.actions.organizations import update_organization
from units.models import PartyOrganization
from units.timelines import Event, Source, timeline, timeline_source

pytestmark = pytest.mark.django_db


def labels(shown):
    return [one.event.label for one in shown.events]


@pytest.fixture
def story(campaign, assignment, district, town, zhao, qian):
    """One problem from its record to the next round: changed, signed for, merged, quoted, issued, looked at again, there again."""
    item = campaign.checklist.themes.get(code="T2").items.get(code="T2-1")
    content = {"kind": "problem", "theme": item.theme, "item": item, "text": "记录不全", "severity": "general"}
    finding, _ = verbs.create_finding(assignment, content, by=qian)
    finding = verbs.update_finding(finding, {**content, "severity": "serious"}, by=qian, base_revision=1)
    said = [{"id": str(finding.pk), "kind": "problem", "text": finding.text}]
    save_confirmation(assignment, Signed("党建办主任", "agree", "", said, signature(), factories.NOON), by=qian, base_revision=0)
    finding.refresh_from_db()
    merge_findings({finding.pk: finding.revision}, standard=factories.make_standard(), by=zhao)
    report = Report.objects.create(
        campaign=campaign, template=factories.report_template("four-part"), title="督查情况报告", drafted_by=zhao
    )
    section = Section.objects.create(report=report, kind="problems", heading="存在问题")
    Paragraph.objects.create(section=section, text="学习记录不够规范。", order=1, sources={"findings": [str(finding.pk)]})
    Report.objects.create(campaign=campaign, template=factories.report_template("four-part"), title="没有引用的报告", drafted_by=zhao)
    Campaign.objects.update(status="finished")
    issue_rows(create_rows(campaign, [NewRow(town, (finding,), day(9))], by=zhao), by=zhao)
    later = factories.make_campaign(district, zhao, year=2027, half=1, checklist=campaign.checklist, status="finished")
    place = factories.make_assignment(later, town)
    again = factories.make_finding(place, zhao, item=item, text="记录还是不全")
    Finding.objects.filter(pk=again.pk).update(recorded_at=factories.NOON + timedelta(days=180))
    Recheck.objects.create(assignment=place, finding=finding, outcome="still_there", note="没有补齐", by=zhao)
    return Finding.objects.get(pk=finding.pk)


def test_the_whole_story_of_a_finding(story, zhao, zhou, client):
    shown = timeline(story, zhao)
    assert {"记录发现", "修改", "归并", "事实确认", "写入报告", "整改·建账", "整改·下发", "回头看·仍存在", "同一检查项的问题"} <= set(
        labels(shown)
    )
    assert labels(shown).count("写入报告") == 1
    moments = [one.at for one in shown.events]
    assert moments == sorted(moments, reverse=True)
    assert shown.kinds.keys() >= {"record", "confirm", "report", "rectify", "recheck", "again"}
    only = timeline(story, zhao, kind="rectify")
    assert {one.kind for one in only.events} == {"rectify"}
    assert timeline(story, zhao, kind="nonsense").chosen == ""
    # Those who were inspected read what was found and put right, not who changed what, no drafts and no merging.
    theirs = timeline(story, zhou)
    assert {"记录发现", "整改·下发", "同一检查项的问题"} <= set(labels(theirs))
    assert not {"修改", "归并", "写入报告"} & set(labels(theirs))
    assert "钱组长" not in {one.event.by for one in theirs.events}
    client.force_login(zhao)
    page = reverse("inspections:finding_timeline", args=[story.pk])
    assert page in client.get(reverse("inspections:finding_detail", args=[story.pk])).content.decode()
    text = client.get(page, {"kind": "confirm"}).content.decode()
    assert "党建办主任签字，无异议" in text
    assert "记录还是不全" not in text


def test_the_story_of_an_organization(story, town, zhao, wu, zheng, client):
    update_organization(town, by=zhao, name="青石镇党委（新）")
    seen = set(labels(timeline(town, zhao)))
    assert {"列入督查", "发现问题（严重）", "整改·下发", "回头看·仍存在", "修改"} <= seen
    client.force_login(zhao)
    page = reverse("units:organization_timeline", args=[town.pk])
    assert page in client.get(reverse("units:organization_detail", args=[town.pk])).content.decode()
    assert "青石镇党委（新）" in client.get(page, {"kind": "directory"}).content.decode()
    client.force_login(zheng)
    assert client.get(page).status_code == 404
    client.force_login(wu)
    assert client.get(page).status_code == 200


def test_a_running_campaign_is_not_told_to_those_inspected(campaign, assignment, finding, town, zhou, zhao):
    assert "发现问题（一般）" not in labels(timeline(town, zhou))
    assert "发现问题（一般）" in labels(timeline(town, zhao))


def test_pages_repeat_nothing_and_leave_nothing_out(assignment, qian, zhao, town):
    """Many at one moment, in several sources, one by one: the hardest case for paging by key."""
    noted = [factories.make_finding(assignment, qian, text=f"第{number}条") for number in range(7)]
    Finding.objects.filter(pk=noted[0].pk).update(recorded_at=factories.NOON + timedelta(hours=1))
    whole = timeline(town, zhao, per_page=100)
    assert whole.next == ""
    cursor, pieces = "", []
    for _ in range(30):
        page = timeline(town, zhao, cursor=cursor, per_page=2)
        pieces += page.events
        cursor = page.next
        if not cursor:
            break
    assert pieces == whole.events
    assert len({one.event.text for one in pieces if one.kind == "finding"}) == 7
    elsewhere = timeline(town, zhao, cursor="made-up")
    assert elsewhere.is_first


def test_moments_shared_by_sources(assignment, qian, zhao, town):
    factories.make_finding(assignment, qian)
    for key in ("a", "z"):
        source = Source(
            key,
            key,
            key,
            "recorded_at",
            lambda organization, _user: Finding.objects.filter(organization=organization),
            lambda row, _user: Event("同时", str(row.pk)),
        )
        timeline_source(PartyOrganization, source)
    try:
        whole = timeline(town, zhao, per_page=50)
        cursor, pieces = "", []
        for _ in range(20):
            page = timeline(town, zhao, cursor=cursor, per_page=1)
            pieces += page.events
            cursor = page.next
            if not cursor:
                break
        assert [one.kind for one in pieces] == [one.kind for one in whole.events]
        assert {"a", "z", "finding"} <= {one.kind for one in pieces}
    finally:
        found = timelines._SOURCES[PartyOrganization]
        found[:] = [one for one in found if one.key not in {"a", "z"}]


def test_queries_follow_the_number_of_sources(assignment, qian, zhao, town, client, django_assert_max_num_queries):
    for _ in range(25):
        factories.make_finding(assignment, qian)
    client.force_login(zhao)
    with django_assert_max_num_queries(40):
        client.get(reverse("units:organization_timeline", args=[town.pk]))
