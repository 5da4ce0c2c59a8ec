"""The main job in a real browser: an inspector notes a finding on a phone, the office composes the report and downloads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from inspections.models import CheckResult, Finding
from reports.models import Report
from tests import factories
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def prepared(transactional_db, assignment):
    """A running campaign with one organization, a library of one wording, and the shipped report templates."""
    factories.report_template("four-part")
    factories.make_standard()
    return assignment


def test_an_inspector_notes_a_finding_and_the_office_composes_and_downloads_the_report(prepared, visit, qian, zhao):
    # On the phone: from the home page to the organization, answer what is asked.
    page = visit(qian, PHONE)
    page.get_by_text("青石镇党委").first.click()
    expect(page.get_by_role("heading", name="青石镇党委")).to_be_visible()
    for question in ("是否制定年度工作计划", "学习记录是否齐全"):
        item = page.locator("article.item", has_text=question)
        item.get_by_text("符合", exact=True).click()
        expect(item.locator(".save-state")).to_contain_text("已保存")
    number = page.locator("article.item", has_text="专题研究会议次数")
    number.locator("[name=number]").fill("6")
    number.locator("[name=number]").blur()
    expect(number.locator(".save-state")).to_contain_text("已保存")
    assert CheckResult.objects.filter(assignment=prepared).count() == 3

    # Two taps for a finding from the library; tapping twice makes one.
    page.locator("article.item", has_text="学习记录是否齐全").get_by_role("button", name="记发现").click()
    wording = page.locator(".standard-button", has_text="学习记录要素不全")
    wording.click()
    expect(page.get_by_text("已记 1 条")).to_be_visible()
    assert Finding.objects.get().text == "学习记录要素不全，缺少研讨发言材料"

    # Conclude; the page asks first.
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("Escape")
    page.locator("#summary").fill("总体较好，学习记录需要规范。")
    page.get_by_role("button", name="办结本单位督查").click()
    expect(page.get_by_text("已办结").first).to_be_visible()

    # At the office: compose from the campaign's page, watch the job, read the report, take the file home.
    page = visit(zhao)
    page.goto(f"{page.url.split('/reports/')[0]}/inspections/campaigns/{prepared.campaign.code}/")
    page.get_by_role("link", name="起草督查报告").click()
    page.get_by_role("button", name="开始起草").click()
    # The job's page leads on by itself when there is nothing to read on it.
    expect(page.get_by_text("二、存在问题")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("召开专题研究会议6次")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    path = Path(download.value.path())
    assert path.read_bytes().startswith(b"%PDF")
    assert download.value.suggested_filename == f"{Report.objects.get().title}.pdf"
