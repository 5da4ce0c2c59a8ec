"""The liaison's way in a real browser, on a phone and on a desk: receive, upload, check the numbers, hand in; then the office."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from inspections.actions import submission_requests as requests
from inspections.models import Submission
from tests.browser.conftest import DESKTOP, PHONE
from tests.inspections.submissions.conftest import REPORT, liaison, submission, terms, word, written  # noqa: F401 -- fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits(page):
    """Nothing sticks out to the right."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_from_the_notice_to_the_office(visit, submission, liaison, zhao, tmp_path, size):  # noqa: F811
    path = tmp_path / "书面汇报.docx"
    path.write_bytes(word(*REPORT))
    page = visit(liaison, size, bears=("422",))
    page.get_by_role("link", name="书面汇报").first.click()
    expect(page.get_by_role("heading", name="书面汇报", exact=True)).to_be_visible()
    fits(page)
    page.get_by_role("button", name="签收通知").click()
    expect(page.get_by_text("已签收。请上传写好的材料")).to_be_visible()

    bad = tmp_path / "改名.docx"
    bad.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    page.locator("input[type=file]").set_input_files(bad)
    expect(page.get_by_text("只改扩展名不会变成")).to_be_visible()
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("已读取“书面汇报.docx”")).to_be_visible()
    fits(page)

    metric = page.locator(".metric", has_text="专题研究会议次数")
    expect(metric.get_by_text("全年召开专题研究会议3次")).to_be_visible()
    metric.get_by_role("textbox", name="专题研究会议次数", exact=True).fill("三")
    metric.get_by_role("button", name="确认").click()
    expect(metric.get_by_text("请填数字")).to_be_visible()
    metric.get_by_role("textbox", name="专题研究会议次数", exact=True).fill("3")
    metric.get_by_role("button", name="确认").click()
    expect(metric.get_by_text("已核对：3次")).to_be_visible()
    expect(page.locator("#metric-count")).to_have_text("已核对 1 / 1")

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="提交材料").click()
    expect(page.get_by_text("已提交，请等待审阅")).to_be_visible()
    fits(page)

    office = visit(zhao, size)
    office.goto(office.url.split("/reports/")[0] + reverse("inspections:submission_detail", args=[submission.pk]))
    expect(office.get_by_text("档案目录没有按月核对。").first).to_be_visible()
    fits(office)
    office.get_by_role("link", name="转为督查发现").first.click()
    office.get_by_label("主题和检查项").select_option(label="学习记录是否齐全")
    office.get_by_role("button", name="保存为发现").click()
    expect(office.get_by_text("已转为督查发现。")).to_be_visible()
    office.get_by_label("总体评价").fill("材料齐全，总体较好")
    office.get_by_role("button", name="采用").click()
    expect(office.get_by_text("已采用，材料计入本次督查。")).to_be_visible()
    assert Submission.objects.get().assignment.status == "concluded"


def test_the_office_asks_and_reminds(visit, campaign, written, liaison, zhao, terms):  # noqa: F811
    requests.save_request(campaign, terms, by=zhao, base_revision=0)
    page = visit(zhao, DESKTOP)
    page.goto(page.url.split("/reports/")[0] + reverse("inspections:submission_list", args=[campaign.code]))
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="发出通知（1）").click()
    expect(page.get_by_text("已向 1 个单位发出督查通知。")).to_be_visible()
    # The script that ticks all is there once the page has loaded; on a busy machine that is after its first words.
    page.wait_for_load_state()
    page.get_by_label("本页全选").check()
    page.get_by_label("批量办理").select_option("remind")
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_text("办成 1 项")).to_be_visible()
    fits(page)
