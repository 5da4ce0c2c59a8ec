"""The set-up of a campaign where only a browser can tell: rows in order, the live count, chips, and the split by hand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from inspections.models import Campaign
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill_in_facts(page):
    page.get_by_label("活动名称").fill("年末督查")
    page.get_by_label("督查内容", exact=False).first.fill("落实责任制情况")
    page.get_by_label("牵头机构").fill("区委办公室")
    page.get_by_label("批准文号").fill("督计〔2026〕9号")
    for name, day in (("starts_on", "2026-11-16"), ("ends_on", "2026-11-30"), ("cut_off_on", "2026-11-15")):
        page.locator(f"[name={name}]").fill(day)
    page.locator("[name=checklist]").select_option(index=1)
    page.locator("[name='basis-0-title']").fill("后引用的文件")
    page.get_by_role("button", name="增加一份文件").click()
    page.locator("[name='basis-1-title']").fill("先引用的文件")
    page.get_by_role("button", name="上移").nth(1).click()
    page.get_by_role("button", name="保存，下一步").click()


def choose_scope(page):
    preview = page.locator("#scope-preview")
    page.get_by_label(re.compile("镇街")).check()
    expect(preview.locator(".big-count")).to_have_text("1 个")
    page.get_by_label("单独加入：查找组织").press_sequentially("档案")
    page.get_by_role("button", name=re.compile("区档案馆党支部")).click()
    page.get_by_label("按上级组织及其下级：查找组织").press_sequentially("青石镇")
    page.locator(".found").get_by_role("button", name=re.compile("青石镇党委")).click()
    expect(preview.locator(".big-count")).to_have_text("3 个")
    preview.get_by_text("社区", exact=True).click()
    preview.get_by_role("button", name="排除").last.click()
    expect(preview.locator(".big-count")).to_have_text("2 个")
    page.get_by_role("button", name="去掉青石社区党总支").click()
    expect(preview.locator(".big-count")).to_have_text("3 个")
    page.get_by_role("button", name="保存，下一步").click()


def choose_methods(page):
    ways = page.locator("fieldset.way")
    for place in range(3):
        ways.nth(place).get_by_text("实地督查" if place == 0 else "书面督查").click()
    expect(ways.nth(0).get_by_label("听取汇报")).to_be_visible()
    expect(ways.nth(1).get_by_label("听取汇报")).to_be_hidden()
    page.get_by_role("button", name="保存，下一步").click()


def second_people(page, *people):
    for number, person in enumerate(people):
        page.get_by_role("button", name="增加", exact=True).click()
        page.locator("input[id^=find-]").nth(number).press_sequentially(str(person))
        page.get_by_role("button", name="任组长").click()
        expect(page.locator(".person", has_text=str(person))).to_be_visible()
    page.get_by_role("link", name="下一步：分工").click()


def split_by_hand(page):
    page.get_by_role("button", name=re.compile("均衡方案")).click()
    expect(page.locator("#loads")).to_contain_text("已全部分到组")
    row = page.locator("tr", has_text="青石镇党委")
    row.get_by_role("combobox").select_option(label="第一督查组")
    expect(page.locator("tr", has_text="青石镇党委")).to_contain_text("按回避规定不能由其督查")
    row = page.locator("tr", has_text="区档案馆党支部")
    row.get_by_role("combobox").select_option(label="第二督查组")
    expect(page.locator("tr", has_text="区档案馆党支部")).to_contain_text("已保存")
    expect(page.locator("#loads .figure-card").nth(1)).to_contain_text("3 个单位")
    page.get_by_label("本页全选").check()
    expect(page.locator("[data-tick-count]")).to_have_text("3")
    page.locator("[name=visit_on][form=bulk]").fill("2026-11-20")
    page.get_by_role("button", name="定为该日").click()
    expect(page.get_by_role("status")).to_contain_text("3 个单位安排督查日期")
    page.get_by_role("link", name="下一步：检查并启动").click()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_office_sets_up_a_campaign(visit, zhao, town, bureau, qian, li, size):
    factories.make_organization("青石社区党总支", town, category=factories.make_category("社区"))
    factories.make_checklist()
    local = factories.make_user("卫某", organization=town)
    page = visit(zhao, size)
    page.goto(f"{page.url.split('/reports/')[0]}/inspections/campaigns/new/")
    fill_in_facts(page)
    page.wait_for_url("**/scope/")
    campaign = Campaign.objects.get()
    assert [document.title for document in campaign.basis_documents.all()] == ["先引用的文件", "后引用的文件"]
    choose_scope(page)
    page.wait_for_url("**/methods/")
    choose_methods(page)
    page.wait_for_url("**/teams/")
    second_people(page, local, li)
    split_by_hand(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="启动督查").click()
    expect(page.get_by_text("已启动，督查组成员")).to_be_visible()
    campaign.refresh_from_db()
    assert campaign.status == Campaign.Status.RUNNING
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
