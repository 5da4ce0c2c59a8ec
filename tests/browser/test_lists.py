"""A long list at a desk and on a phone: chips, columns, a saved view, a file, a verb on several rows; in a real browser."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from inspections.models import Finding
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE
from units.models import SavedView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SERIOUS, GENERAL = "公众号密码张贴在办公桌上", "学习记录缺少签到"


@pytest.fixture
def noted(transactional_db, assignment, qian):
    """A serious finding and a general one."""
    factories.make_finding(assignment, qian, text=SERIOUS, severity="serious", cause="没有专人管理")
    factories.make_finding(assignment, qian, text=GENERAL)
    return assignment


def fits(page) -> bool:
    """Whether nothing sticks out at the side."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_conditions_columns_and_a_view(visit, noted, zhao, size):
    page = visit(zhao, size)
    site = page.url.split("/reports/")[0]
    page.goto(f"{site}{reverse('inspections:finding_list')}?severity=serious&kind=problem")
    expect(page.get_by_text(SERIOUS)).to_be_visible()
    expect(page.get_by_text(GENERAL)).to_have_count(0)
    page.get_by_role("link", name="类型：问题").click()
    expect(page).to_have_url(f"{site}{reverse('inspections:finding_list')}?severity=serious")
    page.locator("summary", has_text="列").click()
    page.get_by_label("原因", exact=True).check()
    assert fits(page)
    page.get_by_role("button", name="应用").click()
    expect(page.get_by_text("没有专人管理")).to_be_visible()
    page.locator("summary", has_text="常用视图").click()
    page.get_by_label("把当前条件存为视图").fill("严重问题")
    page.get_by_label("打开列表时默认使用").check()
    page.get_by_role("button", name="保存视图").click()
    expect(page.locator("summary", has_text="严重问题")).to_be_visible()
    page.goto(f"{site}{reverse('inspections:finding_list')}")
    expect(page.get_by_role("link", name="程度：严重")).to_be_visible()
    page.get_by_role("link", name="程度：严重").click()
    expect(page.get_by_text(GENERAL)).to_be_visible()
    page.locator("summary", has_text="导出").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 CSV").click()
    assert GENERAL in download.value.path().read_text(encoding="utf-8-sig")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="导出 CSV")).to_be_hidden()
    page.locator("summary", has_text="常用视图").click()
    page.get_by_role("link", name="管理视图").click()
    page.get_by_label("视图名称").fill("只看严重")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert fits(page)
    assert SavedView.objects.get().name == "只看严重"


def test_several_findings_are_taken_back_at_once(visit, noted, zhao):
    page = visit(zhao, PHONE)
    page.goto(page.url.split("/reports/")[0] + reverse("inspections:finding_list"))
    page.wait_for_load_state()
    page.get_by_label("本页全选").check()
    page.get_by_role("button", name="撤回选中的发现").click()
    page.get_by_label(f"撤回：{SERIOUS}").uncheck()
    page.get_by_label("原因").fill("重复记录")
    page.get_by_role("button", name="撤回", exact=True).click()
    expect(page.get_by_text("办成 1 项")).to_be_visible()
    assert fits(page)
    assert Finding.objects.standing().get().text == SERIOUS
