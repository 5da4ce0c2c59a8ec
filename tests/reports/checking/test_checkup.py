"""The check of stored reports: what the database knows, fixes as edits, waivers with reasons, rights, and the word list."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jobs.errors import InvalidTransition, Refused
from reports.actions import compose_report
from reports.actions.checks import add_watch_word, apply_fix, apply_mechanical_fixes, take_back_waiver, waive
from reports.checkup import blocking_messages, check_report
from reports.models import ParagraphEdit, Report, WatchWord
from tests import factories
from units.models import ActivityEntry


def open_codes(report) -> list[str]:
    return [message.code for message in check_report(Report.objects.get(pk=report.pk)).open]


def one(report, code):
    return next(message for message in check_report(report).open if message.code == code)


def test_a_freshly_composed_report_gives_no_message_but_gaps(report):
    assert set(open_codes(report)) <= {"mask"}
    for message in check_report(report).open:
        assert "待补" in message.text


def test_feedback_to_one_unit_gives_no_message_until_another_units_name_stands_in_it(campaign, concluded, town, zhao):
    report = compose_report(campaign, factories.report_template("feedback"), by=zhao, organization=town)
    assert set(open_codes(report)) <= {"mask"}
    paragraph = report.sections.first().paragraphs.first()
    paragraph.text += "区档案馆党支部也应照此办理。"
    paragraph.save()
    assert "name.foreign" in open_codes(report)


def test_names_of_another_district_are_foreign_and_own_ones_are_not(report, add, other_district):
    add("临川新区党工委和区委重视这项工作。")
    assert [message.quote for message in check_report(report).open if message.code == "name.foreign"] == ["临川新区党工委"]


def test_counts_are_compared_with_the_data(report, add):
    add("督查共发现问题7条，组成9个督查组。")
    found = [message.text for message in check_report(report).open if message.code == "figure.data"]
    assert len(found) == 2
    assert "是2，文中写的是7" in found[0]


def test_a_pending_offer_is_told(report):
    row = report.sections.all()[1].paragraphs.first()
    row.offer = {"text": "新稿"}
    row.save()
    assert "figure.pending" in open_codes(report)


def test_blocking_messages_are_those_that_stop_the_issue(report, add):
    before = len(blocking_messages(report))
    add("组织观看影片**人次,效果较好。")
    assert len(blocking_messages(report)) == before + 1


def test_a_fix_is_an_edit_like_any_other(report, add, zhao):
    row = add("参观纪念馆,重温誓词。")
    apply_fix(report, one(report, "mark.half").mark, by=zhao)
    row.refresh_from_db()
    assert row.text == "参观纪念馆，重温誓词。"
    assert ParagraphEdit.objects.filter(paragraph=row.uid, made_by=zhao).exists()
    assert "mark.half" not in open_codes(report)


def test_fixes_reach_the_title_a_heading_and_a_cell(report, zhao, district):
    add_watch_word(district, by=zhao, word="旧名", advice="新名")
    Report.objects.filter(pk=report.pk).update(title="关于旧名的报告")
    section = report.sections.all()[1]
    section.heading = "旧名情况"
    section.save()
    table = report.sections.filter(kind="annex").first().paragraphs.filter(kind="table").first()
    table.table["rows"][0][0] = "旧名"
    table.save()
    report.refresh_from_db()
    while found := [message for message in check_report(report).open if message.code == "word.own"]:
        apply_fix(report, found[0].mark, by=zhao)
        report.refresh_from_db()
    section.refresh_from_db()
    table.refresh_from_db()
    assert report.title == "关于新名的报告"
    assert section.heading == "新名情况"
    assert table.table["rows"][0][0] == "新名"


def test_all_mechanical_fixes_at_once_leave_the_rest_alone(report, add, zhao):
    row = add("各高度重视,截止目前开展”行动“。。2026.11.05开会，观看**人次。")
    assert apply_mechanical_fixes(report, by=zhao) == 1
    row.refresh_from_db()
    assert row.text == "各高度重视，截至目前开展“行动”。2026年11月5日开会，观看**人次。"
    assert {"mask", "prose.missing"} <= set(open_codes(report))


def test_a_fix_whose_text_has_changed_is_refused(report, add, zhao):
    row = add("参观纪念馆,重温誓词。")
    mark = one(report, "mark.half").mark
    type(row).objects.filter(pk=row.pk).update(text="另一句话。")
    with pytest.raises(InvalidTransition):
        apply_fix(report, mark, by=zhao)


def test_an_issued_report_is_neither_fixed_nor_waived(report, add, zhao, wu):
    add("参观纪念馆,重温誓词。")
    mark = one(report, "mark.half").mark
    Report.objects.filter(pk=report.pk).update(status="issued", frozen={}, issued_at=factories.NOON, issued_by=wu)
    for verb in (
        lambda: apply_fix(report, mark, by=zhao),
        lambda: waive(report, mark, "可以", by=zhao),
        lambda: apply_mechanical_fixes(report, by=zhao),
    ):
        with pytest.raises(InvalidTransition):
            verb()


def test_a_waiver_keeps_its_reason_and_holds_until_the_text_changes(report, add, zhao):
    row = add("各高度重视学习。")
    mark = one(report, "prose.missing").mark
    with pytest.raises(Refused):
        waive(report, mark, "  ", by=zhao)
    waive(report, mark, "引用原文", by=zhao)
    assert "prose.missing" not in open_codes(report)
    assert check_report(report).waived[0][1].reason == "引用原文"
    assert ActivityEntry.objects.filter(verb="reports.check_waive", actor=zhao).exists()
    row.text = "各切实重视学习。"
    row.save()
    assert "prose.missing" in open_codes(report)


def test_words_typed_beside_a_message_leave_it_the_same(report, add):
    row = add("参观纪念馆,重温誓词，观看影片**人次。")
    marks = {code: one(report, code).mark for code in ("mark.half",)}
    masks = [message.mark for message in check_report(report).open if "**" in message.text]
    row.text = row.text.replace("重温誓词", "重温入党誓词") + "补一句。"
    row.save()
    assert one(report, "mark.half").mark == marks["mark.half"]
    assert [message.mark for message in check_report(report).open if "**" in message.text] == masks


def test_a_waiver_can_be_taken_back(report, add, zhao):
    add("各高度重视学习。")
    mark = one(report, "prose.missing").mark
    waive(report, mark, "引用原文", by=zhao)
    take_back_waiver(report, mark, by=zhao)
    assert "prose.missing" in open_codes(report)
    with pytest.raises(InvalidTransition):
        take_back_waiver(report, mark, by=zhao)


def test_what_stops_the_issue_cannot_be_waived(report, add, zhao):
    add("观看影片**人次。")
    mark = next(message.mark for message in check_report(report).open if "**" in message.text)
    with pytest.raises(Refused):
        waive(report, mark, "可以", by=zhao)
    assert not report.waivers.exists()


def test_text_copied_from_last_periods_report_is_told(campaign, report, add, zhao, district):
    before = factories.make_campaign(district, zhao, half=1, status="finished", checklist=campaign.checklist)
    old = Report.objects.create(campaign=before, template=report.template, title="上半年督查报告", drafted_by=zhao)
    sentence = "各单位把学习安排列入年度计划，每季度开展一次集中交流，形成记录并归入台账备查。"
    old.sections.create(kind="overview", heading="情况").paragraphs.create(text=sentence)
    add(sentence)
    found = one(report, "prose.copied")
    assert "上半年督查报告" in found.text


def test_the_number_of_queries_does_not_grow_with_paragraphs_findings_or_units(
    report, add, concluded, qian, zhao, django_assert_max_num_queries
):
    report = Report.objects.select_related("campaign__organizer", "template", "organization").get(pk=report.pk)
    add("人工写的一段。")
    with django_assert_max_num_queries(20):
        check_report(report)
    for number in range(30):
        add(f"人工写的第{number}段,内容不同。")
        factories.make_finding(concluded[0], qian)
    with django_assert_max_num_queries(20):
        check_report(report)


# --- screens ----------------------------------------------------------------------------------------------------------------

WRITING = ["check_fix", "check_fix_all", "check_waive", "check_unwaive"]


@pytest.mark.parametrize("who", ["zheng", "zhou", "qian", "wang", "feng"])
def test_strangers_get_404(request, client, report, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("reports:check_panel", args=[report.pk])).status_code == 404
    for name in WRITING:
        assert client.post(reverse(f"reports:{name}", args=[report.pk])).status_code == 404


def test_a_leader_reads_the_check_and_changes_nothing(client, report, add, wu):
    row = add("参观纪念馆,重温誓词。")
    client.force_login(wu)
    page = client.get(reverse("reports:check_panel", args=[report.pk])).content.decode()
    assert "半角标点" in page
    assert "一键修正" not in page
    assert "确定放行" not in page
    for name in WRITING:
        assert client.post(reverse(f"reports:{name}", args=[report.pk]), {"mark": "x", "reason": "x"}).status_code == 403
    row.refresh_from_db()
    assert row.text == "参观纪念馆,重温誓词。"


def test_the_panel_alone_goes_to_htmx_and_a_fix_names_the_paragraph(client, report, add, zhao):
    row = add("参观纪念馆,重温誓词。")
    client.force_login(zhao)
    panel = client.get(reverse("reports:check_panel", args=[report.pk]), headers={"HX-Request": "true"})
    assert "<html" not in panel.content.decode()
    answer = client.post(
        reverse("reports:check_fix", args=[report.pk]), {"mark": one(report, "mark.half").mark}, headers={"HX-Request": "true"}
    )
    assert str(row.uid) in answer["HX-Trigger"]
    assert "已修正" in answer.content.decode()
    again = client.post(reverse("reports:check_fix", args=[report.pk]), {"mark": "gone"}, headers={"HX-Request": "true"})
    assert "已不存在" in again.content.decode()
    assert "HX-Trigger" not in again


def test_without_script_fix_and_waive_lead_back_to_the_page(client, report, add, zhao):
    add("各高度重视学习,截止目前开会2次。")
    client.force_login(zhao)
    page = client.post(reverse("reports:check_fix_all", args=[report.pk]), follow=True).content.decode()
    assert "已修正" in page
    mark = one(report, "prose.missing").mark
    page = client.post(reverse("reports:check_waive", args=[report.pk]), {"mark": mark, "reason": "引用原文"}, follow=True).content.decode()
    assert "引用原文" in page
    page = client.post(reverse("reports:check_unwaive", args=[report.pk]), {"mark": mark}, follow=True).content.decode()
    assert "已撤回放行" in page


def test_the_office_keeps_its_own_list(client, zhao, district, report, add):
    client.force_login(zhao)
    address = reverse("reports:watch_word_list")
    client.post(address, {"organization": district.pk, "word": "狠抓", "advice": "抓实"})
    row = WatchWord.objects.get()
    add("狠抓落实。")
    assert "word.own" in open_codes(report)
    again = client.post(address, {"organization": district.pk, "word": "狠抓"})
    assert again.status_code == 422
    assert "词表里已有这个词" in again.content.decode()
    same = client.post(reverse("reports:watch_word_update", args=[row.pk]), {"word": "狠抓", "advice": "狠抓"})
    assert same.status_code == 422
    client.post(reverse("reports:watch_word_update", args=[row.pk]), {"word": "狠抓", "advice": "", "blocks": "on"})
    assert any(message.code == "word.own" for message in blocking_messages(report))
    client.post(reverse("reports:watch_word_delete", args=[row.pk]))
    assert not WatchWord.objects.exists()
    assert "word.own" not in open_codes(report)


@pytest.mark.parametrize("who", ["wu", "zhou", "qian", "wang", "feng"])
def test_whoever_works_in_no_office_has_no_list(request, client, who, district):
    row = WatchWord.objects.create(organization=district, word="狠抓")
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("reports:watch_word_list")).status_code == 403
    assert client.post(reverse("reports:watch_word_delete", args=[row.pk])).status_code == 403


def test_another_offices_words_are_out_of_reach(client, zheng, district, other_district):
    row = WatchWord.objects.create(organization=district, word="狠抓")
    client.force_login(zheng)
    assert "狠抓" not in client.get(reverse("reports:watch_word_list")).content.decode()
    assert client.get(reverse("reports:watch_word_update", args=[row.pk])).status_code == 404
    assert client.post(reverse("reports:watch_word_delete", args=[row.pk])).status_code == 404
    assert client.post(reverse("reports:watch_word_list"), {"organization": district.pk, "word": "外来"}).status_code == 422
    assert WatchWord.objects.count() == 1


def test_another_districts_words_do_not_apply(report, add, district, zhao, other_district):
    WatchWord.objects.create(organization=other_district, word="狠抓")
    add("狠抓落实。")
    assert "word.own" not in open_codes(report)
