"""Screens of signing: who may open and do what, what they say, and how many queries they need."""

from __future__ import annotations

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from reports.actions.signing import issue_report, send_back, submit_report
from reports.models import NumberSeries, Paragraph, Report, SignOff
from reports.renditions import make_rendition
from reports.signing import seen
from tests import factories


def address(name, *arguments):
    return reverse(f"reports:{name}", args=arguments)


@pytest.fixture
def issued(to_issue, wu):
    return issue_report(to_issue, by=wu, saw=seen(to_issue.report))


def screens(report, series, step):
    return {
        "signoff_detail": ("get", [report.pk]),
        "signoff_submit": ("get", [report.pk]),
        "signoff_withdraw": ("post", [report.pk]),
        "signoff_pass": ("post", [report.pk, step.pk]),
        "signoff_send_back": ("post", [report.pk, step.pk]),
        "signoff_issue": ("post", [report.pk, step.pk]),
        "report_layout": ("get", [report.pk]),
        "report_correct": ("get", [report.pk]),
        "series_detail": ("get", [series.pk]),
        "series_retire": ("post", [series.pk]),
    }


NAMES = list(screens(Report(pk=1), NumberSeries(pk=1), SignOff(pk=1)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["zheng", "zhou", "qian", "wang", "feng"])
def test_strangers_find_nothing(request, client, submitted, series, name, who):
    client.force_login(request.getfixturevalue(who))
    method, arguments = screens(submitted.report, series, submitted)[name]
    assert getattr(client, method)(address(name, *arguments)).status_code == 404
    submitted.refresh_from_db()
    assert (submitted.status, submitted.report.status) == ("waiting", "in_review")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("signoff_detail", "series_detail")])
def test_a_leader_whose_turn_it_is_not_reads_but_does_not_write(client, submitted, series, wu, name):
    client.force_login(wu)
    method, arguments = screens(submitted.report, series, submitted)[name]
    assert getattr(client, method)(address(name, *arguments)).status_code == 403
    for open_name in ("signoff_detail", "series_detail"):
        assert client.get(address(open_name, *screens(submitted.report, series, submitted)[open_name][1])).status_code == 200


@pytest.mark.parametrize("who", ["zhou", "qian", "wang", "feng"])
def test_the_list_of_series_is_for_those_with_a_scope(request, client, series, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(address("series_list")).status_code == 403
    assert client.get(address("series_create")).status_code == 403


def test_a_leader_sees_series_but_opens_none(client, series, wu, zheng):
    client.force_login(wu)
    page = client.get(address("series_list")).content.decode()
    assert "云督报" in page
    assert "新增字号系列" not in page
    assert client.get(address("series_create")).status_code == 403
    client.force_login(zheng)
    assert "云督报" not in client.get(address("series_list")).content.decode()


def test_from_submission_to_issue_in_the_browser(client, report, zhao, he, wu, run_jobs):
    client.force_login(zhao)
    page = client.get(address("signoff_submit", report.pk)).content.decode()
    assert "何副主任" in page
    assert "赵办（" not in page
    answer = client.post(address("signoff_submit", report.pk), {"reviewer_1": he.pk, "issuer": wu.pk, "opinion": "请审。"}, follow=True)
    assert "已送何副主任核稿" in answer.content.decode()
    for who, name, told in ((he, "signoff_pass", "转入下一环节"), (wu, "signoff_issue", "云督报〔")):
        client.force_login(who)
        assert "待" in client.get(reverse("reports:home")).content.decode()
        page = client.get(address("signoff_detail", report.pk))
        step, saw = page.context["mine"], page.context["form"].initial["saw"]
        assert step.assignee == who
        answer = client.post(address(name, report.pk, step.pk), {"saw": saw, "opinion": "同意。"}, follow=True)
        assert told in answer.content.decode()
    (job,) = run_jobs()
    assert job.status == "done", job.error
    report.refresh_from_db()
    page = client.get(address("report_detail", report.pk)).content.decode()
    assert report.number_text in page
    assert "下载 PDF" in page
    client.force_login(zhao)
    page = client.get(address("report_detail", report.pk)).content.decode()
    for gone in ("编辑文稿", "按最新数据更新文稿", "修改标题与落款", "版头与版记", "删除草稿", "送核稿"):
        assert gone not in page
    assert "起草更正报告" in page


def test_a_stale_page_is_told_what_to_do(client, submitted, he):
    client.force_login(he)
    saw = client.get(address("signoff_detail", submitted.report.pk)).context["form"].initial["saw"]
    row = Paragraph.objects.filter(section__report=submitted.report).first()
    Paragraph.objects.filter(pk=row.pk).update(text="刚刚改过。")
    answer = client.post(address("signoff_pass", submitted.report.pk, submitted.pk), {"saw": saw}, follow=True)
    assert "又有改动" in answer.content.decode()


def test_changes_after_review_stand_on_the_page_of_the_issuer(client, to_issue, wu):
    row = Paragraph.objects.filter(section__report=to_issue.report).first()
    Paragraph.objects.filter(pk=row.pk).update(text=row.text.replace("认真", "较好"))
    client.force_login(wu)
    page = client.get(address("signoff_detail", to_issue.report.pk)).content.decode()
    assert "<del>认真</del><ins>较好</ins>" in page
    assert "1 处改动" in page


def test_obstacles_disable_the_issue_and_say_why(client, to_issue, wu):
    Report.objects.filter(pk=to_issue.report.pk).update(number_series=None)
    client.force_login(wu)
    page = client.get(address("signoff_detail", to_issue.report.pk))
    assert "还没有选定发文字号系列" in page.content.decode()
    assert "disabled" in page.content.decode()
    saw = page.context["form"].initial["saw"]
    answer = client.post(address("signoff_issue", to_issue.report.pk, to_issue.pk), {"saw": saw}, follow=True)
    assert "暂时不能签发" in answer.content.decode()


def test_sending_back_needs_a_reason_and_waits_for_the_drafter(client, submitted, he, zhao):
    client.force_login(he)
    send = address("signoff_send_back", submitted.report.pk, submitted.pk)
    assert "请写明退回的理由" in client.post(send, {"opinion": ""}, follow=True).content.decode()
    assert "已退回" in client.post(send, {"opinion": "数据请再核。"}, follow=True).content.decode()
    client.force_login(zhao)
    home = client.get(reverse("reports:home")).content.decode()
    assert "何副主任退回：数据请再核。" in home


def test_home_tells_only_those_whose_turn_it_is(client, submitted, he, wu):
    client.force_login(he)
    assert "待核稿" in client.get(reverse("reports:home")).content.decode()
    client.force_login(wu)
    assert "待签发" not in client.get(reverse("reports:home")).content.decode()


@pytest.mark.parametrize("rounds", [1, 4])
def test_the_page_of_signing_needs_the_same_queries_for_any_number_of_rounds(
    client, report, zhao, he, wu, rounds, django_assert_max_num_queries
):
    for _ in range(rounds - 1):
        send_back(submit_report(report, by=zhao, reviewers=[he], issuer=wu), by=he, reason="再改。")
    submit_report(report, by=zhao, reviewers=[he], issuer=wu)
    client.force_login(he)
    with django_assert_max_num_queries(24):
        assert client.get(address("signoff_detail", report.pk)).status_code == 200


@pytest.mark.parametrize("count", [1, 5])
def test_home_needs_the_same_queries_for_any_number_of_steps(
    client, campaign, report, zhao, he, wu, series, count, django_assert_num_queries
):
    from tests.reports.signing.conftest import make_report

    for each in [report, *(make_report(campaign, zhao, series) for _ in range(count - 1))]:
        submit_report(each, by=zhao, reviewers=[he], issuer=wu)
    with django_assert_num_queries(2):
        assert len(list(SignOff.objects.waiting_for(he))) == count


# --- head and imprint -------------------------------------------------------------------------------------------------------


def test_head_and_imprint_are_set_in_a_form_and_seen_on_the_sheet(client, report, zhao, series):
    client.force_login(zhao)
    values = {
        "number_series": series.pk,
        "head": "on",
        "issuers": "云岭区委督查室\n云岭区委宣传部",
        "suffix": "on",
        "secrecy": "秘密★1年",
        "urgency": "加急",
        "copy_number": "000003",
        "imprint": "on",
        "copy_to": "区政府办公室\n区人大常委会办公室",
        "printer": "云岭区委办公室",
        "printed_on": "2026-12-01",
    }
    assert client.post(address("report_layout", report.pk), values).status_code == 302
    page = client.get(address("report_detail", report.pk)).content.decode()
    for text in ("云岭区委督查室", "云督报〔", "秘密★1年", "加急", "000003", "区政府办公室，区人大常委会办公室。", "2026年12月1日印发"):
        assert text in page
    form = client.get(address("report_layout", report.pk)).context["form"]
    assert form.initial["issuers"] == "云岭区委督查室\n云岭区委宣传部"
    bad = client.post(address("report_layout", report.pk), {**values, "copy_number": "12"}).content.decode()
    assert "份号是六位数字" in bad


def test_the_layout_of_an_issued_report_is_closed(client, issued, zhao):
    client.force_login(zhao)
    assert client.get(address("report_layout", issued.pk)).status_code == 404


# --- numbers ----------------------------------------------------------------------------------------------------------------


def test_series_are_opened_retired_and_taken_up_again(client, zhao, district, issued):
    client.force_login(zhao)
    made = client.post(address("series_create"), {"organization": district.pk, "prefix": "云督通", "last": "12"}, follow=True)
    assert "已新增字号系列" in made.content.decode()
    series = NumberSeries.objects.get(prefix="云督通")
    assert series.counters.get().last == 12
    for prefix, told in (("云督通", "已有字号系列"), ("YD〔2026〕", "只用汉字")):
        again = client.post(address("series_create"), {"organization": district.pk, "prefix": prefix, "last": ""})
        assert told in html.unescape(again.content.decode())
    client.post(address("series_retire", series.pk))
    series.refresh_from_db()
    assert series.is_retired
    assert series not in NumberSeries.objects.usable_for(district)
    client.post(address("series_retire", series.pk), {"resume": "1"})
    series.refresh_from_db()
    assert not series.is_retired
    register = client.get(address("series_detail", issued.number_series_id)).content.decode()
    assert issued.number_text in register


def test_another_districts_office_keeps_no_series_here(client, zheng, district):
    client.force_login(zheng)
    client.post(address("series_create"), {"organization": district.pk, "prefix": "云督通", "last": ""})
    assert not NumberSeries.objects.filter(prefix="云督通").exists()


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_of_series_needs_the_same_queries_for_any_length(client, zhao, district, count, django_assert_max_num_queries):
    for place in range(count):
        NumberSeries.objects.create(organization=district, prefix=f"云督{'甲乙丙丁戊己'[place]}")
    client.force_login(zhao)
    with django_assert_max_num_queries(11):
        assert client.get(address("series_list")).status_code == 200


# --- correction and verification --------------------------------------------------------------------------------------------


def test_a_correction_begins_in_the_browser(client, issued, zhao):
    client.force_login(zhao)
    assert client.get(address("report_correct", issued.pk)).status_code == 200
    page = client.post(address("report_correct", issued.pk), {"reason": "数据有误"}, follow=True).content.decode()
    assert "本报告更正" in page
    assert issued.number_text in page
    assert "更正报告" in client.get(address("report_detail", issued.pk)).content.decode()


def ask(client, content, name="文件.pdf"):
    return client.post(address("rendition_verify"), {"file": SimpleUploadedFile(name, content)}).content.decode()


def test_a_file_is_the_issued_one_or_not(client, to_issue, wu, zhou, zhao):
    draft = make_rendition(to_issue.report, "pdf", by=zhao)
    with draft.file.open("rb") as file:
        draft_content = file.read()
    report = issue_report(to_issue, by=wu, saw=seen(to_issue.report))
    rendition = make_rendition(report, "pdf", by=wu)
    with rendition.file.open("rb") as file:
        content = file.read()
    # Whoever holds the file may ask, also a liaison who does not read reports.
    client.force_login(zhou)
    page = ask(client, content)
    assert "是签发的文件" in page
    assert "不是签发的文件" not in page
    assert report.number_text in page
    assert address("report_detail", report.pk) not in page
    changed = bytearray(content)
    changed[len(changed) // 2] ^= 1
    page = ask(client, bytes(changed))
    assert "不是签发的文件" in page
    assert report.title not in page
    page = ask(client, draft_content)
    assert "不是签发的文件" in page
    assert report.title not in page
    client.force_login(zhao)
    assert "草稿文件" in ask(client, draft_content)
    assert address("report_detail", report.pk) in ask(client, content)


def test_verification_asks_for_a_file_and_for_an_account(client, zhou):
    assert client.get(address("rendition_verify")).status_code == 302
    client.force_login(zhou)
    assert client.get(address("rendition_verify")).status_code == 200
    assert client.post(address("rendition_verify")).status_code == 200


def test_dissolved_people_do_not_wait(client, submitted, he, district):
    """Whoever has lost the appointment does not see the report any more; the office takes it back."""
    he.appointments.all().delete()
    client.force_login(he)
    assert client.get(address("signoff_detail", submitted.report.pk)).status_code == 404
    assert not SignOff.objects.waiting_for(factories.make_user("新人", role="office", at=district)).exists()
