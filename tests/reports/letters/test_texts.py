"""What notices and letters say, from what is planned and what is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from inspections.models import Rectification, SubmissionRequest
from jobs.errors import Refused
from reports.actions import draft_report, recompose_report
from reports.assembly import document_of, document_of_draft, draft_of
from reports.checkup import check_report
from reports.rendering.document import Paragraph, Table
from tests import factories
from tests.reports.letters.rows import give_row
from tests.reports.samples import text_of
from units.models import ActivityEntry

TODAY = timezone.localdate


def said(report) -> str:
    return text_of(draft_of(report))


# --- the notice of a campaign -----------------------------------------------------------------------------------------------


@pytest.fixture
def planned(campaign, town, bureau, team):
    """One organization is visited on a day, one reports in writing."""
    factories.make_assignment(campaign, town, team, visit_on=date(2026, 11, 10))
    factories.make_assignment(campaign, bureau, team, method="written", activities=[])
    SubmissionRequest.objects.create(campaign=campaign, kind="written_report", due_on=date(2026, 11, 6))
    return campaign


def test_a_notice_tells_when_whom_what_how_and_what_to_prepare(planned, write):
    report = write("announcement", contact="联系科室：督查室")
    text = said(report)
    for words in (
        "根据区委工作安排，区委督查联席会议办公室将对2个党组织落实意识形态工作责任制情况进行督查。",
        "督查时间为2026年11月9日至13日，各单位的具体日期见附件。有关数据统一截至10月31日。",
        "本次督查的对象共2个党组织，包括镇街党（工）委1个和事业单位党组织1个。",
        "（二）理论学习。主要督查学习记录是否齐全，学习特色做法。",
        "（一）实地督查。对1个单位通过听取汇报和查阅资料等方式进行。",
        "共组成1个督查组，参加人员2名。",
        "接受书面督查的单位对照督查内容形成书面汇报，请于2026年11月6日前报送区委督查联席会议办公室。",
        "联系科室：督查室。",
        "特此通知。",
    ):
        assert words in text, words
    document = document_of(report)
    assert document.addressee == "各有关党组织"
    assert document.title == "关于开展2026年下半年落实意识形态工作责任制情况督查的通知"
    (schedule,) = document.annexes[0].blocks
    assert isinstance(schedule, Table)
    assert schedule.rows[0] == ("1", "第一督查组", "青石镇党委", "镇街", "实地督查", "11月10日")
    assert schedule.rows[1][4:] == ("书面督查", "—")


def test_a_notice_to_one_unit_has_its_own_lines(planned, write, town, bureau):
    visited, written = said(write("announcement-unit", town)), said(write("announcement-unit", bureau))
    assert "第一督查组定于2026年11月10日到你党委开展实地督查。" in visited
    assert "对你党委采取实地督查的方式，通过听取汇报和查阅资料进行，由第一督查组负责。" in visited
    assert "书面汇报" not in visited
    assert "你党支部对照督查内容形成书面汇报，请于2026年11月6日前报送" in written
    assert "青石镇" not in written


def test_what_the_office_stresses_replaces_the_questions(planned, write):
    SubmissionRequest.objects.update(key_points="研究部署情况\n整改落实情况", preparation="本年度会议记录")
    text = said(write("announcement"))
    assert "（一）研究部署情况。" in text
    assert "（二）整改落实情况。" in text
    assert "主要督查" not in text
    assert "本年度会议记录。" in text


def test_a_notice_can_be_drafted_before_anything_is_found_and_needs_a_scope(campaign, write):
    with pytest.raises(Refused, match="还没有确定督查对象"):
        write("announcement")


def test_a_notice_names_a_unit_in_the_scope_only(planned, write, other_district):
    with pytest.raises(Refused, match="不在"):
        write("announcement-unit", other_district)


def test_a_missing_contact_is_a_gap_and_the_only_thing_the_check_finds(planned, write):
    SubmissionRequest.objects.all().delete()
    # Before the cut-off, which lies ahead here as it never may in a report.
    report = write("announcement", signed_on="2026-10-26")
    assert [message.text for message in check_report(report).open if "待补" not in message.text] == []
    assert "【待补：联系科室和办公电话】" in said(report)


# --- letters ----------------------------------------------------------------------------------------------------------------


def test_a_reminder_says_what_is_late_how_long_and_until_when_now(late, town, write, zhao):
    closed = give_row(late.campaign, town, zhao, late=40, status="closed", closed_by=zhao, closed_at=timezone.now())
    report = write("reminder", town)
    text = said(report)
    today = TODAY()
    assert f"向你党委交办整改事项2项。截至{today.year}年{today.month}月{today.day}日，仍有1项逾期未完成。" in text
    assert "已逾期15日，目前状态为待整改，责任人为党委副书记。" in text
    due = today + timedelta(days=7)
    assert f"请你党委于{due.year}年{due.month}月{due.day}日前完成整改并报请核验" in text
    assert "特此函告。" in text
    assert [str(item.rectification_id) for item in report.letter_items.all()] == [str(late.pk)]
    assert str(closed.pk) not in str([paragraph.sources for section in report.sections.all() for paragraph in section.paragraphs.all()])
    assert [message.text for message in check_report(report).open] == []


def test_nothing_late_means_no_letter(campaign, concluded, town, write):
    with pytest.raises(Refused, match="没有逾期的整改事项"):
        write("reminder", town)


def test_an_order_names_the_reminder_before_it(late, town, write, issue):
    issue(write("reminder", town))
    report = write("supervision-order", town)
    assert "此前已印发" in said(report)
    assert "提醒函（云督函〔" in said(report)
    table = next(block for block in document_of(report).blocks if isinstance(block, Table))
    assert table.columns == ("序号", "整改事项", "整改要求", "责任人", "整改时限", "逾期天数")
    assert table.rows[0][-1] == "15"


def test_a_circular_names_each_unit_with_what_it_is_late_with(late, bureau, write, zhao):
    give_row(late.campaign, late.organization, zhao, late=30, content="台账与记录不一致")
    give_row(late.campaign, bureau, zhao, late=5, content="学习计划没有更新")
    report = write("circular")
    text = said(report)
    assert "仍有2个单位的3项整改事项逾期未完成" in text
    assert "（一）青石镇党委。逾期2项，最长逾期30日。一是台账与记录不一致。二是学习记录缺少研讨发言材料。" in text
    assert "（二）区档案馆党支部。逾期1项，已逾期5日。学习计划没有更新。" in text
    assert [row[1] for row in document_of(report).annexes[0].blocks[0].rows] == ["青石镇党委", "青石镇党委", "区档案馆党支部"]


def test_a_letter_about_some_does_not_say_that_they_are_all(late, town, bureau, write, zhao):
    give_row(late.campaign, town, zhao, late=3)
    give_row(late.campaign, bureau, zhao, late=5)
    give_row(late.campaign, town, zhao, late=-5)
    give_row(late.campaign, town, zhao, late=5, status="submitted", submitted_on=TODAY() - timedelta(days=9), submitted_by=zhao)
    chosen = {"rectifications": [str(late.pk)]}
    reminder = said(write("reminder", town, **chosen))
    assert "仍有2项逾期未完成。现将其中1项的有关事项提醒如下：" in reminder
    order = said(write("supervision-order", town, **chosen))
    assert "仍有2项逾期未完成。现对其中1项予以督办，有关事项通知如下：" in order
    report = write("circular", **chosen)
    text = said(report)
    assert "仍有3项整改事项逾期未完成。现将其中1个单位1项的有关情况通报如下：" in text
    assert "正在整改或待核验2项；逾期未完成3项" in text
    assert [message.text for message in check_report(report).open if "待补" not in message.text] == []


def test_a_letter_is_offered_new_words_when_its_rows_moved_on(late, town, write, zhao):
    report = write("reminder", town)
    Rectification.objects.filter(pk=late.pk).update(status="in_progress")
    recompose_report(report, by=zhao, replace=False)
    offers = [paragraph for section in report.sections.all() for paragraph in section.paragraphs.all() if paragraph.offer]
    assert [paragraph.key for paragraph in offers] == [f"overdue.{late.pk}"]
    assert "整改中" in offers[0].offer["text"]


# --- documents from the ledger ----------------------------------------------------------------------------------------------


def test_a_rectification_notice_rests_on_the_ledger_where_there_is_one(campaign, concluded, town, write, zhao):
    assert "形成整改事项" not in said(write("notice", town))
    row = give_row(campaign, town, zhao, late=-20, content="台账与记录不一致", issued_at=None)
    report = write("notice", town)
    text = said(report)
    due = row.due_on
    assert "经研究，形成整改事项1项。" in text
    assert (
        f"（一）台账与记录不一致。整改要求：补齐研讨发言材料，统一学习记录样式，{due.year}年{due.month}月{due.day}日前完成。责任人：党委副书记。"
        in text
    )
    assert [message.text for message in check_report(report).open] == []


@pytest.mark.parametrize("key", ["problem-list", "task-list", "responsibility-list"])
def test_the_three_lists_number_the_rows_of_the_ledger(campaign, concluded, town, bureau, zhao, key):
    for organization, content in ((town, "甲问题"), (bureau, "乙问题"), (town, "丙问题")):
        give_row(campaign, organization, zhao, content=content)
    document = document_of_draft(draft_report(campaign, factories.report_template(key)))
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    shown = "\n".join("|".join(row) for row in table.rows)
    assert ("1．甲问题；3．丙问题" in shown) if key == "responsibility-list" else ("3|" in shown and "丙问题" in shown)
    assert not any(isinstance(block, Paragraph) and "待补" in block.text for block in document.blocks)


def test_drafting_leaves_one_entry_in_the_log(late, town, write):
    write("reminder", town)
    assert ActivityEntry.objects.filter(verb="reports.report_compose").count() == 1
