"""Similar findings, merging and undoing, comparing, time lines: in a real browser, at a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from inspections.models import Finding
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def noted(transactional_db, campaign, assignment, bureau, team, qian):
    """Three about the ledger at two organizations."""
    other = factories.make_assignment(campaign, bureau, team)
    texts = ((assignment, "未建立学习台账，上半年仅学习3次"), (other, "未建立学习台账，上半年仅学习5次"), (other, "未建立学习台账"))
    return [factories.make_finding(place, qian, text=text) for place, text in texts]


def fits(page) -> bool:
    """Whether nothing sticks out at the side."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_a_finding_to_a_merge_and_its_undoing(visit, live_server, noted, zhao):
    page = visit(zhao, DESKTOP)
    page.goto(f"{live_server.url}/inspections/findings/{noted[0].pk}/")
    panel = page.locator("#similar")
    expect(panel.get_by_text("只有数字不同")).to_be_visible()
    expect(panel.locator("mark").first).to_be_visible()
    panel.get_by_role("checkbox").first.check()
    panel.get_by_role("button", name="把选中的与本条归并…").click()
    expect(page.get_by_role("heading", name="归并 2 条发现")).to_be_visible()
    page.get_by_label("新立一条规范表述").check()
    page.get_by_label("规范表述", exact=True).last.fill("未建立学习台账")
    page.get_by_role("button", name="归并", exact=True).click()
    expect(page.get_by_text("已将 2 条归并为“未建立学习台账”")).to_be_visible()
    assert Finding.objects.filter(standard__wording="未建立学习台账").count() == 2
    page.get_by_role("link", name="时间线").click()
    expect(page.locator(".timeline").get_by_text("归并", exact=True).first).to_be_visible()
    page.go_back()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="撤销这次归并").click()
    expect(page.get_by_text("2 条发现恢复原来的表述")).to_be_visible()
    assert not Finding.objects.filter(standard__isnull=False).exists()


def test_groups_and_comparison_on_a_phone(visit, live_server, noted, campaign, town, bureau, zhao):
    page = visit(zhao, PHONE)
    page.goto(f"{live_server.url}/inspections/campaigns/{campaign.code}/grouping/")
    expect(page.get_by_text("3 条，2 个单位")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="归并选中的").click()
    expect(page.get_by_text("已将 3 条归并为")).to_be_visible()
    expect(page.get_by_text("这一主题没有需要归并的发现")).to_be_visible()
    page.goto(f"{live_server.url}/reports/dashboard/compare/")
    page.get_by_label("组织及其下级").first.fill(town.name)
    page.get_by_label("组织及其下级").last.fill("没有的单位")
    page.get_by_role("button", name="对比", exact=True).click()
    expect(page.get_by_text("没有找到唯一的这个组织")).to_be_visible()
    expect(page.get_by_label("组织及其下级").first).to_have_value(town.name)
    page.get_by_label("组织及其下级").last.fill(bureau.name)
    page.get_by_role("button", name="对比", exact=True).click()
    expect(page.locator(".table-compare thead")).to_contain_text(bureau.name)
    expect(page.locator(".chart canvas").first).to_be_visible()
    assert fits(page)
    page.goto(f"{live_server.url}/units/organizations/{town.pk}/timeline/?kind=finding")
    expect(page.locator(".timeline-event")).to_have_count(1)
    assert fits(page)
