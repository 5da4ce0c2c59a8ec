"""Issued documents reach the organizations they are written to, and are signed for there, once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inspections.actions.rectification_rows import issue_rows
from inspections.actions.rectification_work import receive_row
from inspections.actions.submissions import sign_receipt
from inspections.links import links_for_assignment, links_for_ledger
from inspections.models import Rectification, Submission, SubmissionRequest
from jobs import actions as jobs
from jobs.errors import InvalidTransition, Refused
from reports import drafting
from reports.actions.deliveries import receive_delivery
from reports.actions.signing import correct_report
from reports.escalation import late_units
from reports.models import Delivery, Report
from reports.waiting import receipt_todos
from tests import factories
from tests.reports.letters.rows import give_row
from units.models import ActivityEntry, Notice


@pytest.fixture
def reminder(late, town, write, issue):
    """An issued reminder to 青石镇."""
    return issue(write("reminder", town))


@pytest.fixture
def delivery(reminder):
    return Delivery.objects.get(report=reminder)


def test_issuing_a_letter_delivers_it_and_tells_who_signs_for_it(late, town, write, issue, zhou):
    report = write("reminder", town)
    assert not Delivery.objects.exists()
    report = issue(report)
    (delivery,) = Delivery.objects.filter(report=report)
    assert (delivery.organization, delivery.received_at, delivery.sent_at) == (town, None, report.issued_at)
    (notice,) = Notice.objects.filter(user=zhou)
    assert report.number_text in notice.text
    assert notice.path == reverse("reports:delivery_detail", args=[delivery.pk])
    assert [todo.label for todo in receipt_todos(zhou)] == ["待签收"]


def test_a_report_about_a_campaign_goes_to_no_unit(campaign, concluded, write, issue):
    report = write("task-list")
    issue(report)
    assert not Delivery.objects.exists()


def test_receipt_is_given_once(delivery, zhou):
    receive_delivery(delivery, by=zhou)
    with pytest.raises(InvalidTransition, match="已经签收过"):
        receive_delivery(delivery, by=zhou)
    entry = ActivityEntry.objects.get(verb="reports.delivery_receive")
    assert (entry.actor, entry.organization_path) == (zhou, delivery.organization.path)
    assert list(receipt_todos(zhou)) == []


def test_who_reads_and_who_signs(client, delivery, town, zhao, wu, zheng, bureau):
    page = reverse("reports:delivery_detail", args=[delivery.pk])
    receive = reverse("reports:delivery_receive", args=[delivery.pk])
    listed = reverse("reports:delivery_list")
    other = factories.make_user("别联络", role="liaison", at=bureau)
    own_leader = factories.make_user("镇书记", role="leader", at=town)
    own_office = factories.make_user("镇办", role="office", at=town)
    liaison = factories.make_user("周联", role="liaison", at=town)
    for person, looked, sent in (
        (zheng, 404, 404),
        (other, 404, 404),
        (wu, 200, 403),
        (zhao, 200, 403),
        (own_leader, 200, 403),
    ):
        client.force_login(person)
        assert (client.get(page).status_code, client.post(receive).status_code) == (looked, sent), person
        assert delivery.report.title not in client.get(listed).content.decode(), person
    for person in (own_office, liaison):
        client.force_login(person)
        assert delivery.report.title in client.get(listed).content.decode()
        assert client.get(page).status_code == 200
        assert client.get(reverse("reports:report_detail", args=[delivery.report_id])).status_code == 404
    assert client.post(receive).status_code == 302
    delivery.refresh_from_db()
    assert delivery.received_by == liaison


def test_the_liaison_downloads_the_issued_file_and_only_that(client, delivery, zhou, wu, run_jobs):
    client.force_login(zhou)
    address = reverse("reports:delivery_download", args=[delivery.pk, "pdf"])
    assert client.get(address).status_code == 404
    assert "正式文件正在生成" in client.get(reverse("reports:delivery_detail", args=[delivery.pk])).content.decode()
    jobs.start(drafting.REFRESH, "文件", by=wu, params={"report": delivery.report_id, "recompose": False})
    run_jobs()
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert ActivityEntry.objects.filter(verb="reports.delivery_download", actor=zhou).count() == 1
    assert client.get(reverse("reports:delivery_download", args=[delivery.pk, "exe"])).status_code == 404


def test_the_list_is_filtered(client, delivery, zhou):
    client.force_login(zhou)
    address = reverse("reports:delivery_list")
    for query, found in (("state=waiting", True), ("state=received", False), ("q=提醒函", True), ("q=云督函", True), ("q=别的", False)):
        assert (delivery.report.title in client.get(f"{address}?{query}").content.decode()) is found, query


def test_a_notice_to_all_reaches_the_scope_and_its_receipt_signs_the_request(campaign, assignment, town, zhou, zhao, write, issue):
    request = SubmissionRequest.objects.create(campaign=campaign, due_on=campaign.starts_on, includes_on_site=True)
    submission = Submission.objects.create(
        assignment=assignment,
        campaign=campaign,
        organization=town,
        organization_path=town.path,
        kind=request.kind,
        due_on=request.due_on,
        notified_at=factories.NOON,
        notified_by=zhao,
    )
    report = issue(write("announcement", contact="联系科室：督查室"))
    delivery = Delivery.objects.get(report=report)
    receive_delivery(delivery, by=zhou)
    submission.refresh_from_db()
    assert (submission.status, submission.received_by) == ("received", zhou)
    # And the other way round: who signs for the request has signed for the notice.
    Submission.objects.filter(pk=submission.pk).update(status="notified", received_at=None, received_by=None)
    Delivery.objects.filter(pk=delivery.pk).update(received_at=None, received_by=None)
    sign_receipt(submission, by=zhou)
    delivery.refresh_from_db()
    assert delivery.received_by == zhou


def test_a_rectification_notice_is_signed_for_once_all_its_tasks_are(campaign, concluded, town, zhao, zhou, write, issue):
    rows = [give_row(campaign, town, zhao, late=-20, issued_at=None) for _ in range(2)]
    delivery = Delivery.objects.get(report=issue(write("notice", town)))
    later = give_row(campaign, town, zhao, late=-20)
    receive_row(later, by=zhou)
    receive_row(rows[0], by=zhou)
    delivery.refresh_from_db()
    assert delivery.received_at is None
    receive_row(rows[1], by=zhou)
    delivery.refresh_from_db()
    assert delivery.received_by == zhou
    assert ActivityEntry.objects.filter(verb="reports.delivery_receive").count() == 1


def test_a_rectification_notice_issues_its_rows_and_the_receipt_signs_for_them(campaign, concluded, town, zhao, zhou, write, issue):
    row = give_row(campaign, town, zhao, late=-20, issued_at=None)
    report = issue(write("notice", town))
    row.refresh_from_db()
    assert row.issued_at is not None
    receive_delivery(Delivery.objects.get(report=report), by=zhou)
    row.refresh_from_db()
    assert (row.status, row.received_by) == ("in_progress", zhou)


def test_a_notice_over_rows_that_were_issued_already_issues_nothing_twice(campaign, concluded, town, zhao, zhou, write, issue):
    row = give_row(campaign, town, zhao, late=-20, issued_at=None)
    issue_rows([row], by=zhao)
    before = Rectification.objects.get(pk=row.pk).issued_at
    issue(write("notice", town))
    assert Rectification.objects.get(pk=row.pk).issued_at == before


def test_a_deadline_that_has_passed_stops_the_notice_in_words(campaign, concluded, town, zhao, write, issue):
    give_row(campaign, town, zhao, late=3, issued_at=None)
    report = write("notice", town)
    with pytest.raises(Refused, match="整改时限"):
        issue(report)
    assert not Delivery.objects.exists()


def test_what_is_sent_out_carries_no_internal_annex(late, town, write, issue):
    report = write("reminder", town)
    report.sections.create(kind="annex", heading="内部情况", is_internal=True, order=9)
    with pytest.raises(Refused, match="仅供内部使用"):
        issue(report)


def test_a_correction_is_delivered_again_with_its_matters(client, reminder, zhao, zhou, issue):
    corrected = issue(correct_report(reminder, by=zhao, reason="时限有误"))
    assert corrected.letter_items.count() == 1
    old, new = (Delivery.objects.get(report=report) for report in (reminder, corrected))
    client.force_login(zhou)
    page = client.get(reverse("reports:delivery_detail", args=[old.pk])).content.decode()
    assert f'本文件已由 <a href="{reverse("reports:delivery_detail", args=[new.pk])}">{corrected.number_text}</a> 更正' in page


# --- which letter is next ---------------------------------------------------------------------------------------------------


def test_the_next_step_follows_what_was_issued_and_is_never_taken_by_itself(campaign, late, town, write, issue):
    steps = [late_units(campaign)[0].next_name]
    draft = write("reminder", town)
    steps.append(late_units(campaign)[0].next_name)
    issue(draft)
    steps.append(late_units(campaign)[0].next_name)
    issue(write("supervision-order", town))
    steps.append(late_units(campaign)[0].next_name)
    issue(write("circular"))
    steps.append(late_units(campaign)[0].next_name)
    assert steps == ["提醒函", "提醒函", "督办单", "通报", "通报"]
    assert Report.objects.count() == 3


def test_a_row_shows_its_letters_to_the_office_and_to_who_received_them(late, reminder, zhao, zhou, qian):
    draft = [link.label for link in links_for_ledger([late], zhao)[late.pk]]
    assert draft == [f"提醒函 {reminder.number_text}", "起草整改通知书", "起草督办单"]
    assert [link.label for link in links_for_ledger([late], zhou)[late.pk]] == [f"提醒函 {reminder.number_text}"]
    assert links_for_ledger([late], qian) == {}


def test_a_letter_that_is_being_drafted_is_not_offered_again(late, town, zhao, write, issue):
    write("reminder", town)
    assert [link.label for link in links_for_ledger([late], zhao)[late.pk]] == ["提醒函（拟稿）", "起草整改通知书"]


def test_once_the_notice_is_issued_the_row_shows_it_in_place_of_the_offer(campaign, concluded, town, zhao, write, issue):
    row = give_row(campaign, town, zhao, late=-20, issued_at=None)
    notice = issue(write("notice", town))
    row.refresh_from_db()
    assert [link.label for link in links_for_ledger([row], zhao)[row.pk]] == [f"整改通知书 {notice.number_text}"]


def test_feedback_reaches_the_liaison_the_same_way(campaign, concluded, town, zhou, write, issue):
    report = issue(write("feedback", town))
    assert Delivery.objects.addressed_to(zhou).get().report == report


def test_an_assignment_leads_its_liaison_to_what_was_sent(concluded, reminder, zhou, zhao):
    assert [link.label for link in links_for_assignment(concluded[0], zhou)] == [f"提醒函 {reminder.number_text}"]
    assert links_for_assignment(concluded[0], zhao) == []


def test_a_page_of_rows_asks_as_often_as_one_row(campaign, late, reminder, town, zhao, django_assert_num_queries):
    rows = [late, *(give_row(campaign, town, zhao) for _ in range(5))]
    rows = list(Rectification.objects.filter(pk__in=[row.pk for row in rows]).select_related("campaign__organizer"))
    zhao.current_appointments  # noqa: B018 -- read once per request
    with django_assert_num_queries(4):
        links_for_ledger(rows, zhao)


# --- drafting from the page -------------------------------------------------------------------------------------------------


def test_the_page_drafts_a_letter_for_each_unit(client, campaign, late, bureau, zhao, run_jobs):
    other = give_row(campaign, bureau, zhao)
    client.force_login(zhao)
    address = reverse("reports:letter_create", args=[campaign.code])
    page = client.get(f"{address}?kind=supervision_order&row={late.pk}").content.decode()
    assert f'value="{late.pk}" checked' in page
    template = factories.report_template("reminder")
    data = {"template": template.pk, "signed_on": "2026-11-20", "rows": [str(late.pk), str(other.pk)]}
    client.post(address, data)
    (job,) = run_jobs()
    assert job.status == "done", job.error
    assert {report.organization for report in Report.objects.all()} == {late.organization, bureau}
    assert job.result["url"].endswith("template=reminder")


def test_a_circular_is_one_for_all(client, campaign, late, bureau, zhao, run_jobs, issue):
    other = give_row(campaign, bureau, zhao)
    client.force_login(zhao)
    data = {"template": factories.report_template("circular").pk, "signed_on": "2026-11-20", "rows": [str(late.pk), str(other.pk)]}
    client.post(reverse("reports:letter_create", args=[campaign.code]), data)
    run_jobs()
    report = Report.objects.get()
    assert report.letter_items.count() == 2
    issue(report)
    assert Delivery.objects.count() == 2


def test_ticking_nothing_is_said_at_the_place(client, campaign, late, zhao):
    client.force_login(zhao)
    data = {"template": factories.report_template("reminder").pk, "signed_on": "2026-11-20"}
    page = client.post(reverse("reports:letter_create", args=[campaign.code]), data)
    assert "请至少勾选一项逾期事项。" in page.content.decode()


def test_without_anything_late_the_page_says_so(client, campaign, concluded, zhao):
    client.force_login(zhao)
    assert "没有逾期的整改事项" in client.get(reverse("reports:letter_create", args=[campaign.code])).content.decode()


def test_whoever_left_the_office_drafts_no_letters(client, campaign, late, zhao, run_jobs):
    client.force_login(zhao)
    data = {"template": factories.report_template("reminder").pk, "signed_on": "2026-11-20", "rows": [str(late.pk)]}
    client.post(reverse("reports:letter_create", args=[campaign.code]), data)
    zhao.appointments.all().delete()
    (job,) = run_jobs()
    assert job.status == "failed"
    assert "权限" in job.error
    assert not Report.objects.exists()
