"""Every step of a submission: who may, from which state, what is recorded, two at once, crafted requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.actions import submission_content as content
from inspections.actions import submission_files as files
from inspections.actions import submission_requests as requests
from inspections.actions import submissions as actions
from inspections.actions.assignments import conclude_assignment
from inspections.actions.campaign_scope import remove_assignment
from inspections.actions.campaigns import finish_campaign, reopen_campaign
from inspections.actions.results import save_result
from inspections.actions.revisions import RevisionConflict
from inspections.models import Assignment, Campaign, CheckResult, DeclaredMetric, Finding, Submission
from jobs.errors import InvalidTransition, Refused
from tests import factories
from tests.at_once import overlapping
from tests.inspections.submissions.conftest import fresh, report
from units.models import ActivityEntry, Notice
from units.todo import todos

pytestmark = pytest.mark.django_db
S = Submission.Status


def entries(verb):
    return ActivityEntry.objects.filter(verb=f"inspections.{verb}")


# --- asking ---------------------------------------------------------------------------------------------------------------------


def test_only_written_units_are_asked_unless_the_others_are_too(campaign, assignment, written, zhao, terms):
    requests.save_request(campaign, terms, by=zhao, base_revision=0)
    assert requests.send_notices(campaign, by=zhao) == 1
    assert requests.send_notices(campaign, by=zhao) == 0, "twice is once"
    requests.save_request(campaign, replace(terms, includes_on_site=True), by=zhao, base_revision=1)
    assert requests.send_notices(campaign, by=zhao) == 1
    assert {row.assignment_id for row in Submission.objects.all()} == {assignment.pk, written.pk}
    assert entries("submission_notify").count() == 2
    assert entries("submission_request").count() == 2


def test_the_liaison_is_told_once_and_has_it_to_do(submission, liaison):
    assert [row.text for row in Notice.objects.filter(user=liaison)] == [
        f"请签收督查通知并于{submission.due_on.month}月{submission.due_on.day}日前报送书面汇报（{submission.campaign}）。"
    ]
    todo = next(row for row in todos(liaison) if row.label == "待签收")
    assert (todo.whom, todo.due_on) == ("区档案馆党支部", submission.due_on)


def test_a_new_date_holds_for_those_who_have_not_handed_in(submission, liaison, zhao, terms):
    later = replace(terms, due_on=terms.due_on + timedelta(days=3))
    requests.save_request(submission.campaign, later, by=zhao, base_revision=1)
    assert fresh(submission).due_on == later.due_on
    assert Notice.objects.filter(user=liaison, text__contains="期限改为").count() == 1


@pytest.mark.parametrize("what", ["past", "stale", "finished", "nothing asked"])
def test_what_cannot_be_asked(campaign, written, zhao, terms, what):
    if what == "past":
        with pytest.raises(Refused, match="已经过去"):
            requests.save_request(campaign, replace(terms, due_on=timezone.localdate() - timedelta(days=1)), by=zhao, base_revision=0)
    elif what == "stale":
        requests.save_request(campaign, terms, by=zhao, base_revision=0)
        with pytest.raises(RevisionConflict):
            requests.save_request(campaign, replace(terms, key_points="改"), by=zhao, base_revision=0)
    elif what == "finished":
        Campaign.objects.update(status="finished")
        with pytest.raises(InvalidTransition):
            requests.save_request(campaign, terms, by=zhao, base_revision=0)
    else:
        with pytest.raises(Refused, match="还没有填写报送要求"):
            requests.send_notices(campaign, by=zhao)


def test_reminding_tells_once_a_day_and_names_who_has_nobody(submission, liaison, zhao, campaign):
    rows = Submission.objects.all()
    assert requests.remind(campaign, rows, by=zhao) == (1, [])
    assert requests.remind(campaign, rows, by=zhao) == (0, [])
    assert entries("submission_remind").count() == 1
    assert Notice.objects.filter(user=liaison, text__startswith="催报").count() == 1
    liaison.appointments.all().delete()
    assert requests.remind(campaign, rows, by=zhao) == (0, [submission])


# --- the organization's way -----------------------------------------------------------------------------------------------------


def test_the_whole_way(submission, liaison, zhao, written):
    actions.sign_receipt(submission, by=liaison)
    files.upload(submission, report(), by=liaison)
    metric = submission.metrics.get()
    assert (metric.proposed_number, metric.sentence) == (3, "支部制定年度工作计划，全年召开专题研究会议3次，分工明确、责任到岗。")
    with pytest.raises(actions.NotComplete, match="1 个指标没有核对"):
        actions.hand_in(submission, by=liaison)
    content.settle_metric(metric, by=liaison, base_revision=1, number=Decimal(3))
    actions.hand_in(submission, by=liaison)
    saved, differing = actions.accept(submission, by=zhao, summary="总体较好", concludes=True)
    assert (saved.status, differing) == (S.ACCEPTED, [])
    result = CheckResult.objects.get(assignment=written)
    assert (result.number, result.note[:5]) == (3, "单位自报：")
    assert "召开专题研究会议3次" in result.note
    written.refresh_from_db()
    assert (written.status, written.summary) == ("concluded", "总体较好")
    assert "2 个必答项没有逐项填写" in entries("assignment_conclude").get().summary
    for verb in ("receive", "upload", "settle", "hand_in", "accept"):
        assert entries(f"submission_{verb}").count() == 1, verb
    assert Notice.objects.filter(user=zhao, text__contains="提交了书面汇报").count() == 1


def test_declared_problems_become_findings_only_by_a_person(handed, zhao, written):
    drafts = list(handed.draft_findings.all())
    assert [row.text for row in drafts] == ["学习记录缺少研讨发言材料。", "档案目录没有按月核对。"]
    assert not Finding.objects.exists()
    theme = handed.campaign.checklist.themes.get(code="T2")
    finding = content.confirm_draft(drafts[0], {"kind": "problem", "theme": theme, "text": "学习记录缺少研讨发言材料。"}, by=zhao)
    assert finding.declared_as.source.startswith("一是学习记录")
    content.dismiss_draft(drafts[1], by=zhao, reason="属内部事务")
    for draft in drafts:
        with pytest.raises(InvalidTransition):
            content.dismiss_draft(draft, by=zhao, reason="再来")
    with pytest.raises(InvalidTransition):
        content.confirm_draft(drafts[1], {"kind": "problem", "theme": theme, "text": "档案目录没有按月核对。"}, by=zhao)
    assert Finding.objects.count() == 1
    assert entries("draft_confirm").count() == entries("draft_dismiss").count() == 1


def test_returned_and_handed_in_again(handed, liaison, zhao):
    with pytest.raises(Refused, match="写明退回的原因"):
        actions.send_back(handed, by=zhao, reason="  ")
    back = actions.send_back(handed, by=zhao, reason="请补充研判次数")
    assert (back.status, back.returns, back.is_writable) == (S.RETURNED, 1, True)
    assert Notice.objects.filter(user=liaison, text__contains="被退回").count() == 1
    first = back.first_submitted_at
    again = actions.hand_in(back, by=liaison)
    assert (again.status, again.first_submitted_at, again.return_reason) == (S.SUBMITTED, first, "请补充研判次数")
    assert "第 2 次提交" in entries("submission_hand_in").first().summary


def test_taken_back_before_it_is_judged(handed, liaison, zhao):
    own = actions.take_back(handed, by=liaison)
    assert (own.status, own.is_writable, own.first_submitted_at) == (S.RECEIVED, True, None)
    assert Notice.objects.filter(user=zhao, text__contains="撤回了").count() == 1
    again = actions.hand_in(own, by=liaison)
    assert Notice.objects.filter(user=zhao, text__contains="请审阅").count() == 2
    back = actions.send_back(again, by=zhao, reason="请补充研判次数")
    twice = actions.take_back(actions.hand_in(back, by=liaison), by=liaison)
    assert (twice.status, twice.return_reason, twice.first_submitted_at) == (S.RETURNED, "请补充研判次数", again.first_submitted_at)


def test_who_answers_for_it_finds_the_button_and_nobody_else(client, handed, liaison, zhao):
    page = f"/inspections/submissions/{handed.pk}/"
    client.force_login(zhao)
    assert "撤回修改" not in client.get(page).content.decode()
    assert client.post(f"{page}take-back/").status_code == 403
    client.force_login(liaison)
    assert "撤回修改" in client.get(page).content.decode()
    assert "已撤回，可以继续修改" in client.post(f"{page}take-back/", follow=True).content.decode()
    assert fresh(handed).status == S.RECEIVED


def test_nothing_is_taken_back_once_the_office_works_on_it(handed, liaison, zhao):
    content.dismiss_draft(handed.draft_findings.first(), by=zhao, reason="与督查无关")
    with pytest.raises(Refused, match="联系办公室退回"):
        actions.take_back(handed, by=liaison)
    assert fresh(handed).status == S.SUBMITTED


def test_late_is_allowed_and_said(ready, liaison):
    Submission.objects.update(due_on=timezone.localdate() - timedelta(days=4))
    assert Submission.objects.overdue().count() == 1
    late = actions.hand_in(fresh(ready), by=liaison)
    assert (late.late_days, late.is_overdue) == (4, False)
    assert not Submission.objects.overdue().exists()
    assert "逾期 4 天" in entries("submission_hand_in").get().summary


def test_zero_is_attested_and_what_is_not_kept_is_said(uploaded, liaison):
    metric = uploaded.metrics.get()
    with pytest.raises(Refused, match="经核实为零"):
        content.settle_metric(metric, by=liaison, base_revision=1, number=Decimal(0))
    with pytest.raises(Refused, match="请填写数值"):
        content.settle_metric(metric, by=liaison, base_revision=1, number=None)
    with pytest.raises(Refused, match="就不要再选"):
        content.settle_metric(metric, by=liaison, base_revision=1, number=Decimal(2), not_kept=True)
    zero = content.settle_metric(metric, by=liaison, base_revision=1, number=Decimal(0), attests_zero=True)
    assert (zero.attests_zero, zero.was_corrected) == (True, True)
    with pytest.raises(RevisionConflict):
        content.settle_metric(metric, by=liaison, base_revision=1, number=Decimal(5))
    none = content.settle_metric(metric, by=liaison, base_revision=2, number=None, not_kept=True)
    assert (none.status, none.number) == ("not_kept", None)


def test_a_new_text_keeps_what_was_settled_unless_its_number_changed(ready, liaison):
    files.upload(ready, report(name="修改稿.docx"), by=liaison)
    assert ready.metrics.get().status == "confirmed"
    files.upload(ready, report(paragraphs=("汇报", "一、做法", "全年召开专题研究会议5次。")), by=liaison)
    metric = ready.metrics.get()
    assert (metric.status, metric.proposed_number) == ("proposed", 5)
    assert ready.files.count() == 3
    assert ready.files.filter(is_current=True).count() == 1


def test_the_form_instead_of_a_file(received, liaison):
    parts = {"T1": "全年召开专题研究会议两次。", "problems": "学习记录不齐\n一是审核单缺复审意见；二是目录未核对。", "plans": "补齐"}
    saved = content.save_online(received, parts, by=liaison, base_revision=received.revision)
    assert saved.metrics.get().proposed_number == 2
    assert [row.text for row in saved.draft_findings.all()] == ["学习记录不齐。", "审核单缺复审意见。", "目录未核对。"]
    with pytest.raises(RevisionConflict):
        content.save_online(received, {"T1": "另一稿"}, by=liaison, base_revision=received.revision)
    with pytest.raises(Refused, match="栏目"):
        content.save_online(received, {"T9": "x"}, by=liaison, base_revision=saved.revision)
    content.confirm_readings(saved, by=liaison)
    assert actions.hand_in(saved, by=liaison).status == S.SUBMITTED


def test_what_a_team_has_answered_is_not_overwritten(handed, zhao, qian, written):
    factories.make_result(written, "T1-2", qian, number=1)
    _saved, differing = actions.accept(handed, by=zhao)
    assert [row.item.code for row in differing] == ["T1-2"]
    assert CheckResult.objects.get().number == 1
    assert Assignment.objects.get().status != "concluded"


def test_accepting_counts_a_unit_that_a_team_has_concluded(handed, zhao, qian, written):
    factories.make_result(written, "T1-1", qian, conformity="conforming")
    factories.make_result(written, "T1-2", qian, number=3)
    factories.make_result(written, "T2-1", qian, conformity="conforming")
    conclude_assignment(written, by=qian, summary="好")
    saved, differing = actions.accept(handed, by=zhao, summary="", concludes=True)
    assert (saved.status, differing) == (S.ACCEPTED, [])


def test_an_acceptance_is_revoked_with_what_it_brought(client, handed, liaison, zhao, written):
    actions.accept(handed, by=zhao, summary="材料完整", concludes=True)
    result = CheckResult.objects.get(assignment=written, number__isnull=False)
    client.force_login(zhao)
    page = f"/inspections/submissions/{handed.pk}/"
    refused = client.post(f"{page}revoke/", {"reason": ""})
    assert (refused.status_code, fresh(handed).status) == (422, S.ACCEPTED)
    assert "请写明撤销采用的原因" in refused.content.decode()
    assert "已撤销采用" in client.post(f"{page}revoke/", {"reason": "数据有误"}, follow=True).content.decode()
    written.refresh_from_db()
    result.refresh_from_db()
    assert (fresh(handed).status, written.status, result.is_answered) == (S.SUBMITTED, "in_progress", False)
    assert Notice.objects.filter(user=liaison, text__contains="撤销采用").count() == 1
    # Returned, corrected and accepted again: the new number counts.
    back = actions.send_back(fresh(handed), by=zhao, reason="请更正")
    content.settle_metric(back.metrics.get(), by=liaison, base_revision=back.metrics.get().revision, number=Decimal(7))
    actions.accept(actions.hand_in(back, by=liaison), by=zhao)
    result.refresh_from_db()
    assert result.number == 7


def test_a_number_that_a_team_changed_stays_when_the_acceptance_is_revoked(handed, zhao, qian, written):
    actions.accept(handed, by=zhao)
    result = CheckResult.objects.get(assignment=written, number__isnull=False)
    save_result(written, result.item, {"number": Decimal(99)}, by=qian, base_revision=result.revision)
    actions.revoke_acceptance(fresh(handed), by=zhao, reason="数据有误")
    result.refresh_from_db()
    assert result.number == 99


def test_quoting_is_the_offices_choice_and_only_after_acceptance(handed, zhao):
    with pytest.raises(Refused, match="采用材料以后"):
        actions.decide_quoting(handed, may_quote=True, by=zhao)
    actions.accept(handed, by=zhao)
    assert handed.may_quote is False
    assert actions.decide_quoting(handed, may_quote=True, by=zhao).may_quote
    actions.decide_quoting(handed, may_quote=True, by=zhao)
    assert entries("submission_quote").count() == 1


# --- from which state --------------------------------------------------------------------------------------------------------------

ACTS = {
    "receive": lambda row, by: actions.sign_receipt(row, by=by),
    "upload": lambda row, by: files.upload(row, report(), by=by),
    "fill": lambda row, by: content.save_online(row, {"T1": "字"}, by=by, base_revision=row.revision),
    "hand_in": lambda row, by: actions.hand_in(row, by=by),
    "take_back": lambda row, by: actions.take_back(row, by=by),
    "accept": lambda row, by: actions.accept(row, by=by),
    "revoke": lambda row, by: actions.revoke_acceptance(row, by=by, reason="数据有误"),
    "return": lambda row, by: actions.send_back(row, by=by, reason="请补充"),
}
ALLOWED = {
    S.NOTIFIED: {"receive"},
    S.RECEIVED: {"upload", "fill", "hand_in"},
    S.RETURNED: {"upload", "fill", "hand_in"},
    S.SUBMITTED: {"accept", "return", "take_back"},
    S.ACCEPTED: {"revoke"},
}


@pytest.mark.parametrize("state", S)
def test_no_step_from_any_other_state(handed, zhao, state):
    for act, function in ACTS.items():
        Submission.objects.filter(pk=handed.pk).update(status=state, return_reason="x")
        row = fresh(handed)
        if act in ALLOWED[state]:
            continue
        with pytest.raises(InvalidTransition):
            function(row, zhao)
        assert fresh(handed).status == state, act


def test_nothing_moves_once_the_campaign_has_finished(handed, zhao, liaison):
    for state in S:
        Submission.objects.filter(pk=handed.pk).update(status=state, return_reason="x")
        Campaign.objects.update(status="finished")
        for act, function in ACTS.items():
            with pytest.raises(InvalidTransition):
                function(fresh(handed), zhao)
            assert fresh(handed).status == state, act
    with pytest.raises(InvalidTransition):
        content.settle_metric(handed.metrics.get(), by=liaison, base_revision=1, number=Decimal(1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("acts", [("accept", "return"), ("accept", "accept"), ("return", "return")])
def test_two_decide_at_once_and_one_wins(on_disk, handed, zhao, acts):
    found = overlapping(*(lambda act=act: ACTS[act](fresh(handed), zhao) for act in acts))
    assert sum(isinstance(row, InvalidTransition) for row in found) == 1, found
    assert entries("submission_accept").count() + entries("submission_return").count() == 1


@pytest.mark.django_db(transaction=True)
def test_finishing_and_handing_in_do_not_cross(on_disk, ready, liaison, zhao):
    found = overlapping(
        lambda: finish_campaign(ready.campaign, by=zhao, reason="提前结束"), lambda: actions.hand_in(fresh(ready), by=liaison)
    )
    assert isinstance(found[1], InvalidTransition)
    assert fresh(ready).status == S.RECEIVED


def test_a_unit_that_handed_in_is_not_taken_out(uploaded, zhao, written):
    with pytest.raises(Refused, match="已经报送材料"):
        remove_assignment(written, reason="重组", by=zhao)


def test_paths_follow_the_tree_when_a_campaign_is_opened_again(handed, zhao):
    Campaign.objects.update(status="finished")
    Submission.objects.update(organization_path="zzzz")
    reopen_campaign(fresh(handed).campaign, by=zhao, reason="补充")
    assert fresh(handed).organization_path == handed.organization.path


# --- who may: crafted requests ---------------------------------------------------------------------------------------------------

OWN = ["receive", "upload", "drop_file", "fill", "hand_in"]
OFFICE = ["accept", "return", "quote", "check"]


def posted(client, user, submission, name, **data):
    client.force_login(user)
    return client.post(reverse(f"inspections:submission_{name}", args=[submission.pk]), data)


@pytest.mark.parametrize("name", OWN)
def test_only_the_organizations_own_people_hand_in(client, submission, zhao, qian, li, wu, zheng, zhou, name):
    for user, status in ((zhao, 403), (qian, 403), (wu, 403), (li, 404), (zheng, 404), (zhou, 404)):
        assert posted(client, user, submission, name).status_code == status, user
    assert fresh(submission).status == S.NOTIFIED


@pytest.mark.parametrize("name", OFFICE)
def test_only_the_organizers_office_decides(client, handed, liaison, qian, wu, zheng, name):
    data = {"reason": "退", "summary": "好", "may_quote": "1"}
    for user, status in ((liaison, 403), (qian, 403), (wu, 403), (zheng, 404)):
        assert posted(client, user, handed, name, **data).status_code == status, user
    assert (fresh(handed).status, fresh(handed).may_quote) == (S.SUBMITTED, False)


def test_numbers_and_problems_are_for_their_own_side(client, handed, liaison, zhao, qian):
    Submission.objects.update(status=S.RETURNED, return_reason="x")
    metric, draft = handed.metrics.get(), handed.draft_findings.first()
    for user in (zhao, qian):
        client.force_login(user)
        assert client.post(reverse("inspections:metric_settle", args=[metric.pk]), {"number": "9", "revision": 2}).status_code == 403
        assert client.post(reverse("inspections:metric_confirm", args=[handed.pk])).status_code == 403
    client.force_login(liaison)
    for name in ("draft_confirm", "draft_dismiss"):
        assert client.post(reverse(f"inspections:{name}", args=[draft.pk]), {"reason": "不属实"}).status_code == 403
    assert DeclaredMetric.objects.get().number == 3
    assert not Finding.objects.exists()


def test_an_office_does_not_judge_its_own_report(client, submission, district, zhao):
    """赵's office is asked itself: its people fill, and see neither signals nor buttons to accept."""
    Submission.objects.update(organization=district, organization_path=district.path)
    client.force_login(zhao)
    page = client.get(reverse("inspections:submission_detail", args=[submission.pk])).content.decode()
    assert "签收通知" in page
    assert "质量提示" not in page


def test_signals_stay_with_those_who_inspect(client, handed, liaison, zhao):
    handed.signals.create(kind="mask", text="有 1 处没有填写")
    address = reverse("inspections:submission_detail", args=[handed.pk])
    client.force_login(liaison)
    assert "有 1 处没有填写" not in client.get(address).content.decode()
    client.force_login(zhao)
    assert "有 1 处没有填写" in client.get(address).content.decode()


def test_a_draft_is_the_organizations_own_until_it_is_handed_in(client, uploaded, zhao):
    client.force_login(zhao)
    page = client.get(reverse("inspections:submission_detail", args=[uploaded.pk])).content.decode()
    assert "提交以后才能查看" in page
    assert "研讨提纲" not in page


def test_nobody_accepts_what_he_handed_in_himself(ready, zhao, bureau, client):
    """Somebody may be liaison here and office there; the verdict is another person's."""
    factories.Appointment.objects.create(user=zhao, organization=bureau, role="liaison")
    zhao = type(zhao).objects.get(pk=zhao.pk)
    handed = actions.hand_in(ready, by=zhao)
    client.force_login(zhao)
    client.post(reverse("inspections:submission_accept", args=[handed.pk]), {"summary": "好"})
    handed.refresh_from_db()
    assert handed.status == S.SUBMITTED
    with pytest.raises(Refused, match="另一位"):
        actions.accept(handed, by=zhao)


def test_the_other_side_gets_no_file_before_it_was_handed_in(uploaded, liaison, zhao, qian, client):
    """What stands in a draft is the organization's own, the file as the text."""
    url = reverse("inspections:submission_file", args=[uploaded.pk])
    content.confirm_readings(uploaded, by=liaison)
    for person, status in ((liaison, 200), (zhao, 404), (qian, 404)):
        client.force_login(person)
        assert client.get(url).status_code == status, person
    actions.hand_in(fresh(uploaded), by=liaison)
    for person in (liaison, zhao, qian):
        client.force_login(person)
        assert client.get(url).status_code == 200, person
