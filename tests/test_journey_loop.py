"""The closed loop as it is lived: an organization hands in, is inspected, puts right, is looked at again. Read after test_journey.py."""

from __future__ import annotations

import io
from datetime import timedelta

import docx
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from inspections.actions import assignments, findings, results, submissions
from inspections.actions import submission_content as content
from inspections.actions import submission_files as files
from inspections.actions import submission_requests as requests
from inspections.actions.campaigns import finish_campaign
from inspections.actions.submission_requests import Terms
from inspections.models import Finding, Recheck, Rectification, Submission
from inspections.rechecking import rechecks_of
from tests import factories
from tests.addresses import PNG
from units.models import Notice
from units.todo import todos

REPORT = (
    "青石镇党委2026年下半年责任制落实情况自查报告",
    "一、主要做法",
    "（一）组织领导",
    "镇党委制定年度工作计划，全年召开专题研究会议3次，分工明确、责任到岗。",
    "（二）理论学习",
    "坚持集体学习，每次都有签到和研讨提纲。",
    "二、存在的问题",
    "一是学习记录缺少研讨发言材料。",
    "三、下一步打算",
    "补齐研讨发言材料。",
)


def word() -> ContentFile:
    document = docx.Document()
    for text in REPORT:
        document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return ContentFile(target.getvalue(), name="自查报告.docx")


def send(client, user, name, row, **data):
    """Send one form of the row's page as ``user``."""
    client.force_login(user)
    answer = client.post(reverse(f"inspections:{name}", args=[row.pk]), data)
    assert answer.status_code == 302, answer.content.decode()[-4000:]
    row.refresh_from_db()


def waiting(user) -> list[str]:
    """What stands first on the user's home page."""
    return [todo.label for todo in todos(type(user).objects.get(pk=user.pk))]


def test_from_the_notice_to_the_second_look(client, district, zhao, wu, zhou, qian, sun, assignment):  # noqa: PLR0915 -- one story
    campaign, town, today = assignment.campaign, assignment.organization, timezone.localdate()

    # 赵 asks every unit for its own report; 周, the town's liaison, is told, signs for the notice and uploads the Word file as it is.
    terms = Terms("self_inspection_report", today + timedelta(days=5), key_points="责任落实", preparation="自查报告", includes_on_site=True)
    requests.save_request(campaign, terms, by=zhao, base_revision=0)
    requests.send_notices(campaign, by=zhao)
    submission = Submission.objects.get(organization=town)
    assert Notice.objects.filter(user=zhou).exists()
    assert "待签收" in waiting(zhou)
    submission = submissions.sign_receipt(submission, by=zhou)
    files.upload(submission, word(), by=zhou)

    # The number is proposed from the sentence; 周 confirms it and hands in; 赵 accepts it, and the declared problem is a draft for him.
    submission.refresh_from_db()
    metric = submission.metrics.get(item__code="T1-2")
    assert (metric.proposed_number, "3次" in metric.sentence) == (3, True)
    content.confirm_readings(submission, by=zhou)
    submission = submissions.hand_in(Submission.objects.get(pk=submission.pk), by=zhou)
    submission, _left = submissions.accept(submission, by=zhao)
    assert submission.status == "accepted"
    draft = submission.draft_findings.first()
    assert "研讨发言" in draft.text

    # The team is there: what the report says is true, and two more things are wrong. The campaign ends.
    item = campaign.checklist.themes.get(code="T2").items.get(code="T2-1")
    for wanted in campaign.checklist.themes.get(code="T1").items.all():
        value = {"number": 3} if wanted.answer_kind == "number" else {"conformity": "conforming"}
        known = assignment.results.filter(item=wanted).first()
        results.save_result(assignment, wanted, value, by=sun, base_revision=known.revision if known else 0)
    results.save_result(assignment, item, {"conformity": "not_conforming"}, by=sun, base_revision=0)
    noted = [
        findings.create_finding(assignment, {"kind": "problem", "theme": item.theme, "item": of, "text": text, "measure": measure}, by=sun)[
            0
        ]
        for of, text, measure in (
            (item, "学习记录缺少研讨发言材料", "统一学习记录样式"),
            (None, "学习计划没有分解到月", "按月分解"),
            (None, "宣传栏内容半年没有更换", "每月更换"),
        )
    ]
    assignments.conclude_assignment(assignment, by=qian, summary="总体较好", visit_on=today)
    finish_campaign(campaign, by=zhao)

    # 赵 turns the problems into the town's tasks in one step, two of them together, and issues them. 周 gets one notice.
    client.force_login(zhao)
    page = reverse("inspections:rectification_create", args=[campaign.code])
    fields = {
        "take": [one.pk for one in noted],
        f"due-{town.pk}": str(today + timedelta(days=10)),
        f"title-{town.pk}": "党委书记",
        **{f"group-{one.pk}": "1" if place < 2 else "" for place, one in enumerate(noted)},
        **{f"requirement-{one.pk}": one.measure for one in noted},
        "issue": "1",
    }
    assert client.post(page, fields).status_code == 302
    row, other = Rectification.objects.order_by("number")
    assert set(row.findings.all()) == set(noted[:2])
    assert Notice.objects.filter(user=zhou, kind="inspections.rectification").count() == 1
    assert "待签收" in waiting(zhou)

    # 周 signs for both, plans, reports, uploads a photo and hands in. 钱 of the original team, asked by the office, sends it back.
    client.force_login(zhou)
    client.post(reverse("inspections:rectification_receive_all"))
    send(client, zhou, "rectification_plan", row, measure="统一样式，逐月分解", responsible_title="党委副书记")
    send(client, zhou, "rectification_progress", row, text="样式已下发")
    send(client, zhou, "proof_add", row, stage="after", files=[ContentFile(PNG, name="整改后.png")])
    send(client, zhou, "rectification_submit", row, text="已补齐")
    assert "待核验" in waiting(zhao)
    send(client, zhao, "rectification_verifier", row, verifier=qian.pk)
    assert waiting(qian) == ["待核验"]
    send(client, qian, "rectification_return", row, text="缺少研讨发言原件")
    assert (row.status, Notice.objects.filter(user=zhou, text__contains="缺少研讨发言原件").exists()) == ("in_progress", True)

    # It takes longer: asked in time, looked at by the office, decided by the leader.
    later = today + timedelta(days=30)
    send(client, zhou, "extension_ask", row, reason="原件在档案馆数字化", new_due_on=str(later))
    extension = row.extensions.get()
    for user, name in ((zhao, "extension_endorse"), (wu, "extension_approve")):
        assert {"待审核", "待批准"} & set(waiting(user))
        client.force_login(user)
        assert client.post(reverse(f"inspections:{name}", args=[extension.pk]), {"comment": "同意"}).status_code == 302
    row.refresh_from_db()
    assert (row.due_on, row.first_due_on) == (later, today + timedelta(days=10))

    # Handed in again and closed out. The other one stays open.
    send(client, zhou, "proof_add", row, stage="other", files=[ContentFile(PNG, name="发言原件.png")])
    send(client, zhou, "rectification_submit", row, text="原件已归档")
    send(client, qian, "rectification_close", row, text="到镇里看过原件")
    assert (row.status, row.closed_by) == ("closed", qian)
    assert [entry.kind for entry in row.entries.all()][-2:] == ["submit", "close"]
    assert Notice.objects.filter(user=zhou, text__contains="已核验销号").exists()

    # Half a year on: what is still open stands on the assignment's page by itself; what was closed and is back is called by its name.
    again = factories.make_campaign(district, zhao, title="2027年上半年督查", year=2027, half=1)
    visit = factories.make_assignment(again, town, factories.make_team(again, qian, sun))
    assert [line.row for line in rechecks_of(visit)] == [other]
    client.force_login(sun)
    assert other.reference in client.get(reverse("inspections:assignment_detail", args=[visit.pk])).content.decode()
    look = reverse("inspections:recheck_save", args=[visit.pk, noted[2].pk])
    assert client.post(look, {"outcome": "still_there", "note": "仍是去年的内容", "revision": 0}).status_code == 302
    assert Recheck.objects.get().rectification == other
    repeated = again.checklist.themes.get(code="T2").items.get(code="T2-1")
    back, _ = findings.create_finding(
        visit, {"kind": "problem", "theme": repeated.theme, "item": repeated, "text": "学习记录又缺研讨发言"}, by=sun
    )
    assert Finding.objects.get(pk=back.pk).is_recurring
    assert "屡查屡犯" in client.get(reverse("inspections:finding_detail", args=[back.pk])).content.decode()
