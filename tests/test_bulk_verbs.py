"""One verb on many rows of a list: what can be done is done, every other row says why not, and nobody does it who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.actions import submission_requests as requests
from inspections.actions.submission_requests import Terms
from inspections.models import Campaign, Finding, Submission
from jobs.models import Job
from reports.models import Report
from tests import factories
from units.models import Notice

pytestmark = pytest.mark.django_db


def outcomes(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer
    return [(row.label, row.reason) for row in answer.context["outcome"].rows]


# --- findings ------------------------------------------------------------------------------------------------------------------

WITHDRAW = "inspections:finding_withdraw_many"


def test_findings_are_taken_back_with_one_reason(client, zhao, assignment, campaign, bureau, team, qian, zheng):
    first, second = (factories.make_finding(assignment, qian, text=text) for text in ("一条", "二条"))
    closed = factories.make_campaign(campaign.organizer, zhao, code="old", status=Campaign.Status.FINISHED)
    there = factories.make_assignment(closed, bureau, factories.make_team(closed, qian, name="旧组"))
    old = factories.make_finding(there, qian, text="旧的")
    client.force_login(zhao)
    rows = [str(row.pk) for row in (first, second, old)]
    page = client.get(reverse(WITHDRAW), {"row": [*rows, "x"]}).content.decode()
    assert "撤回 3 条发现" in page
    assert client.post(reverse(WITHDRAW), {"row": rows}).status_code == 422
    assert Finding.objects.standing().count() == 3
    done = outcomes(client.post(reverse(WITHDRAW), {"row": rows, "reason": "重复记录"}))
    assert {label.rpartition("：")[2]: bool(reason) for label, reason in done} == {"一条": False, "二条": False, "旧的": True}
    assert {row.withdrawn_reason for row in Finding.objects.exclude(withdrawn_at=None)} == {"重复记录"}
    assert client.post(reverse(WITHDRAW), {"row": rows[:2], "reason": "再来"}).status_code == 302, "nothing is left to take back"


def test_who_may_not_takes_nothing_back(client, assignment, qian, wu, zheng):
    row = factories.make_finding(assignment, qian)
    for person, status in ((wu, 403), (zheng, 302)):
        client.force_login(person)
        assert client.post(reverse(WITHDRAW), {"row": str(row.pk), "reason": "重复"}).status_code == status
    assert Finding.objects.standing().count() == 1


# --- submissions -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(campaign, town, bureau, team, zhao, zhou):
    """青石镇 with a liaison and 区档案馆 without one are asked for a report."""
    for organization in (town, bureau):
        factories.make_assignment(campaign, organization, team, method="written", activities=[])
    requests.save_request(campaign, Terms("written_report", timezone.localdate() + timedelta(days=5)), by=zhao, base_revision=0)
    requests.send_notices(campaign, by=zhao)
    return {row.organization_id: row for row in Submission.objects.all()}


def test_submissions_are_reminded_accepted_and_returned(client, asked, campaign, town, bureau, zhao, zhou):
    url = reverse("inspections:submission_bulk", args=[campaign.code])
    ticked = [str(row.pk) for row in asked.values()]
    client.force_login(zhao)
    done = dict(outcomes(client.post(url, {"do": "remind", "submission": ticked})))
    assert (done[str(town)], "没有联络员" in done[str(bureau)]) == ("", True)
    assert Notice.objects.filter(user=zhou, text__startswith="催报").count() == 1
    assert "今天已经催过" in dict(outcomes(client.post(url, {"do": "remind", "submission": ticked})))[str(town)]
    handed = {"received_at": timezone.now(), "received_by": zhou, "submitted_at": timezone.now(), "submitted_by": zhou}
    Submission.objects.filter(pk=asked[town.pk].pk).update(status="submitted", **handed)
    assert client.post(url, {"do": "return", "submission": ticked}).status_code == 302, "a reason is needed"
    done = dict(outcomes(client.post(url, {"do": "return", "submission": ticked, "text": "请补充数据"})))
    assert (done[str(town)], bool(done[str(bureau)])) == ("", True)
    assert Submission.objects.get(pk=asked[town.pk].pk).return_reason == "请补充数据"
    Submission.objects.filter(pk=asked[town.pk].pk).update(status="submitted")
    done = dict(outcomes(client.post(url, {"do": "accept", "submission": ticked})))
    assert (done[str(town)], bool(done[str(bureau)])) == ("", True)
    assert Submission.objects.get(pk=asked[town.pk].pk).status == "accepted"
    for nothing in ({"do": "", "submission": ticked}, {"do": "accept"}):
        assert client.post(url, nothing).status_code == 302


def test_only_the_organizers_office_decides_about_many(client, asked, campaign, wu, zhou):
    url = reverse("inspections:submission_bulk", args=[campaign.code])
    for person in (wu, zhou):
        client.force_login(person)
        assert client.post(url, {"do": "accept", "submission": [str(row.pk) for row in asked.values()]}).status_code == 403


# --- reports ---------------------------------------------------------------------------------------------------------------------


def test_drafts_are_deleted_and_files_made(client, campaign, zhao, wu, zheng):
    template = factories.report_template("four-part")
    draft, sent = (
        Report.objects.create(campaign=campaign, template=template, title=title, drafted_by=zhao) for title in ("草稿", "送核的")
    )
    Report.objects.filter(pk=sent.pk).update(status="in_review")
    url, ticked = reverse("reports:report_bulk"), [draft.pk, sent.pk, "x"]
    client.force_login(wu)
    assert {reason for _label, reason in outcomes(client.post(url, {"do": "delete", "report": ticked}))} == {
        "只有主办组织的办公室工作人员可以修改督查报告。"
    }
    client.force_login(zheng)
    assert client.post(url, {"do": "delete", "report": ticked}).status_code == 302
    client.force_login(zhao)
    assert [reason for _label, reason in outcomes(client.post(url, {"do": "files", "report": ticked}))] == ["", ""]
    assert sorted(Job.objects.values_list("title", flat=True)) == ["生成文件：草稿", "生成文件：送核的"]
    done = dict(outcomes(client.post(url, {"do": "delete", "report": ticked})))
    assert (done["草稿"], "只有草稿可以删除" in done["送核的"]) == ("", True)
    assert list(Report.objects.values_list("title", flat=True)) == ["送核的"]
    assert client.post(url, {"do": "sign", "report": ticked}).status_code == 302
