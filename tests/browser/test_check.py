"""The pre-issue check in a real browser, beside the text and on its own page; an old report taken in and laid beside a new one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from reports.actions import compose_report
from reports.actions.editing import add_paragraphs
from reports.models import ArchivedReport, Waiver
from tests import factories
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def report(transactional_db, campaign, town, team, qian, zhao):
    template = factories.report_template("four-part")
    row = factories.make_assignment(campaign, town, team, status="concluded", summary="较好")
    factories.make_result(row, "T1-1", qian, conformity="conforming")
    factories.make_finding(row, qian)
    return compose_report(campaign, template, by=zhao)


@pytest.fixture
def paragraph(report, zhao):
    return add_paragraphs(report, by=zhao, section=report.sections.all()[1].pk, texts=["各高度重视学习,重温誓词。"])[0]


def _at(page, path):
    page.goto(f"{page.url.split('/reports/')[0]}{path}")
    return page


def test_beside_the_text_a_place_is_found_put_right_and_what_was_typed_is_kept(visit, report, paragraph, zhao):
    page = _at(visit(zhao), f"/reports/{report.pk}/edit/")
    page.get_by_role("tab", name="体检").click()
    panel = page.locator("#check-panel")
    message = panel.locator("li", has_text="半角标点")
    message.locator("a[data-check-uid]").click()
    field = page.locator(f"#p-{paragraph.uid} [data-field=text]")
    expect(field).to_be_focused()
    page.keyboard.press("Control+End")
    field.evaluate("field => getSelection().collapse(field.firstChild, field.firstChild.length)")
    page.keyboard.type("补一句。")
    expect(page.locator("#ed-state")).to_contain_text("已保存 ")
    message.get_by_role("button", name="一键修正").click()
    expect(page.locator(f"#p-{paragraph.uid} [data-field=text]")).to_have_text("各高度重视学习，重温誓词。补一句。")
    expect(panel).to_be_visible()
    expect(panel.get_by_text("半角标点")).to_have_count(0)
    paragraph.refresh_from_db()
    assert paragraph.text == "各高度重视学习，重温誓词。补一句。"


def test_the_check_runs_along_while_somebody_types(visit, report, paragraph, zhao):
    page = _at(visit(zhao), f"/reports/{report.pk}/edit/")
    page.get_by_role("tab", name="体检").click()
    panel = page.locator("#check-panel")
    expect(panel).to_contain_text("疑似漏字")
    field = page.locator(f"#p-{paragraph.uid} [data-field=text]")
    field.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("各单位重视学习，观看影片**人次。")
    expect(panel).to_contain_text("“**”", timeout=10_000)
    expect(panel).not_to_contain_text("疑似漏字")
    expect(field).to_be_focused()


def test_on_its_own_page_a_message_is_let_pass_with_a_reason_and_taken_back(visit, report, paragraph, zhao):
    page = _at(visit(zhao, PHONE), f"/reports/{report.pk}/check/")
    message = page.locator("#check-panel li", has_text="后面缺少单位")
    message.locator("summary", has_text="放行").click()
    message.get_by_label("理由").fill("引用原文")
    message.get_by_role("button", name="确定放行").click()
    expect(page.get_by_text("已放行，理由已保存。")).to_be_visible()
    assert Waiver.objects.get().reason == "引用原文"
    page.locator(".check-waived summary").click()
    page.get_by_role("button", name="撤回放行").click()
    expect(page.get_by_text("已撤回放行。")).to_be_visible()
    assert not Waiver.objects.exists()


def test_an_old_report_is_taken_in_and_laid_beside_this_years(visit, report, zhao):
    page = _at(visit(zhao), "/reports/archive/")
    page.get_by_role("link", name="收录报告").click()
    text = "##paidbegin##2024年督查报告\n一、基本情况\n各单位学习记录缺少研讨发言材料。\n区委督查室\n2024年6月5日\n"
    page.get_by_label("文件").set_input_files({"name": "旧.txt", "mimeType": "text/plain", "buffer": text.encode("gb18030")})
    page.get_by_role("button", name="收录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2024年督查报告")
    expect(page.locator(".archive-unread")).to_contain_text("##paidbegin##")
    page.get_by_label("与哪份报告对比").select_option(label=report.title)
    page.get_by_role("button", name="对比").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("与历史报告对比")
    assert ArchivedReport.objects.get().issuer == "区委督查室"
